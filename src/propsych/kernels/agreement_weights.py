"""Weights of partial agreement between categories, from their declared scores."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["WEIGHTS", "agreement_weights"]

Floats = NDArray[np.float64]


def agreement_weights(scores: ArrayLike, kind: str = "unweighted") -> Floats:
    r"""Return the weight of every pair of categories: 1 for the same one, less the further apart they are.

    Parameters
    ----------
    scores : array_like of float, shape (q,)
        Scores of the declared categories, in order.
    kind : {"unweighted", "linear", "quadratic", "ordinal", "radical", "ratio", "circular", "bipolar"}
        ``"linear"`` and ``"quadratic"`` lose in proportion to the distance and to its square. ``"ordinal"``
        counts the pairs of categories that can be formed between two, :math:`\binom{|k-l|+1}{2}`, and knows
        ranks only: it is Gwet's, and it is not Krippendorff's ordinal metric, which depends on how often the
        categories between are used.

    Returns
    -------
    ndarray of float, shape (q, q)
        Symmetric, 1 on the diagonal.

    Raises
    ------
    ValueError
        For an unknown kind.

    Notes
    -----
    Cohen (1968), doi:10.1037/h0026256, for the idea; Gwet (2014), Handbook of Inter-Rater Reliability, 4th
    edition, ISBN 978-0970806284, for the list. ``"ratio"`` is NaN or without bound where scores sum to 0, and
    ``"bipolar"`` grows with the distance from both ends.

    Examples
    --------
    >>> agreement_weights([0, 1, 2], "quadratic")
    array([[1.  , 0.75, 0.  ],
           [0.75, 1.  , 0.75],
           [0.  , 0.75, 1.  ]])
    """
    if kind not in _LOSSES:
        raise ValueError(f"unknown weights {kind!r}")
    x = np.asarray(scores, dtype=float)
    if x.size < 2:
        return np.ones((x.size, x.size))
    with np.errstate(divide="ignore", invalid="ignore"):
        loss = _LOSSES[kind](x)
        np.fill_diagonal(loss, 0.0)
        return np.asarray(1.0 - loss / loss.max())


def _gap(x: Floats) -> Floats:
    return np.asarray(np.abs(x[:, None] - x))


def _unweighted(x: Floats) -> Floats:
    return 1.0 - np.eye(x.size)


def _ordinal(x: Floats) -> Floats:
    steps = _gap(np.arange(x.size, dtype=float))
    return steps * (steps + 1.0) / 2.0


def _ratio(x: Floats) -> Floats:
    # the largest loss is that of the two ends, which `agreement_weights` divides by
    return np.asarray(np.square(_gap(x) / (x[:, None] + x)))


def _circular(x: Floats) -> Floats:
    return np.asarray(np.square(np.sin(np.pi * _gap(x) / (x.max() - x.min() + 1.0))))


def _bipolar(x: Floats) -> Floats:
    total = x[:, None] + x
    return np.asarray(np.square(_gap(x)) / ((total - 2.0 * x.min()) * (2.0 * x.max() - total)))


_LOSSES: dict[str, Callable[[Floats], Floats]] = {
    "unweighted": _unweighted,
    "linear": _gap,
    "quadratic": lambda x: np.asarray(np.square(_gap(x))),
    "ordinal": _ordinal,
    "radical": lambda x: np.asarray(np.sqrt(_gap(x))),
    "ratio": _ratio,
    "circular": _circular,
    "bipolar": _bipolar,
}

WEIGHTS = tuple(_LOSSES)
"""Every kind of weight."""
