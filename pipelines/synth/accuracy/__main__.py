"""``python -m pipelines.synth.accuracy``: draw, understand, score, and write what came of it.

``--kind`` names the part to measure, all where none is named: ``dxf`` drawings, ``pdf`` plots by several writers,
``scan`` scans of plots, ``real`` scans with boxes of doors and windows, ``same`` drawings as DXF and as PDF,
``program`` drawings plotted by other programs. Each part is written into the document on its own. Results of plots,
scans and pairs are kept in the build: with ``--resume`` only what is missing there is measured.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pipelines.report import plain
from pipelines.synth.accuracy import boxes, document, kept, pages, papertables, parts, plotted, same, tables
from pipelines.synth.accuracy import paper as papers
from pipelines.synth.accuracy.pairs import Pair
from pipelines.synth.accuracy.sample import Result, measure
from pipelines.synth.paper.page import Writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from pipelines.synth.accuracy.paper import Case

_T = TypeVar("_T")

#: Seeds from here on are for measuring, those below for development. Whoever has worked on cases of a measurement
#: raises this to seeds that nobody has seen: the worst cases are printed, so a measurement uses its seeds up.
UNSEEN = 3_000_000
#: The same of plots, and of scans.
UNSEEN_PLOTS, UNSEEN_SCANS, UNSEEN_PAIRS = 4_200_000, 5_200_000, 6_100_000
#: Drawings, plots by each writer, scans at each density, drawings that are written as both.
COUNTS = {"dxf": 200, "pdf": 4, "scan": 8, "same": 20}
WORST = 12
#: Where the figures of unseen drawings are written, and pictures of the worst.
DOCUMENT = Path("docs/accuracy.md")
#: Drawings of the project's own, which other programs plot.
EXAMPLES = Path("examples")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurements that the arguments ask for."""
    asked = _parser().parse_args(arguments)
    kinds = asked.kind or (["dxf"] if asked.only is not None else list(parts.HEADS))
    if asked.only is not None:
        return _single(asked, kinds[0])
    if asked.seed is None and not asked.dev:
        asked.write = asked.write or DOCUMENT
        given = asked.real / "layouts" / "r2v_plans.json"
        asked.layouts = asked.layouts or (given if given.is_file() else None)
    asked.build.mkdir(parents=True, exist_ok=True)
    runs = {"dxf": _drawings, "pdf": _plots, "scan": _scans, "real": _real, "same": _same, "program": _programs}
    for kind in kinds:
        body = runs[kind](asked)
        if asked.write is not None and body:
            parts.put(asked.write, kind, body)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines.synth.accuracy", description=__doc__)
    parser.add_argument("--kind", action="append", choices=list(parts.HEADS), help="part to measure (repeatable)")
    parser.add_argument("--seed", type=int, help=f"first seed (default {UNSEEN} and others, with --dev 0)")
    parser.add_argument("--count", type=int, help=f"drawings, plots by writer, scans by density (default {COUNTS})")
    parser.add_argument("--dev", action="store_true", help="use seeds that may be looked at")
    parser.add_argument("--only", type=int, help="measure one seed and say everything about it")
    parser.add_argument("--writer", type=Writer, default=Writer.FLAT, help="with --only: who writes the plot")
    parser.add_argument("--dpi", type=float, default=150.0, help="with --only: density of the scan")
    parser.add_argument("--overlay", type=Path, help="with --only: where to put its drawing and picture")
    parser.add_argument("--by", action="append", help="print a table by this facet as well (repeatable)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    parser.add_argument(
        "--resume", action="store_true", help="keep results of plots, scans and pairs that are in the build"
    )
    parser.add_argument("--build", type=Path, default=Path("build/accuracy"), help="where results and pictures go")
    parser.add_argument("--write", type=Path, help=f"where to write the document (unseen drawings: {DOCUMENT})")
    parser.add_argument("--layouts", type=Path, help="file of plans in vectors, for every third building")
    parser.add_argument("--real", type=Path, default=Path("../shared/data"), help="folder of real drawings")
    return parser


def _begin(asked: argparse.Namespace, unseen: int) -> int:
    return int(asked.seed) if asked.seed is not None else 0 if asked.dev else unseen


def _drawings(asked: argparse.Namespace) -> str:
    begin = _begin(asked, UNSEEN)
    seeds = range(begin, begin + (asked.count or COUNTS["dxf"]))
    results = list(_progress(_measured(seeds, asked.layouts, asked.jobs), len(seeds), "drawings"))
    results.sort(key=lambda result: result.seed)
    total = tables.summary(results)
    _say(tables.overall(total))
    for facet in asked.by or ():
        _say(["", *tables.breakdown(results, facet)])
    _say(["", *tables.worst(results, WORST)])
    written = {"seeds": [seeds.start, seeds.stop], "summary": plain(total), "results": plain(results)}
    (asked.build / "accuracy.json").write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for old in (*asked.build.glob("[0-9]*.png"), *asked.build.glob("[0-9]*.dxf")):
        old.unlink()
    for result in sorted(results, key=lambda result: result.worst)[:WORST]:
        measure(result.seed, asked.layouts, asked.build)
    return document.markdown(results, seeds, asked.real, with_file=asked.layouts is not None)


def _plots(asked: argparse.Namespace) -> str:
    begin = _begin(asked, UNSEEN_PLOTS)
    cases = pages.plots(begin, asked.count or COUNTS["pdf"])
    results, pictures = _pages(asked, cases, "pdf", papertables.VECTORS)
    return pages.vectors_section(results, begin, pictures, with_file=asked.layouts is not None)


def _scans(asked: argparse.Namespace) -> str:
    begin = _begin(asked, UNSEEN_SCANS)
    cases = pages.scans(begin, asked.count or COUNTS["scan"])
    results, pictures = _pages(asked, cases, "scan", papertables.SCANS)
    return pages.scans_section(results, begin, pictures, with_file=asked.layouts is not None)


def _pages(
    asked: argparse.Namespace, cases: list[Case], kind: str, aims: papertables.Aims
) -> tuple[list[papers.Result], list[str]]:
    """Results of plots or scans, and where pictures of the worst are, as the document names them."""
    store = kept.Kept(asked.build / f"{kind}.jsonl", pages.restored)
    if not asked.resume:
        store.path.unlink(missing_ok=True)
    task = partial(papers.measure, layouts=asked.layouts)
    results = list(_progress(store.measured(cases, task, asked.jobs), len(cases), f"{kind}s"))
    results.sort(key=lambda result: result.name)
    _say(papertables.overall(results, aims))
    for facet in asked.by or ():
        _say(["", *papertables.breakdown(results, facet)])
    _say(["", *papertables.worst(results, WORST, ("walls", "scale by"))])
    if asked.write is None:
        return results, []
    folder = asked.write.parent / "pictures"
    names = pages.pictured(results, cases, asked.layouts, asked.build, folder, f"accuracy-{kind}")
    return results, [f"pictures/{name}" for name in names]


def _real(asked: argparse.Namespace) -> str:
    found = list(_progress(boxes.measure(asked.real / "scans"), 0, "real scans"))
    if not found:
        return ""
    _say(boxes.lines(found))
    return boxes.section(found)


def _same(asked: argparse.Namespace) -> str:
    begin = _begin(asked, UNSEEN_PAIRS)
    cases = same.cases(begin, asked.count or COUNTS["same"])
    return same.section(_pairs(asked, "same", cases, partial(same.compare, layouts=asked.layouts)), begin)


def _programs(asked: argparse.Namespace) -> str:
    return plotted.section(_pairs(asked, "program", plotted.jobs(asked.real, EXAMPLES), plotted.compare))


def _pairs(asked: argparse.Namespace, kind: str, cases: Sequence[kept.Named], task: Callable[..., Pair]) -> list[Pair]:
    """Cases compared, in their order."""
    store = kept.Kept(asked.build / f"{kind}.jsonl", Pair.restored)
    if not asked.resume:
        store.path.unlink(missing_ok=True)
    found = {pair.name: pair for pair in _progress(store.measured(cases, task, asked.jobs), len(cases), f"{kind}s")}
    pairs = [found[case.name] for case in cases]
    _say((same.lines if kind == "same" else plotted.lines)(pairs))
    return pairs


def _measured(seeds: range, layouts: Path | None, jobs: int) -> Iterator[Result]:
    task = partial(measure, layouts=layouts)
    if jobs < 2:
        yield from map(task, seeds)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap_unordered(task, seeds, chunksize=2)


def _progress(results: Iterator[_T], count: int, what: str) -> Iterator[_T]:
    for number, result in enumerate(results, start=1):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{number}/{count or '?'} {what}")
        yield result
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")


def _single(asked: argparse.Namespace, kind: str) -> int:
    if kind == "dxf":
        result: object = measure(asked.only, asked.layouts, asked.overlay)
    elif kind == "same":
        result = same.compare(same.cases(asked.only, 1)[0], asked.layouts, asked.overlay)
    else:
        case = papers.Case(asked.only, asked.writer, asked.dpi if kind == "scan" else 0.0)
        result = papers.measure(case, asked.layouts, asked.overlay)
    _say([json.dumps(plain(result), indent=1, ensure_ascii=False)])
    return 0


def _say(lines: Sequence[str]) -> None:
    print("\n".join(lines))  # noqa: T201  # a command's output


if __name__ == "__main__":
    sys.exit(main())
