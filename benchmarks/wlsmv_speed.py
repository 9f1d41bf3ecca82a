"""Speed of factor analysis of ordered items beside lavaan.

    python benchmarks/wlsmv_speed.py [pairs]

Needs Rscript with the package lavaan. WLSMV of 2,000 x 50 in 5 categories, 5 factors, one thread on both
sides, in turn; R measures its own call, without its start. The ratio is the median over pairs of lavaan's
time divided by ours. Ours is `cfa` on a data frame with the parameters' table; lavaan's ``cfa`` with standard
errors and test, without ``fitMeasures``.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

import propsych as pp

R_CODE = """
suppressPackageStartupMessages(library(lavaan))
d <- read.csv("{data}")
m <- "{model}"
seconds <- system.time(fit <- cfa(m, d, ordered = TRUE, estimator = "WLSMV"))[[3]]
cat(seconds, fitMeasures(fit, "chisq.scaled"), extSoftVersion()[["BLAS"]])
"""
N, ITEMS, FACTORS, BAR = 2000, 50, 5, 25.0


def answers() -> pd.DataFrame:
    """Return answers 0 to 4; item j measures factor j modulo the number of factors, factors correlate .4."""
    rng = np.random.default_rng(7)
    phi = np.full((FACTORS, FACTORS), 0.4) + 0.6 * np.eye(FACTORS)
    loading = rng.uniform(0.45, 0.85, ITEMS)
    factors = rng.multivariate_normal(np.zeros(FACTORS), phi, N)
    latent = factors[:, np.arange(ITEMS) % FACTORS] * loading
    latent += np.sqrt(1.0 - loading**2) * rng.normal(size=(N, ITEMS))
    values = np.digitize(latent, [-1.2, -0.4, 0.4, 1.2])
    return pd.DataFrame(values, columns=[f"i{j}" for j in range(ITEMS)])


def model() -> str:
    """Return the model in lavaan's syntax."""
    own = [" + ".join(f"i{j}" for j in range(f, ITEMS, FACTORS)) for f in range(FACTORS)]
    return "; ".join(f"f{f} =~ {items}" for f, items in enumerate(own))


def ours(data: pd.DataFrame) -> tuple[float, float]:
    """Return seconds and the scaled chi-square."""
    begin = time.perf_counter()
    fit = pp.cfa(model(), data, estimator="WLSMV", ordered=True)
    _ = fit.parameters
    seconds = time.perf_counter() - begin
    return seconds, float(fit.fit_indices["chisq.scaled"])


def theirs(path: Path) -> tuple[float, float, str]:
    """Return lavaan's seconds and scaled chi-square, and its BLAS."""
    code = R_CODE.format(data=path.as_posix(), model=model())
    done = subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True)
    seconds, chi2, *blas = done.stdout.split()
    return float(seconds), float(chi2), " ".join(blas)


def main(pairs: int) -> int:
    """Print times and the ratio; 1 if it is below the bar."""
    data = answers()
    ours(data)
    ratios = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.csv"
        data.to_csv(path, index=False)
        for _ in range(pairs):
            own, chi2 = ours(data)
            peer, peer_chi2, blas = theirs(path)
            ratios.append(peer / own)
            print(
                f"propsych {own:.2f} s ({chi2:.4f}), lavaan {peer:.2f} s ({peer_chi2:.4f}; {Path(blas).name})"
            )
    ratio = statistics.median(ratios)
    print(f"WLSMV, {N:,} x {ITEMS}: {ratio:.0f}x (at least {BAR:.0f}x)")
    return int(ratio < BAR)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 3))
