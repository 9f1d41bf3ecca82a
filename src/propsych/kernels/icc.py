"""Intraclass correlations of complete ratings: mean squares, six coefficients, F and jackknife intervals.

The coefficients are Shrout & Fleiss's (1979, doi:10.1037/0033-2909.86.2.420); McGraw & Wong's names (1996,
doi:10.1037/1082-989X.1.1.30) for the same numbers are ICC(1) = ICC(1,1), ICC(A,1) = ICC(2,1) and
ICC(C,1) = ICC(3,1), and with k for the mean of k raters.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from propsych.kernels.jackknife import jackknife
from propsych.kernels.resampling import Limits, transformed_interval

__all__ = [
    "FORMS",
    "IccTest",
    "MeanSquares",
    "all_the_same",
    "f_interval",
    "f_test",
    "icc_from_mean_squares",
    "jackknife_interval",
    "limits_from_left_out",
    "mean_squares",
    "mean_squares_left_out",
    "satterthwaite_df",
    "spearman_brown",
]

Floats = NDArray[np.float64]
EPS = float(np.finfo(float).eps)
NOTHING = 1e-10
"""A standard error of a coefficient at or below this is rounding: nothing varies."""

FORMS = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
"""The order of the last axis wherever six coefficients stand together."""


class MeanSquares(NamedTuple):
    """Mean squares of the two-way layout without replication; arrays of the shape of the stack."""

    persons: Floats
    raters: Floats
    error: Floats
    within: Floats  # raters and error together: the one-way layout
    n: int
    k: int


class IccTest(NamedTuple):
    """F test of no agreement beyond chance for each form, shape (..., 6)."""

    F: Floats
    df1: Floats
    df2: Floats
    p: Floats


def _pooled(persons: Floats, raters: Floats, error: Floats, n: int, k: int) -> MeanSquares:
    within = (raters + error) / (n * (k - 1))
    return MeanSquares(persons / (n - 1), raters / (k - 1), error / ((n - 1) * (k - 1)), within, n, k)


def all_the_same(values: Floats) -> bool:
    """Tell whether complete scores differ by no more than rounding, so that nothing varies.

    Examples
    --------
    >>> all_the_same(np.array([0.3, 0.1 + 0.2])), all_the_same(np.array([0.3, 0.4]))
    (True, False)
    """
    return bool(np.ptp(values) <= 8.0 * EPS * np.abs(values).max())


def _clean(squares: Floats, noise: Floats) -> Floats:
    """Return sums of squares, 0 where rounding made them: ratings that do not differ have no error at all."""
    return np.asarray(np.where(squares > noise, squares, 0.0))


def mean_squares(values: Floats) -> MeanSquares:
    """Return the mean squares of complete ratings of shape (..., n, k), n and k at least 2."""
    n, k = values.shape[-2:]
    centred = values - values.mean(axis=(-2, -1), keepdims=True)
    row, column = centred.mean(axis=-1), centred.mean(axis=-2)
    rest = centred - row[..., :, None] - column[..., None, :]
    noise = n * k * np.square(8.0 * EPS * np.abs(values).max(axis=(-2, -1)))
    return _pooled(
        _clean(k * np.square(row).sum(axis=-1), noise),
        _clean(n * np.square(column).sum(axis=-1), noise),
        _clean(np.square(rest).sum(axis=(-2, -1)), noise),
        n,
        k,
    )


def mean_squares_left_out(values: Floats) -> MeanSquares:
    """Return the mean squares with each person left out in turn; arrays of shape (..., n)."""
    n, k = values.shape[-2:]
    x = values - values.mean(axis=(-2, -1), keepdims=True)
    row, column = x.sum(axis=-1), x.sum(axis=-2)
    total = row.sum(axis=-1)[..., None] - row
    mean_square = np.square(total) / ((n - 1) * k)
    squares = np.square(x).sum(axis=(-2, -1))[..., None] - np.square(x).sum(axis=-1)
    persons = (np.square(row).sum(axis=-1)[..., None] - np.square(row)) / k - mean_square
    raters = np.square(column[..., None, :] - x).sum(axis=-1) / (n - 1) - mean_square
    error = squares - mean_square - persons - raters
    # differences of sums of all squares: what is left of one below this is rounding
    noise = 64.0 * EPS * np.square(x).sum(axis=(-2, -1))[..., None]
    return _pooled(_clean(persons, noise), _clean(raters, noise), _clean(error, noise), n - 1, k)


def spearman_brown(single: Floats, k: int) -> Floats:
    """Return the reliability of the mean of `k` ratings from that of one; -inf at and below -1/(k-1)."""
    denominator = 1.0 + (k - 1) * single
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(
            denominator > 0.0, k * single / denominator, np.where(denominator <= 0, -np.inf, np.nan)
        )


def icc_from_mean_squares(ms: MeanSquares) -> Floats:
    """Return the six coefficients in the order of `FORMS`, shape (..., 6); NaN where nothing varies.

    Notes
    -----
    Shrout & Fleiss (1979), pages 423 and 426. They can be negative; ICC(.,k) has no lower end, and is -inf
    where the estimated variance of the mean of k ratings is not positive.

    Examples
    --------
    >>> ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    >>> icc_from_mean_squares(mean_squares(np.array(ratings, dtype=float))).round(2)
    array([0.17, 0.29, 0.71, 0.44, 0.62, 0.91])
    """
    n, k = ms.n, ms.k
    with np.errstate(divide="ignore", invalid="ignore"):
        one = (ms.persons - ms.within) / (ms.persons + (k - 1) * ms.within)
        shift = (ms.raters - ms.error) / n
        two = (ms.persons - ms.error) / (ms.persons + (k - 1) * ms.error + k * shift)
        three = (ms.persons - ms.error) / (ms.persons + (k - 1) * ms.error)
        one_k = (ms.persons - ms.within) / ms.persons
        spread = ms.persons + shift
        two_k = np.where(spread > 0.0, (ms.persons - ms.error) / spread, -np.inf)
        three_k = (ms.persons - ms.error) / ms.persons
    return np.stack([one, two, three, one_k, two_k, three_k], axis=-1)


def f_test(ms: MeanSquares) -> IccTest:
    """Return the F test that the coefficient is 0, for each form.

    For forms 2 and 3 the persons' mean square over the error's: at a coefficient of 0 the two hypotheses are
    one (McGraw & Wong 1996, table 8). NaN where the error is 0: no test.
    """
    n, k = ms.n, ms.k
    with np.errstate(divide="ignore", invalid="ignore"):
        one_way, two_way = (
            ms.persons / np.where(error > 0.0, error, np.nan) for error in (ms.within, ms.error)
        )
    F = np.stack([one_way, two_way, two_way] * 2, axis=-1)
    df1 = np.full(F.shape, n - 1.0)
    df2 = np.broadcast_to(np.array([n * (k - 1), *[(n - 1) * (k - 1)] * 2] * 2, dtype=float), F.shape)
    return IccTest(F, df1, df2, np.asarray(special.fdtrc(df1, df2, F)))


def satterthwaite_df(ms: MeanSquares, single: Floats) -> Floats:
    """Return the degrees of freedom behind the interval of ICC(2,1) at the value `single`.

    Notes
    -----
    McGraw & Wong (1996), table 7. Written for ICC(2,k) their a and b are the same numbers, because
    rho_k / (1 - rho_k) = k rho_1 / (1 - rho_1): so both coefficients have the same degrees of freedom, and
    the limits of ICC(2,k) are the Spearman-Brown transforms of those of ICC(2,1), as psych has them. irr
    multiplies by k once more for the mean of k raters and gets another interval.
    """
    n, k = ms.n, ms.k
    with np.errstate(divide="ignore", invalid="ignore"):
        odds = k * single / (n * (1.0 - single))
        a, b = odds * ms.raters, (1.0 + odds * (n - 1)) * ms.error
        return np.asarray(np.square(a + b) / (np.square(a) / (k - 1) + np.square(b) / ((n - 1) * (k - 1))))


def f_interval(ms: MeanSquares, level: float = 0.95) -> Limits:
    """Return normal-theory intervals of the six coefficients, shape (..., 6); they presume normal scores.

    Notes
    -----
    Shrout & Fleiss (1979), page 424 and the appendix; McGraw & Wong (1996), table 7. NaN where there is no
    error: agreement without exception in a sample is no certainty.
    """
    p, k = (1.0 + level) / 2.0, ms.k
    test = f_test(ms)
    sides = []
    with np.errstate(divide="ignore", invalid="ignore"):
        for low in (True, False):
            F, df1, df2 = test.F[..., :3:2], test.df1[..., :3:2], test.df2[..., :3:2]
            moved = F / special.fdtri(df1, df2, p) if low else F * special.fdtri(df2, df1, p)
            single = (moved - 1.0) / (moved + k - 1.0)
            mean = 1.0 - 1.0 / moved
            two = _agreement_limit(ms, p, low)
            sides.append(
                np.stack(
                    [single[..., 0], two, single[..., 1], mean[..., 0], spearman_brown(two, k), mean[..., 1]],
                    axis=-1,
                )
            )
    return Limits(*sides)


def _agreement_limit(ms: MeanSquares, p: float, low: bool) -> Floats:
    n, k, df1 = ms.n, ms.k, ms.n - 1.0
    v = satterthwaite_df(ms, icc_from_mean_squares(ms)[..., 1])
    rest = k * ms.raters + (k * n - k - n) * ms.error
    if low:
        # divided by F, which has no bound where raters shift so much that v is nearly 0
        persons = ms.persons / special.fdtri(df1, v, p)
        return np.asarray(n * (persons - ms.error) / (rest + n * persons))
    F = special.fdtri(v, df1, p)
    return np.asarray(n * (F * ms.persons - ms.error) / (rest + n * F * ms.persons))


def jackknife_interval(values: Floats, level: float = 0.95) -> Limits:
    """Return intervals of the six coefficients that presume no distribution, shape (6,).

    The delete-one jackknife over persons on the log(1 - x) scale, with Student's t on the degrees of freedom
    of :func:`propsych.kernels.jackknife.jackknife`. The raters are taken as they are: the intervals of
    ICC(2,.) do not cover other raters. NaN for fewer than four persons, and where nothing varies.
    """
    n, k = values.shape[-2:]
    nothing = np.full((*values.shape[:-2], len(FORMS)), np.nan)
    if n < 4:
        return Limits(nothing, nothing)
    single = icc_from_mean_squares(mean_squares(values))[..., :3]
    left_out = icc_from_mean_squares(mean_squares_left_out(values))[..., :3]
    limits = limits_from_left_out(single, np.moveaxis(left_out, -2, 0), k, level)
    return Limits(*(np.concatenate([side, spearman_brown(side, k)], axis=-1) for side in limits))


def limits_from_left_out(single: Floats, left_out: Floats, k: int, level: float = 0.95) -> Limits:
    """Return intervals of coefficients of single ratings from their values without each person (n, ...).

    No coefficient of k raters is below -1 / (k - 1) in a population, so no interval is, but for holding its
    own estimate.
    """
    # on the transformed scale itself: the jackknife then sees the curvature too
    with np.errstate(divide="ignore", invalid="ignore"):
        found = jackknife(np.log1p(-left_out))
    se = np.where(found.se > NOTHING, found.se, np.nan)
    limits = transformed_interval(single, se * (1.0 - single), level, "log1m", found.df)
    return Limits(np.maximum(limits.lower, np.minimum(single, -1.0 / (k - 1.0))), limits.upper)
