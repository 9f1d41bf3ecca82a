r"""Fits of ordered items by diagonally weighted or unweighted least squares, with robust errors and tests.

With the slopes J of the statistics, the diagonal weight W and n times the statistics' covariance
:math:`\Gamma`: :math:`E = J' W J`, parameters have the covariance
:math:`E^{-1} J' W \Gamma W J E^{-1} / n` (robust.sem; Muthen, du Toit & Spisic 1997), and the chi-square
:math:`T = n r' W r` is a weighted sum of chi-squares with the eigenvalues of :math:`U \Gamma`,
:math:`U = W - W J E^{-1} J' W`. Only their sum and sum of squares are needed (in small samples with
:math:`n_g - 1` in the place of :math:`n_g` in T, and n less the number of groups in the robust covariance,
as lavaan has it):

* mean-adjusted (WLSM, ULSM): :math:`T / c`, :math:`c = tr(U\Gamma) / df`;
* mean and variance adjusted (WLSMVS; Satterthwaite 1941): :math:`T d' / tr(U\Gamma)` on
  :math:`d' = tr(U\Gamma)^2 / tr((U\Gamma)^2)`;
* scaled and shifted (WLSMV, ULSMV; Asparouhov & Muthen 2010): :math:`a T + df - a\, tr(U\Gamma)`,
  :math:`a = \sqrt{df / tr((U\Gamma)^2)}`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.sem.ordered import (
    OrderedModel,
    OrderedStatistics,
    implied_statistics,
    least_squares,
    ordered_start,
    statistic_slopes,
)
from propsych.kernels.sem.robust import inverse
from propsych.kernels.sem.search import Derivatives, Search, minimise

__all__ = [
    "AdjustedTest",
    "Adjustment",
    "OrderedEstimation",
    "adjusted",
    "difference_test",
    "estimate_ordered",
    "evaluate_ordered",
    "independence",
    "weights_of",
]

Floats = NDArray[np.float64]
Adjustment = Literal["mean", "satterthwaite", "shifted"]
SINGULAR = 1e-9


class AdjustedTest(NamedTuple):
    """An adjusted chi-square: `factor` divides, `shift` is added; df may be broken (Satterthwaite)."""

    chi2: float
    df: float
    factor: float
    shift: float


class OrderedEstimation(NamedTuple):
    """A fitted model of ordered items.

    Attributes
    ----------
    parameters : ndarray of float, shape (p,)
    covariance, bread, meat : ndarray of float, shape (p, p)
        Robust covariance of the parameters; the inverse of J'WJ; J'W Gamma WJ.
    chi2 : float
        n times r'Wr; not a chi-square before it is adjusted.
    df : int
    fit : float
        F.
    trace, trace_of_square : float
        Of U Gamma, and of its square.
    search : Search or None
    determined : bool
    """

    parameters: Floats
    covariance: Floats
    bread: Floats
    meat: Floats
    chi2: float
    df: int
    fit: float
    trace: float
    trace_of_square: float
    search: Search | None
    determined: bool


def weights_of(data: Sequence[OrderedStatistics], unweighted: bool) -> tuple[Floats, ...]:
    """Return the diagonal of each group's weight: 1 over sampling variances, or 1."""
    if unweighted:
        return tuple(np.ones(len(one.values)) for one in data)
    return tuple(1.0 / np.diag(one.nacov) for one in data)


def estimate_ordered(
    ordered: OrderedModel,
    data: Sequence[OrderedStatistics],
    weights: Sequence[Floats],
    start: Floats | None = None,
) -> OrderedEstimation:
    """Fit a model of ordered items; `start` is NaN where the start is to be chosen."""
    begin = ordered_start(ordered, data)
    if start is not None:
        begin = np.where(np.isnan(start), begin, start)
    found = minimise(_kept(lambda x, o: least_squares(ordered, data, weights, x, o)), begin)
    return evaluate_ordered(ordered, data, weights, found.x, found)


def _kept(at: Callable[[Floats, bool], Derivatives]) -> Callable[[Floats, bool], Derivatives]:
    """Keep the last value, so that nothing is computed twice at one place."""
    last: dict[tuple[bytes, bool], Derivatives] = {}

    def again(x: Floats, observed: bool) -> Derivatives:
        key = (x.tobytes(), observed)
        if key not in last:
            if len(last) > 3:
                last.clear()
            last[key] = at(x, observed)
        return last[key]

    return again


def evaluate_ordered(
    ordered: OrderedModel,
    data: Sequence[OrderedStatistics],
    weights: Sequence[Floats],
    parameters: Floats,
    search: Search | None = None,
) -> OrderedEstimation:
    """Return the fit at given parameters: their covariance and what the tests need."""
    p, total = ordered.model.n_parameters, sum(one.n for one in data)
    E, B, middle = (np.zeros((p, p)) for _ in range(3))
    whole, squares, value = 0.0, 0.0, 0.0
    for g, (one, w) in enumerate(zip(data, weights, strict=True)):
        share = one.n / total
        residual = implied_statistics(ordered, g, parameters, one.item, one.threshold) - one.values
        value += 0.5 * (one.n - 1) / total * float(residual @ (w * residual))
        Q = statistic_slopes(ordered, g, parameters, one.item, one.threshold) * w[:, None]
        GQ = one.nacov @ Q
        E += share * (Q.T @ (Q / w[:, None]))
        B += share * (Q.T @ GQ)
        middle += share * (GQ.T @ (GQ * w[:, None]))
        whole += float(w @ np.diag(one.nacov))
        squares += float(w @ np.square(one.nacov) @ w)
    df = sum(len(one.values) for one in data) - p
    usable = bool(np.isfinite(E).all() and np.isfinite(value))
    if not usable:
        nan = np.full((p, p), np.nan)
        return OrderedEstimation(parameters, nan, nan, nan, np.nan, df, np.nan, np.nan, np.nan, search, False)
    scale = np.sqrt(np.maximum(np.diag(E), 1e-300))
    determined = bool(np.linalg.eigvalsh(E / np.outer(scale, scale))[0] > SINGULAR)
    bread = inverse(E)
    BB = bread @ B
    trace = whole - float(np.trace(BB))
    square = squares - 2.0 * float(np.einsum("ij,ji->", bread, middle)) + float(np.einsum("ij,ji->", BB, BB))
    covariance = BB @ bread / (total - len(data))
    chi2 = 2.0 * total * value if df else 0.0
    return OrderedEstimation(
        parameters,
        0.5 * (covariance + covariance.T),
        bread,
        B,
        chi2,
        df,
        value,
        trace,
        square,
        search,
        determined,
    )


def independence(data: Sequence[OrderedStatistics], weights: Sequence[Floats]) -> OrderedEstimation:
    """Return the fit of the model in which items do not correlate and have thresholds of their own."""
    total = sum(one.n for one in data)
    value, trace, square, df = 0.0, 0.0, 0.0, 0
    for one, w in zip(data, weights, strict=True):
        m = len(one.item)
        r, v, G = one.values[m:], w[m:], one.nacov[m:, m:]
        value += 0.5 * (one.n - 1) / total * float(r @ (v * r))
        trace += float(v @ np.diag(G))
        square += float(v @ np.square(G) @ v)
        df += len(r)
    none = np.zeros(0)
    empty = np.zeros((0, 0))
    return OrderedEstimation(
        none, empty, empty, empty, 2.0 * total * value, df, value, trace, square, None, True
    )


def adjusted(chi2: float, df: int, trace: float, square: float, kind: Adjustment) -> AdjustedTest:
    """Return the adjusted chi-square from the trace of U Gamma and that of its square."""
    nan = float("nan")
    if df <= 0 or not trace > 0.0 or not square > 0.0:
        return AdjustedTest(nan, float(df), nan, nan)
    if kind == "mean":
        factor = trace / df
        return AdjustedTest(chi2 / factor, float(df), factor, 0.0)
    if kind == "satterthwaite":
        broken = trace**2 / square
        factor = trace / broken
        return AdjustedTest(chi2 / factor, broken, factor, 0.0)
    a = float(np.sqrt(df / square))
    shift = df - a * trace
    return AdjustedTest(a * chi2 + shift, float(df), 1.0 / a, shift)


def difference_test(
    wide: OrderedEstimation,
    wide_slopes: Floats,
    narrow: OrderedEstimation,
    narrow_slopes: Floats,
    kind: Adjustment = "shifted",
) -> AdjustedTest:
    r"""Test a narrower model within a wider one.

    Parameters
    ----------
    wide, narrow : OrderedEstimation
    wide_slopes, narrow_slopes : ndarray of float, shape (s, p)
        Slopes of the statistics of all groups, one group below the other.
    kind : {"mean", "satterthwaite", "shifted"}

    Notes
    -----
    Satorra (2000), doi:10.1007/978-1-4615-4603-0_17: the difference of the chi-squares is a weighted sum
    with the eigenvalues of :math:`(A P A')^{-1} A C A'`, P the wide model's inverse of J'WJ, C n times its
    robust covariance and :math:`A` the directions of its parameters that the narrow model cannot go:
    orthogonal to the regression of the narrow slopes on the wide ones.
    """
    df = narrow.df - wide.df
    nan = float("nan")
    if df <= 0:
        return AdjustedTest(nan, float(df), nan, nan)
    H = np.linalg.lstsq(wide_slopes, narrow_slopes, rcond=None)[0]
    left = np.linalg.svd(H, full_matrices=True)[0]
    A = left[:, H.shape[0] - df :].T
    P = A @ wide.bread @ A.T
    C = A @ wide.bread @ wide.meat @ wide.bread @ A.T
    M = np.linalg.solve(P, C)
    trace, square = float(np.trace(M)), float(np.einsum("ij,ji->", M, M))
    return adjusted(narrow.chi2 - wide.chi2, df, trace, square, kind)
