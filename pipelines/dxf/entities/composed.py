"""Entities that draw themselves as simpler ones: multilines, multileaders, and what other programs added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pipelines.linework import Origin

if TYPE_CHECKING:
    from pipelines.dxf.collector import Collector

_ORIGINS: Final = {"MLINE": Origin.MLINE, "MULTILEADER": Origin.LEADER, "MLEADER": Origin.LEADER}
#: More parts than any entity has; what goes on after them is damage.
MOST_PARTS: Final = 200_000


def drawn_form(take: Collector, entity: Any) -> None:
    """Take the parts that an entity draws itself with; without any it is counted.

    Objects of add-ons (ACAD_PROXY_ENTITY, and entities by their own names) carry their last picture as proxy
    graphics. Chinese architectural programs draw their walls, doors and windows as such objects.
    """
    from pipelines.dxf.entities import TAKERS  # noqa: PLC0415  the table of takers holds this very function

    kind = entity.dxftype()
    picture = kind not in _ORIGINS
    if picture and not getattr(entity, "proxy_graphic", None):
        take.skipped[kind, "no_graphics" if kind == "ACAD_PROXY_ENTITY" else "unsupported"] += 1
        return
    values = _properties(entity)
    outer, handles, before = take.forced, take.rows.handles, len(take.rows.handles)
    take.forced = _ORIGINS.get(kind, Origin.PROXY)
    handle = values.get("handle") or ""
    taken = 0
    try:
        for number, part in enumerate(entity.virtual_entities()):
            if number >= MOST_PARTS:
                take.skipped[kind, "too_many_parts"] += 1
                break
            taker = TAKERS.get(part.dxftype())
            if taker is not None:
                # A picture names its layer only where that is another one.
                if part.dxf.__dict__.get("layer", "0") == "0":
                    part.dxf.__dict__["layer"] = values.get("layer", "0")
                taker(take, part)
                taken += 1
    finally:
        take.forced = outer
        handles[before:] = [handle] * (len(handles) - before)
    if not taken:
        take.skipped[kind, "no_graphics"] += 1


def _properties(entity: Any) -> dict[str, Any]:
    """The raw values of an entity, of unknown ones as far as all entities share them."""
    values: dict[str, Any] = dict(entity.dxf.__dict__)
    if hasattr(entity, "graphic_properties"):
        own = entity.graphic_properties()
        values.update(own() if callable(own) else own)
    return values
