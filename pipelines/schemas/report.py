"""The schema of ``report.json``, derived from the dataclasses of ``pipelines.report``."""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
from typing import Any, Union, get_args, get_origin, get_type_hints

from pipelines.report import REPORT_VERSION, ConvertReport

_PLAIN = {str: "string", int: "integer", bool: "boolean"}
_NUMBER = {"type": ["number", "null"]}
#: A field with its comment, as the dataclasses write it: ``count: int = 0  #: how many``.
_COMMENT = re.compile(r"^    (\w+): .*?  #: (.+)$", re.MULTILINE)


def schema() -> dict[str, Any]:
    """The schema: each dataclass a definition, each ``#:`` comment a description."""
    parts: dict[str, Any] = {}
    whole = _table(ConvertReport, parts)
    whole["properties"]["version"] = {"const": REPORT_VERSION}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:cad-runner:report:{REPORT_VERSION}",
        "title": "report.json",
        "$comment": "Lengths in metres, areas in square metres. A number that is not finite is null.",
        **whole,
        "$defs": dict(sorted(parts.items())),
    }


def _table(kind: type, parts: dict[str, Any]) -> dict[str, Any]:
    """The schema of a dataclass; those that it holds go to ``parts``."""
    hints = get_type_hints(kind)
    comments = dict(_COMMENT.findall(inspect.getsource(kind)))
    names = [field.name for field in dataclasses.fields(kind)]
    return {
        "description": inspect.cleandoc(kind.__doc__ or ""),
        "type": "object",
        "properties": {
            name: _typed(hints[name], parts) | ({"description": comments[name]} if name in comments else {})
            for name in names
        },
        "required": names,
    }


def _typed(hint: Any, parts: dict[str, Any]) -> dict[str, Any]:
    """The schema of one field's type."""
    origin, inner = get_origin(hint), get_args(hint)
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        if hint.__name__ not in parts:
            parts[hint.__name__] = _table(hint, parts)
        return {"$ref": f"#/$defs/{hint.__name__}"}
    if hint is float:
        return dict(_NUMBER)
    if hint in _PLAIN:
        return {"type": _PLAIN[hint]}
    if origin is dict:
        return {"type": "object", "additionalProperties": _typed(inner[1], parts)}
    if origin is tuple:
        return _array(inner, parts)
    if origin in (Union, types.UnionType):
        return {"anyOf": [{"type": "null"} if each is type(None) else _typed(each, parts) for each in inner]}
    raise TypeError(f"report.json cannot hold {hint!r}: describe it in pipelines.schemas.report.")


def _array(inner: tuple[Any, ...], parts: dict[str, Any]) -> dict[str, Any]:
    """A tuple of any length of one type, or of one type for each place."""
    if inner[-1] is Ellipsis:
        return {"type": "array", "items": _typed(inner[0], parts)}
    items = [_typed(each, parts) for each in inner]
    return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
