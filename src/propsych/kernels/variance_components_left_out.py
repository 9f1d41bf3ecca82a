"""Intraclass correlations of incomplete ratings without each person, by Newton steps for all at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.variance_components import IccReml, Layout

__all__ = ["icc_reml_left_out"]

Floats = NDArray[np.float64]

STEP = 1e-3
"""Of the differences that give the slope and the bend of the likelihood, on the log scale of the ratios."""
LONGEST = 0.5
STEPS = 8
NONE = 1e-8
"""Ratio of the raters' variance to the error's at and below which it is 0, and stays so."""


class _Persons(NamedTuple):
    """Each person's part of the sums behind the likelihood.

    `own` (n, q, q) and `within` (n, q) are cross-products and sums of the columns [fixed effects, raters,
    y], `m` the number of ratings; `by_m` (k, q, q) and `n_m` (k,) are sums over the persons with 1, ... k
    ratings.
    """

    own: Floats
    within: Floats
    m: NDArray[np.int64]
    by_m: Floats
    n_m: Floats
    n_fixed: int
    n_raters: int


def icc_reml_left_out(values: Floats, layout: Layout, fit: IccReml) -> Floats:
    """Return the intraclass correlation of single ratings without each person, shape (n,).

    Parameters
    ----------
    values : ndarray of float, shape (n_persons, n_raters)
        NaN where a rating is missing; every person has one.
    layout : {"one-way", "raters random", "raters fixed"}
    fit : IccReml
        Of all persons, from :func:`propsych.kernels.variance_components.icc_reml`.

    Returns
    -------
    ndarray of float
        NaN where the estimate of all persons is 0 or 1, where leaving one out moves nothing to tell by.

    Notes
    -----
    Of complete ratings it is what mean squares give without each person.

    Examples
    --------
    >>> from propsych.kernels.variance_components import icc_reml
    >>> x = np.array([[1.0, 2], [3, 3], [4, 6], [7, 6], [9, 8]])
    >>> icc_reml_left_out(x, "one-way", icc_reml(x, "one-way")).round(3).tolist()
    [0.871, 0.905, 0.964, 0.921, 0.856]
    """
    n = len(values)
    if not 0.0 < fit.persons / fit.error < np.inf:
        return np.full(n, np.nan)
    persons = _parts(values, layout)
    ratio = fit.raters / fit.error if layout == "raters random" else 0.0
    x = np.zeros((n, 2 if ratio > NONE else 1))
    start = np.log(fit.persons / fit.error)

    def at(x: Floats) -> tuple[Floats, Floats]:
        raters = ratio * np.exp(x[:, 1]) if x.shape[1] == 2 else np.zeros(n)
        return np.exp(start + x[:, 0]), raters

    for _ in range(STEPS):
        slope, bend = _derivatives(lambda x: _log_likelihood(persons, *at(x)), x)
        # towards the top, also where the likelihood bends the other way
        values_, vectors = np.linalg.eigh(bend)
        along = (vectors.transpose(0, 2, 1) @ slope[..., None])[..., 0]
        along /= np.maximum(np.abs(values_), 1e-6)
        move = (vectors @ along[..., None])[..., 0]
        x = np.clip(x + np.clip(move, -LONGEST, LONGEST), -8.0, 8.0)
    p, r = at(x)
    return np.asarray(p / (1.0 + p + r))


def _parts(values: Floats, layout: Layout) -> _Persons:
    n, k = values.shape
    present = ~np.isnan(values)
    mask = present.astype(float)
    y = np.where(present, values - values[present].mean(), 0.0)
    raters = mask[:, :, None] * np.eye(k)
    one = np.ones((n, k, 1))
    if layout == "one-way":
        design = np.concatenate([one, y[:, :, None]], axis=2)
    elif layout == "raters fixed":
        design = np.concatenate([raters, y[:, :, None]], axis=2)
    else:
        design = np.concatenate([one, raters, y[:, :, None]], axis=2)
    design = design * mask[:, :, None]
    own, within = design.transpose(0, 2, 1) @ design, design.sum(axis=1)
    m = present.sum(axis=1)
    members = (m == np.arange(1, k + 1)[:, None]).astype(float)
    outer = within[:, :, None] * within[:, None, :]
    by_m = np.tensordot(members, outer, axes=1)
    n_fixed = k if layout == "raters fixed" else 1
    n_raters = k if layout == "raters random" else 0
    return _Persons(own, within, m, by_m, members.sum(axis=1), n_fixed, n_raters)


def _log_likelihood(persons: _Persons, p: Floats, r: Floats) -> Floats:
    """Return each person's left-out restricted log-likelihood, shape (n,), at that person's ratios."""
    k = len(persons.n_m)
    sizes = np.arange(1.0, k + 1.0)
    weight = p[:, None] / (1.0 + p[:, None] * sizes)
    own_weight = p / (1.0 + p * persons.m)
    G = persons.own.sum(axis=0) - persons.own - np.tensordot(weight, persons.by_m, axes=1)
    G += own_weight[:, None, None] * persons.within[:, :, None] * persons.within[:, None, :]
    log_det = np.log1p(p[:, None] * sizes) @ persons.n_m - np.log1p(p * persons.m)
    f = persons.n_fixed
    if persons.n_raters:
        z = slice(f, f + persons.n_raters)
        inner = np.eye(persons.n_raters) + r[:, None, None] * G[:, z, z]
        log_det += np.linalg.slogdet(inner)[1]
        G = G - r[:, None, None] * G[:, :, z] @ np.linalg.solve(inner, G[:, z, :])
    information, score = G[:, :f, :f], G[:, :f, -1]
    solved = np.linalg.solve(information + 1e-12 * np.eye(f), score[..., None])[..., 0]
    rss = G[:, -1, -1] - (score * solved).sum(axis=1)
    free = persons.m.sum() - persons.m - f
    log_det += np.linalg.slogdet(information)[1]
    return np.asarray(-0.5 * (log_det + free * np.log(np.maximum(rss, np.finfo(float).tiny) / free)))


def _derivatives(f: Callable[[Floats], Floats], x: Floats) -> tuple[Floats, Floats]:
    """Return slope (n, d) and bend (n, d, d) of a function of x (n, d), by central differences."""
    n, d = x.shape
    steps = STEP * np.eye(d)
    here = f(x)
    up = [f(x + step) for step in steps]
    down = [f(x - step) for step in steps]
    slope = np.stack([(a - b) / (2.0 * STEP) for a, b in zip(up, down, strict=True)], axis=1)
    bend = np.empty((n, d, d))
    for i in range(d):
        bend[:, i, i] = (up[i] + down[i] - 2.0 * here) / STEP**2
    if d == 2:
        both = f(x + steps.sum(axis=0)) + f(x - steps.sum(axis=0))
        cross = (both - up[0] - down[0] - up[1] - down[1] + 2.0 * here) / (2.0 * STEP**2)
        bend[:, 0, 1] = bend[:, 1, 0] = cross
    return slope, bend
