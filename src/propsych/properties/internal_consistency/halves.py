"""All split halves of one scale."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from propsych.data.arguments import require_choice, require_count
from propsych.kernels.covariance import correlation_from_covariance
from propsych.kernels.split_half import EXACT_UP_TO, split_halves
from propsych.properties.internal_consistency.coefficients import ScaleCoefficients, no_interval
from propsych.properties.internal_consistency.gate import scale_answers, shared_remarks

__all__ = ["split_half"]


def split_half(
    data: Any,
    *,
    matrix: Literal["covariance", "correlation"] = "covariance",
    n_splits: int = 10_000,
    seed: int = 1,
    categories: Iterable[Any] | None = None,
) -> ScaleCoefficients:
    """Return the largest, smallest and mean split-half reliability of one scale.

    Parameters
    ----------
    data : ItemData, data frame or array
        The items of one reflective scale, reversed as declared.
    matrix : {"covariance", "correlation"}
        Of the items as scored, or standardised.
    n_splits : int
        Sampled splits above 16 items; up to 16 all splits are taken.
    seed : int
        Of the sample.
    categories : iterable, optional
        Declared categories of a bare frame or array.

    Returns
    -------
    ScaleCoefficients
        ``split_half_max``, ``split_half_min``, ``split_half_mean``; none has an interval.

    Raises
    ------
    propsych.errors.AnalysisError
        For a formative scale, fewer than three items, fewer than three complete persons, an item without
        variance, or a sum that does not vary.

    Notes
    -----
    :func:`propsych.kernels.split_half.split_halves`: Guttman's formula for every split into halves (with
    an odd number of items, halves that differ by one). The mean of all splits of an even number of items
    is alpha (of the covariance matrix, with Guttman's formula: Cronbach 1951, doi:10.1007/BF02310555).

    Do not take the largest for the reliability: it picks the luckiest of many splits, and no interval of it
    holds. The smallest is no bound either.

    Examples
    --------
    >>> scores = [[1, 2, 1, 2], [2, 2, 3, 3], [3, 4, 3, 3], [4, 4, 4, 5], [2, 3, 2, 1]]
    >>> found = split_half(scores, categories=range(1, 6))
    >>> found.value("split_half_min") <= found.value("split_half_mean") <= found.value("split_half_max")
    True
    """
    require_choice("matrix", matrix, ("covariance", "correlation"))
    n_splits, seed = require_count("n_splits", n_splits), require_count("seed", seed, least=0)
    answers = scale_answers(data, categories, least_items=3, what="a split half")
    used = answers.C if matrix == "covariance" else correlation_from_covariance(answers.C)
    found = split_halves(used, n_splits=n_splits, seed=seed)
    how = (
        f"all {found.n_splits} splits"
        if found.exact
        else f"{found.n_splits} sampled splits (seed {seed}), more than {EXACT_UP_TO} items"
    )
    extreme = f"{how}; the extreme of many splits, and a bootstrap of the largest covers 15 %"
    estimates = {
        "split_half_max": no_interval(found.maximum, extreme),
        "split_half_min": no_interval(found.minimum, extreme),
        "split_half_mean": no_interval(found.mean, f"{how}; use alpha's interval"),
    }
    about = ("The largest split half capitalises on chance.", *shared_remarks(answers))
    return ScaleCoefficients("Split halves", answers.items.name, estimates, answers.sample, about)
