"""How often the intervals of reliability and measurement error hold the population's value.

    python benchmarks/coverage.py [--replicates 2000] [--seed 1] [--only STUDY ...] [--processes 2]

Five ordered categories, symmetric or skewed (item skewness 1.8), 60, 200 and 600 persons; the populations
stand in coverage_populations.py, what is computed in coverage_studies.py. Prints a Markdown table of
coverage at a nominal .95. With 2,000 replicates a cell has a Monte Carlo standard error of .005, so a true
.95 shows as .940 to .960. The population's value is that of very many persons, and the last line says how
far off it may be. Samples without an interval are counted by reason; coverage is among the others.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import re
import sys
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from coverage_populations import five, skewness
from coverage_studies import BESIDE, STUDIES
from propsych.errors import AnalysisError, PropsychWarning

SIZES = (60, 200, 600)
SKEWS = (0.0, 1.8)
PLACES = [(skew, n) for skew in SKEWS for n in SIZES]
LOW, HIGH, WORST = 0.93, 0.97, 0.91
Place = tuple[str, float]
Task = tuple[str, float, int, int, int, dict[str, float]]


@dataclass
class Row:
    """One interval in one cell: how many held the value, how many there were, their widths, why not more."""

    held: int = 0
    total: int = 0
    width: float = 0.0
    none: Counter[str] = field(default_factory=Counter)

    @property
    def coverage(self) -> float:
        """Share of the intervals that held the value."""
        return self.held / self.total if self.total else float("nan")

    @property
    def standard_error(self) -> float:
        """Of a normal number with intervals of this mean width."""
        return self.width / self.total / 3.92 if self.total else float("nan")


def population(task: tuple[str, float, int]) -> dict[str, tuple[float, float]]:
    """Return each number among very many persons, and its own standard error."""
    name, skew, seed = task
    study = STUDIES[name]
    rng = np.random.default_rng([seed, 99])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PropsychWarning)
        found = [study.compute(study.make(rng, study.persons, skew)) for _ in range(study.samples)]
    values = {key: np.array([float(f[key].value) for f in found]) for key in found[0]}
    return {key: (float(v.mean()), float(v.std(ddof=1) / np.sqrt(len(v)))) for key, v in values.items()}


def cell(task: Task) -> dict[str, Row]:
    """Return what became of each interval in the samples of one cell."""
    name, skew, n, replicates, seed, truth = task
    study = STUDIES[name]
    rng = np.random.default_rng([seed, n, int(10 * skew)])
    rows = {key: Row() for key in truth}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PropsychWarning)
        for _ in range(replicates):
            sample = study.make(rng, n, skew)
            try:
                numbers = study.compute(sample)
            except AnalysisError as error:
                for row in rows.values():
                    row.none[_short(str(error))] += 1
                continue
            for key, e in numbers.items():
                if e.lower is None or e.upper is None:
                    rows[key].none[_short(e.method) or "another factor"] += 1
                    continue
                rows[key].total += 1
                rows[key].held += e.lower <= truth[key] <= e.upper
                rows[key].width += e.upper - e.lower
    return rows


def _short(reason: str) -> str:
    """Return the reason itself: what follows "no interval", or an error's first words without the names."""
    text = reason.split("no interval")[-1].lstrip(":, ")
    words = text.splitlines()[0].split(";")[0] if text else ""
    return re.split(r" to x| x|: [-\d]", words)[0][:90]


def line(key: str, rows: list[Row]) -> str:
    shown = ["–" if row.total == 0 else f"{row.coverage:.3f}".lstrip("0") for row in rows]
    return f"| {key} | " + " | ".join(shown) + " |"


def outside(key: str, rows: list[Row]) -> Iterable[str]:
    """Yield a default interval whose coverage leaves the range, with the cells."""
    found = [row.coverage for row in rows if row.total]
    if BESIDE in key or all(LOW <= c <= HIGH for c in found):
        return
    cells = [
        f"{row.coverage:.3f} ({place(skew, n)})"
        for row, (skew, n) in zip(rows, PLACES, strict=True)
        if row.total and not LOW <= row.coverage <= HIGH
    ]
    yield f"* {key}: {', '.join(cells)}" + (", BELOW .91" if min(found) < WORST else "")


def without(key: str, rows: list[Row]) -> Iterable[str]:
    """Yield for each reason how many samples had no interval."""
    reasons = dict.fromkeys(reason for row in rows for reason in row.none)
    for reason in reasons:
        cells = [
            f"{row.none[reason]} ({place(skew, n)})"
            for row, (skew, n) in zip(rows, PLACES, strict=True)
            if row.none[reason]
        ]
        yield f"* {key}: {', '.join(cells)}: {reason}"


def place(skew: float, n: int) -> str:
    return f"{'skewed' if skew else 'symmetric'}, {n}"


def run(options: argparse.Namespace, apply: Callable[..., Iterable[Any]]) -> None:
    names = [(name, skew, options.seed) for name in options.only for skew in SKEWS]
    truth = dict(zip(names, apply(population, names), strict=True))
    tasks = [
        (name, skew, n, options.replicates, options.seed, _values(truth[name, skew, options.seed]))
        for name in options.only
        for skew, n in PLACES
    ]
    cells = dict(zip([task[:3] for task in tasks], apply(cell, tasks), strict=True))
    left: list[str] = []
    none: list[str] = []
    farthest = 0.0
    for name in options.only:
        for key in cells[name, *PLACES[0]]:
            rows = [cells[name, *place][key] for place in PLACES]
            print(line(key, rows), flush=True)
            left += outside(key, rows)
            none += without(key, rows)
            for row, (skew, n) in zip(rows, PLACES, strict=True):
                if n == max(SIZES) and row.total and row.standard_error > 0:
                    farthest = max(farthest, truth[name, skew, options.seed][key][1] / row.standard_error)
    print("\nDefaults outside .93 to .97:\n\n" + ("\n".join(left) or "none"))
    print("\nSamples without an interval:\n\n" + ("\n".join(none) or "none"))
    print(f"\nThe population's values are off by at most {farthest:.2f} standard errors at n = {max(SIZES)}.")


def _values(truth: dict[str, tuple[float, float]]) -> dict[str, float]:
    return {key: value for key, (value, _) in truth.items()}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=list(STUDIES), default=list(STUDIES))
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    started, used = time.perf_counter(), time.process_time()
    print(f"Item skewness {', '.join(f'{skewness(five(skew)):.2f}' for skew in SKEWS)}.\n")
    print("| interval | " + " | ".join(place(*where) for where in PLACES) + " |")
    print("|---" * (len(PLACES) + 1) + "|")
    if options.processes == 1:
        run(options, map)
    else:
        with ProcessPoolExecutor(options.processes) as pool:
            run(options, pool.map)
    seconds, alone = time.perf_counter() - started, time.process_time() - used
    busy = f", {alone:.0f} s of processor time" if options.processes == 1 else ""
    print(f"{options.replicates} replicates, seed {options.seed}, {seconds:.0f} s{busy}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
