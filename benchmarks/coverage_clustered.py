"""Coverage of intervals for shares when persons come from a few sites that differ.

    python benchmarks/coverage_clustered.py [--runs 4000] [--seed 1]

Every run draws new sites: a site's share is beta distributed about the true one, so that two persons of one
site correlate by the site correlation; the persons of a site then answer independently. Measured is how often
each interval holds the share in the population that the sites were drawn from, and its mean width.
"""

from __future__ import annotations

import argparse

import numpy as np

from propsych.kernels.proportions import clustered_share, wilson

SIZES = {"equal": (70,) * 6, "unequal": (20, 35, 50, 70, 95, 150)}
SHARES = (0.05, 0.1, 0.2, 0.5)
CORRELATIONS = (0.0, 0.02, 0.05)


def draw(
    rng: np.random.Generator, sizes: tuple[int, ...], share: float, correlation: float, runs: int
) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    """Return the number of successes by run and site."""
    shape = (runs, len(sizes))
    if correlation:
        scale = (1 - correlation) / correlation
        site = rng.beta(share * scale, (1 - share) * scale, shape)
    else:
        site = np.full(shape, share)
    return rng.binomial(np.array(sizes), site)


def persons(
    counts: np.ndarray[tuple[int, int], np.dtype[np.int64]], sizes: tuple[int, ...]
) -> tuple[np.ndarray[tuple[int, int], np.dtype[np.float64]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Return answers (persons by runs) and the site of each person."""
    site = np.repeat(np.arange(len(sizes)), sizes)
    within = np.concatenate([np.arange(size) for size in sizes])
    return (within[:, None] < counts.T[site]).astype(float), site


def measure(sizes: tuple[int, ...], share: float, correlation: float, runs: int, seed: int) -> list[float]:
    """Return coverage and mean width of the plain and of the clustered interval."""
    counts = draw(np.random.default_rng(seed), sizes, share, correlation, runs)
    plain = wilson(counts.sum(axis=1), sum(sizes))
    answers, site = persons(counts, sizes)
    clustered = clustered_share(answers, site)
    row = []
    for interval in (plain, clustered):
        row.append(float(((interval.lower <= share) & (share <= interval.upper)).mean()))
        row.append(float((interval.upper - interval.lower).mean()))
    return row


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    error = np.sqrt(0.95 * 0.05 / options.runs)
    print(f"6 sites, 420 persons, level .95, {options.runs} runs a row (simulation error about {error:.3f})")
    print(f"{'sizes':<9}{'share':>6}{'site r':>8}{'Wilson':>9}{'width':>8}{'clustered':>11}{'width':>8}")
    for name, sizes in SIZES.items():
        for correlation in CORRELATIONS:
            for share in SHARES:
                row = measure(sizes, share, correlation, options.runs, options.seed)
                print(
                    f"{name:<9}{share:>6.2f}{correlation:>8.2f}"
                    f"{row[0]:>9.3f}{row[1]:>8.3f}{row[2]:>11.3f}{row[3]:>8.3f}"
                )


if __name__ == "__main__":
    main()
