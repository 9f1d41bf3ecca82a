"""Speed of polychoric correlations beside psych, lavaan and (where it is installed) ordinalcorr.

    python benchmarks/correlation_speed.py [rounds]

Simulated answers of 500 x 20, 2,000 x 50 and 20,000 x 100, five categories, some of them hardly used. One
process at a time, one BLAS thread on both sides; R's BLAS is named, and where Rscript, psych or lavaan is
missing its rows are left out. A ratio is the peer's time over ours in the same run: absolute times move from
machine to machine. R's times are of one call, without reading the data.

Ours are three: the kernel alone (tables, thresholds, correlations), the kernel with standard errors of
thresholds and correlations, and the public call, which checks the answers and tests every pair besides. psych
has neither errors nor tests; lavaan's time is without standard errors.

psych is called without a correction of empty cells: with its default it stops with an error where the items'
answers differ in number. EGAnet's C routine is not run here. On the machine where it was measured it took
.265 s for 20,000 x 100 and psych 39.5 s: 149 times as long.
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
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

import propsych as pp
from propsych.kernels.polychoric import polychoric, polychoric_errors

SIZES = ((500, 20, 3, 1), (2_000, 50, 5, 2), (20_000, 100, 5, 3))
EGANET_BESIDE_PSYCH = 39.5 / 0.265
R = """
options(mc.cores = 1, warn = -1)
for (package in c("psych", "lavaan")) {
  if (!requireNamespace(package, quietly = TRUE)) next
  for (file in list.files(commandArgs(TRUE)[1], full.names = TRUE)) {
    x <- read.csv(file)
    call <- if (package == "psych") function() psych::polychoric(x, correct = 0) else
      function() lavaan::lavCor(x, ordered = names(x), se = "none")
    sink(nullfile())
    seconds <- try(suppressWarnings(suppressMessages(system.time(call())[[3]])), silent = TRUE)
    sink()
    if (!inherits(seconds, "try-error"))
      cat(sprintf("%s %s,%s,%.3f\\n", package, packageVersion(package), basename(file), seconds))
  }
}
cat(sprintf("blas,%s,0\\n", basename(extSoftVersion()[["BLAS"]])))
"""


def answers(n: int, k: int, n_factors: int, seed: int) -> np.ndarray:
    """Return answers 0 to 4 of correlated factors, with cuts that differ from item to item."""
    rng = np.random.default_rng(seed)
    loadings = np.zeros((k, n_factors))
    loadings[np.arange(k), np.arange(k) % n_factors] = rng.uniform(0.45, 0.85, k)
    phi = np.full((n_factors, n_factors), 0.4) + 0.6 * np.eye(n_factors)
    factors = rng.multivariate_normal(np.zeros(n_factors), phi, n)
    unique = np.sqrt(1 - np.square(loadings).sum(axis=1))
    latent = factors @ loadings.T + rng.standard_normal((n, k)) * unique
    cuts = np.sort(rng.normal(0, 0.9, (k, 4)), axis=1) + rng.normal(0, 0.4, (k, 1)) + np.arange(4) * 0.25
    return np.stack([np.searchsorted(cuts[j], latent[:, j]) for j in range(k)], axis=1).astype(np.int16)


def seconds(work: Callable[[], object], rounds: int) -> float:
    """Return the median time of some calls after a first one."""
    work()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peers(sets: dict[str, np.ndarray]) -> dict[str, dict[str, float]]:
    """Return peer -> set -> seconds."""
    found: dict[str, dict[str, float]] = {}
    if shutil.which("Rscript"):
        with tempfile.TemporaryDirectory() as folder:
            for name, x in sets.items():
                frame = pd.DataFrame(x, columns=[f"i{j}" for j in range(x.shape[1])])
                frame.to_csv(Path(folder) / f"{name}.csv", index=False)
            script = Path(folder) / "peers.R"
            data = Path(folder) / "data"
            data.mkdir()
            for name in sets:
                (Path(folder) / f"{name}.csv").rename(data / name)
            script.write_text(R, encoding="utf-8")
            run = ["Rscript", str(script), str(data)]
            lines = subprocess.run(run, capture_output=True, text=True, check=True).stdout.splitlines()
        rows = [line.split(",") for line in lines if line.count(",") == 2]
        blas = next((name for kind, name, _ in rows if kind == "blas"), "unknown BLAS")
        for peer, name, time_taken in rows:
            if peer != "blas":
                found.setdefault(f"{peer} ({blas})", {})[name] = float(time_taken)
    try:
        from ordinalcorr import polychoric as one_pair  # type: ignore[import-not-found]
    except ImportError:
        return found
    for name, x in list(sets.items())[:2]:
        start = time.perf_counter()
        for i in range(x.shape[1]):
            for j in range(i):
                one_pair(x[:, i], x[:, j])
        found.setdefault("ordinalcorr", {})[name] = time.perf_counter() - start
    return found


def main() -> int:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    sets = {f"{n} x {k}": answers(n, k, factors, seed) for n, k, factors, seed in SIZES}
    beside = peers(sets)
    print("| answers | ours | ms |" + "".join(f" {peer}, s | ratio |" for peer in beside))
    print("|---|---|---|" + "---|---|" * len(beside))
    for name, x in sets.items():
        ways: dict[str, Callable[[], object]] = {
            "kernel": lambda x=x: polychoric(x, 5),
            "kernel with standard errors": lambda x=x: polychoric_errors(polychoric(x, 5)),
            "public call": lambda x=x: pp.polychoric(x, categories=range(5)),
            "public call, joint ML": lambda x=x: pp.polychoric(x, categories=range(5), method="ml"),
        }
        for way, work in ways.items():
            own = seconds(work, rounds if "ML" not in way else 1)
            cells = [(times.get(name), times.get(name, np.nan) / own) for times in beside.values()]
            text = "".join(f" {t:.2f} | {ratio:.0f} |" if t is not None else " | |" for t, ratio in cells)
            print(f"| {name} | {way} | {own * 1000:.1f} |{text}", flush=True)
    print(f"\nNumPy {np.__version__}, pandas {pd.__version__}; medians of {rounds} rounds (ML: one).")
    print(f"A ratio to psych above {EGANET_BESIDE_PSYCH:.0f} at 20000 x 100 is faster than EGAnet's C code.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
