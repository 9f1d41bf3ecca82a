"""Speed of confirmatory factor analysis beside lavaan.

    python benchmarks/cfa_speed.py [pairs]

Needs Rscript with the package lavaan. One thread on both sides, in turn (ours, theirs, ours, ...); R measures
its own call, without its start. A ratio is the median over pairs of lavaan's time divided by ours.

* ML, 2,000 x 50, 5 factors: `cfa` as a user calls it on a data frame, with the parameters' table; lavaan's
  ``cfa`` with standard errors and test, without ``fitMeasures``.
* Full information, 1,500 x 30, 3 factors, 5 % missing: the same, with the observed information of both.
* The same with fit indices on both sides, ours with those corrected for what is missing.
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
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import propsych as pp

R_CODE = """
suppressPackageStartupMessages(library(lavaan))
d <- read.csv("{data}")
m <- "{model}"
seconds <- system.time({{ fit <- cfa(m, d{options}); {after} }})[[3]]
cat(seconds, fitMeasures(fit, "chisq"), extSoftVersion()[["BLAS"]])
"""


@dataclass(frozen=True)
class Task:
    """One model and data set, and the least ratio of lavaan's time to ours."""

    name: str
    n: int
    items: int
    factors: int
    missing: float
    indices: bool
    bar: float


TASKS = (
    Task("ML, 2,000 x 50", 2000, 50, 5, 0.0, False, 10.0),
    Task("full information, 1,500 x 30, 5 % missing", 1500, 30, 3, 0.05, False, 15.0),
    Task("full information with fit indices", 1500, 30, 3, 0.05, True, 15.0),
)


def answers(task: Task) -> pd.DataFrame:
    """Return answers 0 to 4; item j measures factor j modulo the number of factors, factors correlate .4."""
    rng = np.random.default_rng(task.items)
    loadings = np.zeros((task.items, task.factors))
    loadings[np.arange(task.items), np.arange(task.items) % task.factors] = rng.uniform(
        0.45, 0.85, task.items
    )
    phi = np.full((task.factors, task.factors), 0.4) + 0.6 * np.eye(task.factors)
    factors = rng.multivariate_normal(np.zeros(task.factors), phi, task.n)
    residual = np.sqrt(1.0 - ((loadings @ phi) * loadings).sum(axis=1))
    latent = factors @ loadings.T + residual * rng.normal(size=(task.n, task.items))
    values = np.digitize(latent, [-1.2, -0.4, 0.4, 1.2]).astype(float)
    values[rng.random(values.shape) < task.missing] = np.nan
    return pd.DataFrame(values, columns=[f"i{j}" for j in range(task.items)])


def model(task: Task) -> str:
    names = [f"i{j}" for j in range(task.items)]
    return "\n".join(f"f{k} =~ {' + '.join(names[k :: task.factors])}" for k in range(task.factors))


def ours(task: Task, data: pd.DataFrame) -> tuple[float, float]:
    """Return seconds and the chi-square."""
    begin = time.perf_counter()
    fit = pp.cfa(model(task), data, missing="fiml" if task.missing else "listwise")
    assert len(fit.parameters)
    if task.indices:
        assert len(fit.fit_indices)
    seconds = time.perf_counter() - begin
    return seconds, fit.fitted.estimation.chi2


def theirs(task: Task, file: Path) -> tuple[float, float, str]:
    """Return seconds, the chi-square and R's BLAS."""
    code = R_CODE.format(
        data=file.as_posix(),
        model=model(task).replace("\n", "\\n"),
        options=', missing = "ml"' if task.missing else "",
        after="fitMeasures(fit)" if task.indices else "NULL",
    )
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True)
    seconds, chi2, *blas = done.stdout.split()
    return float(seconds), float(chi2), Path(" ".join(blas)).name


def main() -> int:
    """Print one line a task; return 1 if a ratio is below its bar."""
    if shutil.which("Rscript") is None:
        print("Rscript is not installed: nothing to compare with")
        return 0
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    below = False
    with tempfile.TemporaryDirectory() as folder:
        for task in TASKS:
            data = answers(task)
            file = Path(folder) / "answers.csv"
            data.to_csv(file, index=False)
            ours(task, data)
            mine, peer, ratios = [], [], []
            for _ in range(pairs):
                seconds, chi2 = ours(task, data)
                peer_seconds, peer_chi2, blas = theirs(task, file)
                assert abs(chi2 - peer_chi2) < 1e-3 * chi2, (chi2, peer_chi2)
                mine.append(seconds)
                peer.append(peer_seconds)
                ratios.append(peer_seconds / seconds)
            ratio = statistics.median(ratios)
            below |= ratio < task.bar
            print(
                f"{task.name}: ours {statistics.median(mine):.4f} s, lavaan {statistics.median(peer):.3f} s"
                f" ({blas}), ratio {ratio:.1f} (bar {task.bar:.0f})"
            )
    return int(below)


if __name__ == "__main__":
    sys.exit(main())
