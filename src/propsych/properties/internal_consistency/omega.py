"""All omegas of one scale in one table, each by its own name."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

from propsych.data.arguments import require_choice, require_count, require_level
from propsych.errors import AnalysisError
from propsych.properties.internal_consistency.coefficients import ScaleCoefficients
from propsych.properties.internal_consistency.gate import scale_answers, shared_remarks
from propsych.properties.internal_consistency.omega_one_factor import omega_categorical, omega_unidimensional
from propsych.properties.internal_consistency.omega_schmid_leiman import omega_schmid_leiman
from propsych.result import Estimate

__all__ = ["omega"]

ABOUT = {
    "omega_unidimensional": "omega_unidimensional: if one factor describes the items.",
    "omega_categorical": "omega_categorical: the same for ordered answers, of the observed sum score.",
    "omega_total": "omega_total: all common factors count as true score.",
    "omega_hierarchical": "omega_hierarchical: only what all items share counts as true score.",
}


def omega(
    data: Any,
    *,
    n_factors: int = 3,
    correlation: Literal["pearson", "polychoric"] = "pearson",
    level: float = 0.95,
    seed: int = 1,
    categories: Iterable[Any] | None = None,
) -> ScaleCoefficients:
    """Return the omegas of one scale: which omega is always in the name.

    Parameters
    ----------
    data : ItemData, data frame or array
        The items of one reflective scale, reversed as declared.
    n_factors : int, default 3
        Group factors behind total and hierarchical omega.
    correlation : {"pearson", "polychoric"}
        Behind total and hierarchical omega; with ``"polychoric"`` they are of latent responses and named so.
    level : float, default 0.95
        Confidence level.
    seed : int
        Of the rotation's random starts.
    categories : iterable, optional
        Declared categories of a bare frame or array.

    Returns
    -------
    ScaleCoefficients
        ``omega_unidimensional``, ``omega_categorical``, ``omega_total`` and ``omega_hierarchical``; one that
        cannot be computed is empty and its method says why.

    Raises
    ------
    propsych.errors.AnalysisError
        If none can be computed at all: a formative scale, fewer than three items, fewer than three complete
        persons, an item without variance.

    See Also
    --------
    omega_unidimensional, omega_categorical, omega_schmid_leiman : with tables and the sources.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> scores = np.digitize(rng.normal(size=(300, 1)) + rng.normal(size=(300, 6)), [-1, 0, 1])
    >>> list(omega(scores, n_factors=2, categories=range(4)).estimates)
    ['omega_unidimensional', 'omega_categorical', 'omega_total', 'omega_hierarchical']
    """
    level, seed = require_level(level), require_count("seed", seed, least=0)
    m = require_count("n_factors", n_factors, least=2)
    require_choice("correlation", correlation, ("pearson", "polychoric"))
    answers = scale_answers(data, categories, least_items=3, what="omega")
    items = answers.items
    ending = "" if correlation == "pearson" else "_of_latent_responses"
    calls: dict[str, Callable[[], ScaleCoefficients]] = {
        "omega_unidimensional": lambda: omega_unidimensional(items, level=level),
        "omega_categorical": lambda: omega_categorical(items, level=level),
    }
    remarks: list[str] = [ABOUT["omega_unidimensional"], ABOUT["omega_categorical"]]
    estimates: dict[str, Estimate] = {}
    for name, call in calls.items():
        found = _or_reason(call)
        estimates[name] = Estimate(None, method=found) if isinstance(found, str) else found[name]
        remarks += () if isinstance(found, str) else found.remarks
    both = _or_reason(
        lambda: omega_schmid_leiman(items, n_factors=m, correlation=correlation, level=level, seed=seed)
    )
    for name in ("omega_total", "omega_hierarchical"):
        full = name + ending
        estimates[full] = Estimate(None, method=both) if isinstance(both, str) else both[full]
        remarks.append(ABOUT[name])
    remarks += () if isinstance(both, str) else both.remarks
    remarks += shared_remarks(answers, dimension=False)
    unique = tuple(dict.fromkeys(remarks))
    return ScaleCoefficients("Omegas", items.name, estimates, answers.sample, unique)


def _or_reason(call: Callable[[], ScaleCoefficients]) -> ScaleCoefficients | str:
    try:
        return call()
    except AnalysisError as error:
        return str(error)
