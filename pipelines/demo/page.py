"""The page: a card per drawing with its pictures and files, and a viewer for the models. Opens without a server."""

from __future__ import annotations

import base64
import json
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from pathlib import Path

    from pipelines.demo.made import Made

#: Files of a drawing that the page leads to, and what they are.
FILES = {
    "model.glb": "model (GLB)",
    "plan.geojson": "floor plan (GeoJSON)",
    "report.json": "report (JSON)",
    "preview.png": "preview",
    "overlay.png": "overlay",
}


def write(made: list[Made], out: Path) -> Path:
    """Write ``index.html`` into ``out``, and into each drawing's folder its model as a script; returns the page.

    A page that is opened from a disk may load scripts and pictures, but no other files: hence the scripts.
    """
    for each in made:
        if not each.error:
            (each.folder / "model.js").write_text(_script(each), encoding="utf-8")
    page = out / "index.html"
    page.write_text(render(made), encoding="utf-8")
    return page


def render(made: list[Made]) -> str:
    """The page as HTML."""
    parts = {
        "lead": f"{len(made)} drawings, converted by cad-runner. Click a model to look around in it.",
        "table": _table(made),
        "cards": "\n".join(map(_card, made)),
        "viewer": _text("model.js") + _text("viewer.js"),
    }
    page = _text("page.html")
    for name, part in parts.items():
        page = page.replace("{{" + name + "}}", part, 1)
    return page


def _text(name: str) -> str:
    return files("pipelines.demo").joinpath(name).read_text(encoding="utf-8")


def _script(made: Made) -> str:
    model = {"glb": base64.b64encode((made.folder / "model.glb").read_bytes()).decode(), "starts": made.starts()}
    return f"models[{json.dumps(made.name)}] = {json.dumps(model)};\n"


def _table(made: list[Made]) -> str:
    rows = [(each.name, list(each.row().values())[1:]) for each in made if not each.error]
    titles = next((list(each.row()) for each in made if not each.error), [])
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = [
        f'<tr><td><a href="#{quote(name)}">{escape(name)}</a></td>'
        + "".join(f"<td>{escape(value)}</td>" for value in values)
        + "</tr>"
        for name, values in rows
    ]
    return "\n".join([f"<tr>{head}</tr>", *body])


def _card(made: Made) -> str:
    name = escape(made.name)
    if made.error:
        body = f'<p class="failed">{escape(made.error)}</p>'
        return f'<article id="{name}"><header><h2>{name}</h2></header>{body}</article>'
    row, folder = made.row(), quote(made.name)
    facts = " · ".join(
        [
            f"drawn {row['drawn']}",
            *(f"{row[key]} {key}" for key in ("walls", "doors", "windows", "rooms") if row[key] != "0"),
            *([row["area"]] if row["rooms"] != "0" else []),
        ]
    )
    links = "".join(f'<a href="{folder}/{file}">{escape(what)}</a>' for file, what in FILES.items())
    doubts = "".join(f"<li>{escape(warning)}</li>" for warning in made.warnings)
    return f"""<article id="{name}">
<header><h2>{name}</h2><span class="facts">{escape(facts)}</span></header>
<div class="pictures">
<button type="button" data-model="{name}">
<img src="{folder}/preview.png" alt="Model of {name}"><span>Look around</span></button>
<a href="{folder}/overlay.png"><img src="{folder}/overlay.png" alt="{name}: the drawing, and what was recognised"></a>
</div>
<footer>{links}{f'<ul class="warnings">{doubts}</ul>' if doubts else ""}</footer>
</article>"""
