"""psych::polychoric as its default call works: what it corrects, and what it does not."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, special

from propsych.kernels.bivariate_normal import bivariate_cdf, bivariate_density
from propsych.kernels.polychoric import polychoric
from tests.conformance.adapters.objectives import Objective, judged

Floats = NDArray[np.float64]

ENDS = 0.9999


class PeerPolychoric(NamedTuple):
    """Polychoric correlations by psych's rules, with the tables and thresholds of each pair.

    `corrected` and `smoothed` tell that the rules changed something.
    """

    R: Floats
    corrected: bool
    smoothed: bool
    tables: Floats
    rows: list[Floats]
    columns: list[Floats]
    first: NDArray[np.int64]
    second: NDArray[np.int64]

    def objectives(self, theirs: Floats) -> tuple[list[Objective], Objective]:
        """Return minus the deviance (or its slope) of each pair at ours and at theirs, and the sum."""
        ours = self._at(self.R)
        peers = self._at(theirs)
        pairs = [judged((a[0], b[0]), (a[1], b[1])) for a, b in zip(ours, peers, strict=True)]
        return pairs, (sum(value for value, _ in ours), sum(value for value, _ in peers))

    def _at(self, R: Floats) -> list[tuple[float, float]]:
        pairs = zip(self.tables, self.rows, self.columns, self.first, self.second, strict=True)
        return [_likelihood(table, x, y, float(R[i, j])) for table, x, y, i, j in pairs]


def positions_of(frame: pd.DataFrame) -> NDArray[np.int64]:
    """Return answers as positions above the lowest answer to any item, -1 where missing."""
    codes = frame.to_numpy(dtype=float)
    return np.where(np.isnan(codes), -1, codes - np.nanmin(codes)).astype(np.int64)


def default_polychoric(frame: pd.DataFrame, correct: float = 0.5, everywhere: bool = True) -> PeerPolychoric:
    """Return polychoric correlations by psych's rules.

    With thresholds from everybody's answers (`everywhere`, psych's global=TRUE) no cell is corrected. Where
    the items' highest answers differ psych goes over to thresholds from each pair's own table, and then adds
    `correct` to its empty cells, before it takes the thresholds. A matrix that is not positive definite is
    smoothed.
    """
    positions = positions_of(frame)
    found = polychoric(positions, int(positions.max()) + 1)
    tables, first, second = found.tables.counts, found.tables.first, found.tables.second
    highest = positions.max(axis=0)
    if everywhere and highest.min() == highest.max():
        thresholds = found.thresholds
        rows, columns = [thresholds[i] for i in first], [thresholds[j] for j in second]
        return PeerPolychoric(*smoothed_by_psych(found.R, False), tables, rows, columns, first, second)
    tables = np.stack([with_correction(table, correct) for table in tables])
    rows, columns = [], []
    R = np.eye(len(found.R))
    for p, table in enumerate(tables):
        n = found.tables.counts[p].sum()
        rows.append(psych_thresholds(table.sum(axis=1) / n))
        columns.append(psych_thresholds(table.sum(axis=0) / n))
        R[first[p], second[p]] = R[second[p], first[p]] = search_table(table, rows[p], columns[p])
    return PeerPolychoric(*smoothed_by_psych(R, True), tables, rows, columns, first, second)


def smoothed_by_psych(R: Floats, corrected: bool) -> tuple[Floats, bool, bool]:
    """Return R, or psych's cor.smooth of it: tiny roots in place of negative ones, the sum of roots kept."""
    roots, vectors = np.linalg.eigh(R)
    if not roots[0] < np.finfo(float).eps:
        return R, corrected, False
    raised = np.where(roots < 1e-12, 1e-10, roots)
    S = (vectors * (raised * len(R) / raised.sum())) @ vectors.T
    scale = np.sqrt(np.diag(S))
    return S / np.outer(scale, scale), corrected, True


def with_correction(table: Floats, correct: float) -> Floats:
    used = np.outer(table.sum(axis=1) > 0, table.sum(axis=0) > 0)
    return np.asarray(table + correct * (used & (table == 0)))


def psych_thresholds(shares: Floats) -> Floats:
    # corrected tables sum to more than 1: psych's thresholds are of the uncorrected total
    return np.asarray(special.ndtri(np.minimum(np.cumsum(shares)[:-1], 1.0)))


def _likelihood(table: Floats, rows: Floats, columns: Floats, rho: float) -> tuple[float, float]:
    """Return minus the deviance (twice the log-likelihood) of a table, and its slope in rho."""
    end = np.array([np.inf])
    x, y = (np.concatenate([-end, inner, end]) for inner in (rows, columns))
    r = np.full((1, 1), rho)
    p = np.maximum(_cells(bivariate_cdf(x[:, None], y[None, :], r)), 1e-300)
    slope = _cells(bivariate_density(x[:, None], y[None, :], r))
    ratio = np.where(table > 0, slope / p, 0.0)
    return 2.0 * float((table * np.log(p)).sum()), 2.0 * float((table * ratio).sum())


def _cells(corner: Floats) -> Floats:
    return np.diff(np.diff(corner, axis=0), axis=1)


def search_table(table: Floats, rows: Floats, columns: Floats) -> float:
    """Return the correlation where the likelihood is largest: where its slope changes sign."""
    found = optimize.minimize_scalar(
        lambda rho: -_likelihood(table, rows, columns, rho)[0], bounds=(-ENDS, ENDS), method="bounded"
    )
    low, high = max(found.x - 1e-3, -ENDS), min(found.x + 1e-3, ENDS)

    def slope(rho: float) -> float:
        return _likelihood(table, rows, columns, rho)[1]

    if slope(low) * slope(high) > 0.0:  # it rises to the end of the range
        return float(found.x)
    return float(optimize.brentq(slope, low, high, xtol=1e-12))
