"""``python -m pipelines.synth.accuracy``: draw, understand, score, and write what came of it."""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.report import plain
from pipelines.synth.accuracy import document, tables
from pipelines.synth.accuracy.sample import Result, measure

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Seeds from here on are for measuring, those below for development. Whoever has worked on cases of a measurement
#: raises this to seeds that nobody has seen: the worst cases are printed, so a measurement uses its seeds up.
UNSEEN = 3_000_000
WORST = 12
#: Where the figures of unseen drawings are written.
DOCUMENT = Path("docs/accuracy.md")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the measurement that the arguments ask for."""
    asked = _parser().parse_args(arguments)
    if asked.only is not None:
        return _single(asked.only, asked.layouts, asked.overlay)
    official = asked.seed is None and not asked.dev
    begin = asked.seed if asked.seed is not None else 0 if asked.dev else UNSEEN
    layouts, document_path = asked.layouts, asked.write
    if official:
        document_path = document_path or DOCUMENT
        given = asked.real / "layouts" / "r2v_plans.json"
        layouts = layouts or (given if given.is_file() else None)
    seeds = range(begin, begin + asked.count)
    results = list(_progress(_measured(seeds, layouts, asked.jobs), len(seeds)))
    results.sort(key=lambda result: result.seed)
    total = tables.summary(results)
    print("\n".join(tables.overall(total)))  # noqa: T201  # a command's output
    if asked.by:
        for facet in asked.by:
            print("\n" + "\n".join(tables.breakdown(results, facet)))  # noqa: T201
    print("\n" + "\n".join(tables.worst(results, WORST)))  # noqa: T201
    asked.build.mkdir(parents=True, exist_ok=True)
    written = {"seeds": [seeds.start, seeds.stop], "summary": plain(total), "results": plain(results)}
    (asked.build / "accuracy.json").write_text(json.dumps(written, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for old in (*asked.build.glob("[0-9]*.png"), *asked.build.glob("[0-9]*.dxf")):
        old.unlink()
    bad = sorted(results, key=lambda result: result.worst)[:WORST]
    for result in bad:
        measure(result.seed, layouts, asked.build)
    if document_path is not None:
        document_path.parent.mkdir(parents=True, exist_ok=True)
        text = document.markdown(results, seeds, asked.real, with_file=layouts is not None)
        document_path.write_text(text, "utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines.synth.accuracy", description=__doc__)
    parser.add_argument("--seed", type=int, help=f"first seed (default {UNSEEN}, with --dev 0)")
    parser.add_argument("--count", type=int, default=200, help="how many drawings (default 200)")
    parser.add_argument("--dev", action="store_true", help="use seeds that may be looked at")
    parser.add_argument("--only", type=int, help="measure one seed and say everything about it")
    parser.add_argument("--overlay", type=Path, help="with --only: where to put its drawing and picture")
    parser.add_argument("--by", action="append", help="print a table by this facet as well (repeatable)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default 2)")
    parser.add_argument("--build", type=Path, default=Path("build/accuracy"), help="where results and pictures go")
    parser.add_argument("--write", type=Path, help=f"where to write the document (unseen drawings: {DOCUMENT})")
    parser.add_argument("--layouts", type=Path, help="file of plans in vectors, for every third building")
    parser.add_argument("--real", type=Path, default=Path("../shared/data"), help="folder of real drawings")
    return parser


def _measured(seeds: range, layouts: Path | None, jobs: int) -> Iterator[Result]:
    task = partial(measure, layouts=layouts)
    if jobs < 2:
        yield from map(task, seeds)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap_unordered(task, seeds, chunksize=2)


def _progress(results: Iterator[Result], count: int) -> Iterator[Result]:
    for number, result in enumerate(results, start=1):
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{number}/{count} drawings")
        yield result
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")


def _single(seed: int, layouts: Path | None, overlay: Path | None) -> int:
    result = measure(seed, layouts, overlay)
    print(json.dumps(plain(result), indent=1, ensure_ascii=False))  # noqa: T201  # a command's output
    return 0


if __name__ == "__main__":
    sys.exit(main())
