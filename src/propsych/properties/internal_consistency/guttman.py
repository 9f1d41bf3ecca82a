"""Guttman's lambdas, ten Berge and Zegers's mu, and the greatest lower bound."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from propsych.data.arguments import require_choice, require_count, require_level
from propsych.kernels.covariance import correlation_from_covariance
from propsych.kernels.greatest_lower_bound import greatest_lower_bound as glb_kernel
from propsych.kernels.guttman import lambda5, lambda6_covariance, lambda_1_2_3, mu
from propsych.kernels.left_out import left_out
from propsych.kernels.split_half import split_halves
from propsych.properties.internal_consistency.coefficients import (
    ScaleCoefficients,
    left_out_estimate,
    no_interval,
)
from propsych.properties.internal_consistency.gate import ScaleAnswers, scale_answers, shared_remarks
from propsych.result import Estimate

__all__ = ["greatest_lower_bound", "guttman"]

Matrix = Literal["covariance", "correlation"]
CHANCE = "it picks the best of many, so it is too high in small samples and a bootstrap covers 15 %"

SMOOTH: dict[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]] = {
    "lambda1": lambda C: lambda_1_2_3(C)[0],
    "lambda2": lambda C: lambda_1_2_3(C)[1],
    "lambda3": lambda C: lambda_1_2_3(C)[2],
    "lambda6": lambda6_covariance,
    "mu2": lambda C: mu(C)[2],
    "mu3": lambda C: mu(C)[3],
}
"""Coefficients that are smooth functions of the matrix, so that the delta method holds."""


def guttman(
    data: Any,
    *,
    matrix: Matrix = "covariance",
    level: float = 0.95,
    seed: int = 1,
    categories: Iterable[Any] | None = None,
) -> ScaleCoefficients:
    """Return Guttman's lambda 1 to 6 and ten Berge and Zegers's mu 0 to 3 of one scale.

    Parameters
    ----------
    data : ItemData, data frame or array
        The items of one reflective scale, reversed as declared.
    matrix : {"covariance", "correlation"}
        Of the items as scored, or standardised (as psych's functions take it).
    level : float, default 0.95
        Confidence level.
    seed : int
        Of the sampled splits behind lambda 4 above 16 items.
    categories : iterable, optional
        Declared categories of a bare frame or array.

    Returns
    -------
    ScaleCoefficients
        ``lambda1`` ... ``lambda6``, ``mu0`` ... ``mu3`` (mu0 is alpha = lambda 3, mu1 is lambda 2).
        Lambda 4 and 5 have no interval, and lambda 6 does not exist where an item follows from the others.

    Raises
    ------
    propsych.errors.AnalysisError
        For a formative scale, fewer than three items, fewer than three complete persons, an item without
        variance, or a sum that does not vary.

    Notes
    -----
    Guttman (1945), doi:10.1007/BF02288892; ten Berge & Zegers (1978), doi:10.1007/BF02293815. All are lower
    bounds to reliability if errors are uncorrelated; none says that the items measure one thing. Lambda
    4 is the largest split half and capitalises on chance.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> scores = np.digitize(rng.normal(size=(200, 1)) + rng.normal(size=(200, 5)), [-1, 0, 1])
    >>> found = guttman(scores, categories=range(4))
    >>> found.value("lambda1") < found.value("lambda3") <= found.value("lambda2")
    True
    """
    level, seed = require_level(level), require_count("seed", seed, least=0)
    require_choice("matrix", matrix, ("covariance", "correlation"))
    answers = scale_answers(data, categories, least_items=3, what="a bound of Guttman's")
    used = answers.C if matrix == "covariance" else correlation_from_covariance(answers.C)
    smooth = {name: _smooth(name, answers, matrix, level) for name in SMOOTH}
    if np.linalg.eigvalsh(correlation_from_covariance(answers.C))[0] < 1e-10:
        why = "an item follows from the others, so its squared multiple correlation is a convention"
        smooth["lambda6"] = Estimate(None, method=why)
    best = split_halves(used, seed=seed)
    estimates = {
        "lambda1": smooth["lambda1"],
        "lambda2": smooth["lambda2"],
        "lambda3": smooth["lambda3"],
        "lambda4": no_interval(best.maximum, CHANCE),
        "lambda5": no_interval(float(lambda5(used)), "it takes the best of the items"),
        "lambda6": smooth["lambda6"],
        "mu0": smooth["lambda3"],
        "mu1": smooth["lambda2"],
        "mu2": smooth["mu2"],
        "mu3": smooth["mu3"],
    }
    about = (
        f"Of the {matrix} matrix. Lower bounds to reliability if errors are uncorrelated.",
        "Lambda 4 is the largest split half" + ("." if best.exact else f" of {best.n_splits} sampled ones."),
        *shared_remarks(answers, level=level),
    )
    return ScaleCoefficients("Guttman's lower bounds", answers.items.name, estimates, answers.sample, about)


def _smooth(name: str, answers: ScaleAnswers, matrix: Matrix, level: float) -> Estimate:
    f = SMOOTH[name]
    used = answers.C if matrix == "covariance" else correlation_from_covariance(answers.C)
    return left_out_estimate(float(f(used[None])[0]), left_out(f, answers.values, scale=matrix), level)


def greatest_lower_bound(
    data: Any, *, matrix: Matrix = "covariance", categories: Iterable[Any] | None = None
) -> ScaleCoefficients:
    """Return the greatest lower bound to the reliability of one scale's sum.

    Parameters
    ----------
    data : ItemData, data frame or array
        The items of one reflective scale, reversed as declared.
    matrix : {"covariance", "correlation"}
        Of the items as scored, or standardised.
    categories : iterable, optional
        Declared categories of a bare frame or array.

    Returns
    -------
    ScaleCoefficients
        ``glb``, without an interval: a bootstrap interval covers 15 %. The table ``"errors"`` holds the
        largest error variance of each item, and ``"certificate"`` how far the number is from the optimum
        at most.

    Raises
    ------
    propsych.errors.AnalysisError
        As :func:`guttman`.

    Notes
    -----
    :func:`propsych.kernels.greatest_lower_bound.greatest_lower_bound`. It is far too high in small
    samples (ten Berge & Socan 2004, doi:10.1007/BF02289858): not below some hundreds of persons. psych's
    ``glb.fa`` is not this number but a factor-analytic one below it.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> scores = np.digitize(rng.normal(size=(500, 1)) + rng.normal(size=(500, 5)), [-1, 0, 1])
    >>> greatest_lower_bound(scores, categories=range(4)).estimates["glb"].lower is None
    True
    """
    require_choice("matrix", matrix, ("covariance", "correlation"))
    answers = scale_answers(data, categories, least_items=3, what="the greatest lower bound")
    used = answers.C if matrix == "covariance" else correlation_from_covariance(answers.C)
    found = glb_kernel(used)
    n = len(answers.values)
    about = [
        "A lower bound in the population; in a sample it is too high, the more the fewer persons and the more"
        " items.",
        *shared_remarks(answers),
    ]
    if n < 500:
        about.append(f"{n} persons are few for this bound: do not rely on it.")
    if not found.converged:
        about.append("The search did not reach its precision: see the certificate.")
    names = pd.Index(answers.items.names, name="item")
    tables = {
        "errors": pd.DataFrame({"error_variance": found.errors}, index=names),
        "certificate": pd.DataFrame({"gap": [found.gap], "converged": [found.converged]}),
    }
    estimates = {"glb": no_interval(found.value, CHANCE)}
    return ScaleCoefficients(
        "Greatest lower bound", answers.items.name, estimates, answers.sample, tuple(about), tables
    )
