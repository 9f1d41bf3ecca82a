"""Ordinal alpha: alpha of the latent responses behind ordered answers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from propsych.data.arguments import require_level
from propsych.kernels.alpha import consistency_if_dropped, raw_alpha
from propsych.kernels.polychoric import polychoric, polychoric_influence
from propsych.kernels.polychoric_left_out import EXACT_UP_TO, n_tables, polychoric_left_out
from propsych.properties.internal_consistency.coefficients import ScaleCoefficients, left_out_estimate
from propsych.properties.internal_consistency.doubts import one_dimension_of
from propsych.properties.internal_consistency.gate import (
    require_identified,
    scale_answers,
    shared_remarks,
    sparse_remark,
)

__all__ = ["ordinal_alpha"]


def ordinal_alpha(
    data: Any, *, level: float = 0.95, categories: Iterable[Any] | None = None
) -> ScaleCoefficients:
    """Return alpha of the polychoric correlations of one scale: of latent responses, not of the score.

    Parameters
    ----------
    data : ItemData, data frame or array
        The items of one reflective scale, reversed as declared.
    level : float, default 0.95
        Confidence level.
    categories : iterable, optional
        Declared categories of a bare frame or array.

    Returns
    -------
    ScaleCoefficients
        ``ordinal_alpha_of_latent_responses``; the table ``"if_dropped"`` holds it without each item, and
        ``"polychoric"`` the correlations.

    Raises
    ------
    propsych.errors.AnalysisError
        For a formative scale, fewer than two items, an item without variance, or a correlation that its
        table does not identify.

    Notes
    -----
    Zumbo, Gadermann & Zeisser (2007), doi:10.22237/jmasm/1177992180. It says how reliable a sum of the
    continuous responses behind the answers would be, which nobody observes (Chalmers 2018,
    doi:10.1177/0013164417727036): it is larger than alpha of the score and must never be judged against .70.
    For the observed score see :func:`omega_categorical`.

    Examples
    --------
    >>> import numpy as np
    >>> rng = np.random.default_rng(1)
    >>> scores = np.digitize(rng.normal(size=(300, 1)) + rng.normal(size=(300, 4)), [0, 1, 1.5])
    >>> found = ordinal_alpha(scores, categories=range(4))
    >>> 0.7 < found.value("ordinal_alpha_of_latent_responses") < 0.9
    True
    """
    level = require_level(level)
    answers = scale_answers(data, categories, what="ordinal alpha")
    positions = answers.positions()
    found = polychoric(positions, answers.n_categories)
    require_identified(found, answers.items)
    pairs = polychoric_influence(positions, found)[1]
    k = answers.items.n_items
    # alpha depends on the sum of the correlations alone
    value, total = float(raw_alpha(found.R)), float(found.R.sum())
    if n_tables(positions, found) <= EXACT_UP_TO:
        moved = k + 2.0 * polychoric_left_out(positions, found).sum(axis=1)
    else:
        moved = total - 2.0 * pairs.sum(axis=1) / (len(pairs) - 1.0)
    without = k / (k - 1) * (1.0 - k / moved)
    name = "ordinal_alpha_of_latent_responses"
    items = pd.Index(answers.items.names, name="item")
    tables = {
        "if_dropped": pd.DataFrame({name: consistency_if_dropped(found.R).alpha}, index=items),
        "polychoric": pd.DataFrame(found.R, index=items, columns=items),
    }
    about = [
        "Of the latent responses, not of the score: do not judge it against .70, and use omega_categorical"
        " for the score.",
        one_dimension_of(found.R, pairs, level, subject="the latent responses").sentence,
        *shared_remarks(answers, dimension=False),
        *sparse_remark(found),
    ]
    estimates = {name: left_out_estimate(value, without, level)}
    heading = "Ordinal alpha of latent responses"
    return ScaleCoefficients(heading, answers.items.name, estimates, answers.sample, tuple(about), tables)
