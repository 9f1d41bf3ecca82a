"""Speed of reliability beside pingouin and beside the bare matrix product.

    python benchmarks/reliability_speed.py [pairs]

One thread, one process, in turn (ours, theirs, ours, ...), so that the ratio holds when the machine's speed
drifts. A ratio is the median over pairs of the other's time divided by ours.

* Alpha: `cronbach_alpha` as a user calls it on a bare array of floating numbers, which checks every answer
  against the declared categories, and returns alpha with five intervals, standardised alpha and the mean
  inter-item correlation with theirs, lambda 6, the items' statistics with item-rest correlations, and all of
  it without each item; pingouin returns alpha and one interval. A scale that was checked when it was read
  (`answers.scale(...)`) is not checked again. The kernels alone take the same floating numbers to alpha,
  item-rest correlations and alpha if an item is dropped, without intervals.
* Intraclass correlations: `icc`, six coefficients with F, df, p, and jackknife and F intervals, from a wide
  array; pingouin from the same ratings as long rows, which is what it takes.
* Bootstrap: `bootstrap_alpha`, the alphas and standardised alphas of 10,000 samples; and `cronbach_alpha`
  with the percentile interval of as many, everything else that it returns included.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pingouin

import propsych as pp
from propsych.data.frames import as_item_data
from propsych.kernels.alpha import consistency_and_if_dropped
from propsych.kernels.alpha_intervals import bootstrap_alpha
from propsych.kernels.association import item_total_from_covariance
from propsych.kernels.cross_products import cross_products

CATEGORIES = range(5)
CUTS = (-1.2, -0.4, 0.4, 1.2)
Work = Callable[[], object]


@dataclass(frozen=True)
class Task:
    """Two pieces of work, and the least ratio of the second's time to the first's."""

    name: str
    ours: Work
    peer: Work
    bar: float


def answers(n: int, k: int) -> np.ndarray:
    """Return answers 0 to 4 of one factor, as floating numbers."""
    rng = np.random.default_rng(1)
    latent = 0.6 * rng.standard_normal((n, 1)) + 0.8 * rng.standard_normal((n, k))
    return np.digitize(latent, CUTS).astype(float)


def alpha_tasks() -> list[Task]:
    x = answers(20_000, 100)
    frame = pd.DataFrame(x)

    def public() -> object:
        return pp.cronbach_alpha(x, categories=CATEGORIES)

    scale = as_item_data(x, categories=CATEGORIES, name="scale")

    def checked() -> object:
        return pp.cronbach_alpha(scale)

    def kernels() -> object:
        C = cross_products(x).covariance
        return consistency_and_if_dropped(C), item_total_from_covariance(C)

    def theirs() -> object:
        return pingouin.cronbach_alpha(frame)

    def product() -> object:
        return x.T @ x

    size = "alpha, 20,000 x 100"
    return [
        Task(f"{size}: public call, pingouin", public, theirs, 1.5),
        Task(f"{size}: public call, bare X'X", public, product, 0.5),
        Task(f"{size}: public call on a checked scale, pingouin", checked, theirs, 1.5),
        Task(f"{size}: kernels alone, pingouin", kernels, theirs, 1.5),
        Task(f"{size}: kernels alone, bare X'X", kernels, product, 0.5),
    ]


def icc_task() -> Task:
    rng = np.random.default_rng(2)
    ratings = rng.standard_normal((2_000, 1)) + rng.standard_normal((2_000, 5))
    names = {"id_vars": "person", "var_name": "rater", "value_name": "score"}
    rows = pd.DataFrame(ratings).rename_axis("person").reset_index().melt(**names)
    return Task(
        "all ICCs, 2,000 x 5: public call, pingouin",
        lambda: pp.icc(ratings),
        lambda: pingouin.intraclass_corr(rows, targets="person", raters="rater", ratings="score"),
        5.0,
    )


def bootstrap_tasks() -> list[Task]:
    x = answers(500, 20)
    frame = pd.DataFrame(x)

    def hundred() -> object:
        return [pingouin.cronbach_alpha(frame) for _ in range(100)]

    def public() -> object:
        return pp.cronbach_alpha(x, categories=CATEGORIES, interval="percentile", n_boot=10_000)

    name = "10,000 bootstrap alphas, 500 x 20: {}, 100 calls of pingouin"
    return [
        Task(name.format("kernel"), lambda: bootstrap_alpha(x, 10_000, 1), hundred, 1.0),
        Task(name.format("public call"), public, hundred, 1.0),
    ]


def seconds(work: Work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 31
    print("| task | ours, ms | peer, ms | ratio | bar | met |\n|---|---|---|---|---|---|")
    for task in (*alpha_tasks(), icc_task(), *bootstrap_tasks()):
        seconds(task.ours), seconds(task.peer)
        times = [(seconds(task.ours), seconds(task.peer)) for _ in range(pairs)]
        ours, peer = (statistics.median(side) * 1000 for side in zip(*times, strict=True))
        ratio = statistics.median(theirs / own for own, theirs in times)
        met = "yes" if ratio >= task.bar else "no"
        print(f"| {task.name} | {ours:.2f} | {peer:.2f} | {ratio:.2f} | {task.bar} | {met} |", flush=True)
    versions = f"pingouin {pingouin.__version__}, NumPy {np.__version__}, pandas {pd.__version__}"
    print(f"\n{pairs} pairs each, one thread, {versions}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
