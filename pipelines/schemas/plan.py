"""The schema of ``plan.geojson``, as ``pipelines.geojson`` writes it."""

from __future__ import annotations

from typing import Any

from pipelines.geojson import PLAN_VERSION
from pipelines.plan import Evidence, FurnitureKind, OpeningKind, WallKind

Schema = dict[str, Any]


def _or_null(kind: str, description: str) -> Schema:
    return {"type": [kind, "null"], "description": description}


_LENGTH: Schema = {"type": "number", "minimum": 0}
_TEXT: Schema = {"type": "string"}
_POINT: Schema = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
_LINE: Schema = {"type": "array", "items": {"$ref": "#/$defs/point"}, "minItems": 2, "maxItems": 2}
_RING: Schema = {"type": "array", "items": {"$ref": "#/$defs/point"}, "minItems": 4}
_RINGS: Schema = {"type": "array", "items": {"$ref": "#/$defs/ring"}, "minItems": 1}
_HEIGHT: Schema = {"type": "number", "description": "Metres; to the ceiling where the drawing says nothing else."}
_STOREY: Schema = {
    "name": _TEXT,
    "level": {"type": "integer", "description": "0 is the ground floor."},
    "elevation": {"type": "number", "description": "Of the floor, above the model's zero."},
    "height": {"type": "number", "description": "Floor to ceiling."},
}
_AXIS: Schema = {
    "anyOf": [{"$ref": "#/$defs/line"}, {"type": "null"}],
    "description": "Centreline from start to end; null where there is none.",
}

#: Per category: what it is, and its own properties beside those that all have.
_CATEGORIES: dict[str, tuple[str, Schema]] = {
    "wall": (
        "A piece of wall. Openings are not cut out, and pieces overlap at junctions: their union is the solid.",
        {
            "kind": {"enum": [str(kind) for kind in WallKind]},
            "thickness": _LENGTH,
            "height": _HEIGHT,
            "axis": _AXIS,
        },
    ),
    "opening": (
        "A door, a window or a bare opening: the rectangle that it cuts from its wall.",
        {
            "kind": {"enum": [str(kind) for kind in OpeningKind]},
            "door": {"type": "boolean", "description": "Whether one walks through it and it can be shut."},
            "width": {**_LENGTH, "description": "Clear, along the wall."},
            "depth": {**_LENGTH, "description": "Thickness of the wall there."},
            "sill": {"type": "number", "description": "Above the floor."},
            "head": {"type": "number", "description": "Above the floor."},
            "axis": _AXIS,
            "hinge": {"enum": ["start", "end", None], "description": "The end of the axis with the hinge, if known."},
            "swing": {
                "enum": ["left", "right", None],
                "description": "The side to which the leaf opens, seen from the start of the axis to its end.",
            },
            "wall": _or_null("string", "Id of the wall that it is in."),
            "label": {**_TEXT, "description": "Tag or size written beside it."},
            "evidence": {
                "type": "array",
                "items": {"enum": [str(each) for each in Evidence]},
                "description": "How it was found, what tells most first.",
            },
        },
    ),
    "column": ("A structural column.", {"height": _HEIGHT}),
    "stair": (
        "A flight of stairs.",
        {
            "tread_count": {"type": "integer", "minimum": 0},
            "up": {
                "anyOf": [{"$ref": "#/$defs/point"}, {"type": "null"}],
                "description": "Unit vector in which it climbs, null where not known.",
            },
            "treads": {
                "type": "array",
                "items": {"$ref": "#/$defs/line"},
                "description": "Lines of its treads, in climbing order.",
            },
        },
    ),
    "room": (
        "A room, clear inside, wall to wall.",
        {
            "name": {**_TEXT, "description": "'' where nothing names it; several names are joined by ' / '."},
            "number": _TEXT,
            "area": {**_LENGTH, "description": "Square metres, measured."},
            "label_area": _or_null("number", "Square metres, as written in the drawing."),
            "anchor": {
                "anyOf": [{"$ref": "#/$defs/point"}, {"type": "null"}],
                "description": "A point inside, good for a label.",
            },
        },
    ),
    "furniture": (
        "A piece of furniture or a fixture: its outline, or the rectangle around its lines.",
        {
            "kind": {"enum": [str(kind) for kind in FurnitureKind]},
            "name": {**_TEXT, "description": "Of its block or layer."},
            "height": {**_LENGTH, "description": "Typical of the kind."},
        },
    ),
}

_COMMON: Schema = {
    "layer": _or_null("string", "Layer that it was drawn on; null for rooms, which no layer draws."),
    "confidence": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
    "handles": {"type": "array", "items": _TEXT, "description": "Source entities: the handles of a DXF."},
}


def schema() -> Schema:
    """The schema of the whole document."""
    features = {"storey": _storey_feature()} | {
        name: _feature(name, description, {**special, **_COMMON}, r"^storey-\d+/" + name + r"-\d+$")
        for name, (description, special) in _CATEGORIES.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:cad-runner:plan:{PLAN_VERSION}",
        "title": "plan.geojson",
        "description": "A floor plan as a GeoJSON FeatureCollection. Lengths in metres, rounded to 0.1 mm.",
        "type": "object",
        "properties": {
            "type": {"const": "FeatureCollection"},
            "version": {"const": PLAN_VERSION},
            "frame": {
                "type": "object",
                "description": "What the coordinates are: local metres, not longitude and latitude.",
                "properties": {"unit": {"const": "metre"}, "axes": _TEXT, "note": _TEXT},
                "required": ["unit", "axes", "note"],
            },
            "metres_per_unit": {"type": "number", "exclusiveMinimum": 0},
            "origin": {"$ref": "#/$defs/point", "description": "Drawing coordinates of the model's origin."},
            "storeys": {"type": "array", "items": _storey_entry()},
            "features": {
                "type": "array",
                "items": {"oneOf": [{"$ref": f"#/$defs/{name}"} for name in features]},
            },
        },
        "required": ["type", "version", "frame", "metres_per_unit", "origin", "storeys", "features"],
        "$defs": {"point": _POINT, "line": _LINE, "ring": _RING, "geometry": _geometry(), **features},
    }


def _storey_entry() -> Schema:
    """How a storey lies over the drawing."""
    row = {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}
    affine = {
        "type": "array",
        "items": row,
        "minItems": 2,
        "maxItems": 2,
        "description": "[[a, b, c], [d, e, f]]: x = a u + b v + c, y = d u + e v + f of drawing coordinates u, v.",
    }
    properties = {"id": {"type": "string", "pattern": r"^storey-\d+$"}, **_STOREY, "affine": affine}
    return {"type": "object", "properties": properties, "required": list(properties)}


def _storey_feature() -> Schema:
    area = {**_LENGTH, "description": "Square metres of the outline."}
    return _feature("storey", "What a storey covers, walls included.", {**_STOREY, "area": area}, r"^storey-\d+$")


def _feature(category: str, description: str, special: Schema, identity: str) -> Schema:
    properties = {
        "category": {"const": category},
        "storey": {"type": "string", "pattern": r"^storey-\d+$", "description": "Id of its storey."},
        **special,
    }
    return {
        "description": description,
        "type": "object",
        "properties": {
            "type": {"const": "Feature"},
            "id": {"type": "string", "pattern": identity},
            "geometry": {"$ref": "#/$defs/geometry"},
            "properties": {"type": "object", "properties": properties, "required": list(properties)},
        },
        "required": ["type", "id", "geometry", "properties"],
    }


def _geometry() -> Schema:
    """Polygons only, or nothing."""

    def shape(name: str, coordinates: Schema) -> Schema:
        return {
            "type": "object",
            "properties": {"type": {"const": name}, "coordinates": coordinates},
            "required": ["type", "coordinates"],
        }

    return {
        "description": "Null where the shape is smaller than 0.1 mm or not finite.",
        "oneOf": [
            shape("Polygon", _RINGS),
            shape("MultiPolygon", {"type": "array", "items": _RINGS, "minItems": 1}),
            {"type": "null"},
        ],
    }
