"""Speed of exploratory factor analysis beside factor-analyzer, and beside psych through Rscript.

    python benchmarks/efa_speed.py [rounds]

One thread on both sides (R as it is built: the BLAS it names is printed), in turn, so that the ratio holds
when the machine's speed drifts. A ratio is the median over rounds of the other's time divided by ours.

* minres + oblimin, 5 factors, 20,000 x 100, from the answers: `efa` as a user calls it, which checks every
  answer against the declared categories, rotates from ten starts and computes fit; with one start, which is
  what factor-analyzer does; and the kernels alone.
* parallel analysis of polychoric correlations, 500 x 20, and of Pearson correlations, 2,000 x 50: 20
  replicates of shuffled and 20 of simulated items on both sides. psych's simulated ones are of normal items,
  ours are cut at the items' thresholds and polychoric too.

psych is left out where Rscript or the package is missing.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import factor_analyzer
import numpy as np

import propsych as pp
from propsych.kernels.covariance import correlation_from_covariance
from propsych.kernels.cross_products import cross_products
from propsych.kernels.efa import minres
from propsych.kernels.rotation import oblimin

FIVE = range(5)
CUTS = (-1.2, -0.4, 0.4, 1.2)
BAR_EFA, BAR_POLYCHORIC = 10.0, 100.0
PSYCH = """
suppressPackageStartupMessages(library(psych))
options(mc.cores = 1)
x <- read.csv("{file}")
sink(nullfile())
seconds <- system.time(suppressWarnings(suppressMessages(
  fa.parallel(x, cor = "{kind}", n.iter = 20, plot = FALSE, correct = 0)
)))[["elapsed"]]
sink()
cat(seconds, extSoftVersion()[["BLAS"]], as.character(packageVersion("psych")))
"""


def answers(n: int, k: int, m: int = 5) -> np.ndarray:
    """Return answers 0 to 4 of m correlated factors, item j on factor j modulo m."""
    rng = np.random.default_rng(1)
    phi = np.full((m, m), 0.3) + 0.7 * np.eye(m)
    factors = rng.standard_normal((n, m)) @ np.linalg.cholesky(phi).T
    loading = np.linspace(0.5, 0.8, k)
    latent = factors[:, np.arange(k) % m] * loading + rng.standard_normal((n, k)) * np.sqrt(1 - loading**2)
    return np.digitize(latent, CUTS)


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def kernels(data: np.ndarray) -> object:
    R = correlation_from_covariance(cross_products(data.astype(np.int16)).covariance)
    return oblimin(minres(R, 5).loadings, n_starts=1)


def peer(data: np.ndarray) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return factor_analyzer.FactorAnalyzer(5, rotation="oblimin", method="minres").fit(data)


def efa_ratios(rounds: int) -> bool:
    data = answers(20_000, 100)
    floating = data.astype(float)
    ours = {
        "efa, ten starts": lambda: pp.efa(data, 5, categories=FIVE),
        "efa, one start": lambda: pp.efa(data, 5, categories=FIVE, n_starts=1),
        "kernels, one start": lambda: kernels(data),
    }
    times: dict[str, list[float]] = {name: [] for name in ("factor-analyzer", *ours)}
    for _ in range(rounds):
        times["factor-analyzer"].append(seconds(lambda: peer(floating)))
        for name, work in ours.items():
            times[name].append(seconds(work))
    theirs = times.pop("factor-analyzer")
    print(f"minres + oblimin, 5 factors, 20,000 x 100: factor-analyzer {statistics.median(theirs):.3f} s")
    met = True
    for name, own in times.items():
        ratio = statistics.median(a / b for a, b in zip(theirs, own, strict=True))
        print(f"  {name}: {statistics.median(own):.4f} s, {ratio:.1f} times as fast (bar {BAR_EFA:g})")
        met &= ratio >= BAR_EFA
    return met


def psych_seconds(data: np.ndarray, kind: str) -> tuple[float, str] | None:
    if shutil.which("Rscript") is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.csv"
        names = ",".join(f"q{j + 1}" for j in range(data.shape[1]))
        np.savetxt(file, data, fmt="%d", delimiter=",", header=names, comments="")
        script = PSYCH.format(file=file.as_posix(), kind=kind)
        done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True, check=False)
    words = done.stdout.split(maxsplit=1)
    return (float(words[0]), words[1]) if done.returncode == 0 and len(words) == 2 else None


def parallel_ratio(n: int, k: int, correlation: str, kind: str, rounds: int, bar: float) -> bool:
    data = answers(n, k)

    def work() -> object:
        return pp.parallel_analysis(data, categories=FIVE, correlation=correlation, n_replicates=20)  # type: ignore[arg-type]

    before = [seconds(work) for _ in range(rounds)]
    theirs = psych_seconds(data, kind)
    own = [*before, *(seconds(work) for _ in range(rounds))]
    middle = statistics.median(own)
    print(f"parallel analysis, {correlation}, {n:,} x {k}, 20 replicates: {middle:.4f} s")
    if theirs is None:
        print("  psych: not here")
        return True
    ratio = theirs[0] / middle
    wanted = f" (bar {bar:g})" if bar else ""
    print(
        f"  psych: {theirs[0]:.2f} s, ours {ratio:.1f} times as fast{wanted}; BLAS and version: {theirs[1]}"
    )
    return ratio >= bar


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    met = [
        efa_ratios(rounds),
        parallel_ratio(500, 20, "polychoric", "poly", rounds, BAR_POLYCHORIC),
        parallel_ratio(2_000, 50, "pearson", "cor", rounds, 0.0),
    ]
    sys.exit(0 if all(met) else 1)


if __name__ == "__main__":
    main()
