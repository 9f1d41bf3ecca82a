r"""Full-information maximum likelihood with missing answers, by missing patterns.

Each person's answers have the normal density of the variables answered (Anderson 1957; Arbuckle 1996). With
:math:`V = \Sigma^{-1}` and missing variables m, :math:`|\Sigma_{oo}| = |\Sigma| |V_{mm}|` and
:math:`Cov(y_m | y_o) = V_{mm}^{-1}`, so what is inverted for a pattern is no larger than what is missing. The
slope of the likelihood is that of complete answers at the expected moments given what was answered, as in the
EM algorithm (Dempster, Laird & Rubin 1977, doi:10.1111/j.2517-6161.1977.tb01600.x). Missing at random is
presumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.sem.bend import bend
from propsych.kernels.sem.model import Directions, Model, collected, directions, fill, implied, spread
from propsych.kernels.sem.normal import Moments, by_gradient, information_of, inverse_and_log_det

__all__ = [
    "Block",
    "Expected",
    "Patterns",
    "Saturated",
    "expected_moments",
    "fiml_derivatives",
    "missing_patterns",
    "pattern_curvature",
    "pattern_inverses",
    "saturated_curvature",
    "saturated_directions",
    "saturated_moments",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Derivatives = tuple[float, Floats, Floats]
LOG_TWO_PI = float(np.log(2.0 * np.pi))
AT_ONCE = 4_000_000
"""Numbers in memory in one go over patterns."""


class Block(NamedTuple):
    """Persons who lack the same number of answers.

    `missing` has shape (patterns, number missing); `persons` are rows of the data, `pattern` says which
    pattern each has, and `sizes` how many persons have each pattern.
    """

    missing: Ints
    persons: Ints
    pattern: Ints
    sizes: Floats


class Patterns(NamedTuple):
    """Answers of one group, 0 where missing; which were answered; the blocks; how many answers there are."""

    values: Floats
    answered: NDArray[np.bool_]
    blocks: tuple[Block, ...]
    n_answers: int


class Expected(NamedTuple):
    """Expected deviations from mu (n, k), conditional covariances summed (k, k), and -2 log likelihood."""

    deviations: Floats
    conditional: Floats
    minus_two_log_likelihood: float


class Saturated(NamedTuple):
    """Maximum likelihood means and covariances without a model."""

    moments: Moments
    minus_two_log_likelihood: float
    converged: bool
    n_iter: int


def missing_patterns(values: Floats) -> Patterns:
    """Return answers (n, k), NaN where missing, by pattern; everybody has answered something."""
    answered = ~np.isnan(values)
    lacking = (~answered).sum(axis=1)
    blocks = []
    for count in np.unique(lacking).tolist():
        persons = np.flatnonzero(lacking == count)
        kinds, pattern, sizes = np.unique(answered[persons], axis=0, return_inverse=True, return_counts=True)
        missing = np.nonzero(~kinds)[1].reshape(len(kinds), count)
        blocks.append(Block(missing, persons, pattern.ravel(), sizes.astype(float)))
    return Patterns(np.where(answered, values, 0.0), answered, tuple(blocks), int(answered.sum()))


def expected_moments(data: Patterns, mean: Floats, V: Floats, log_det: float) -> Expected:
    """Return what is expected of every answer given the others, at a mean and an inverse covariance."""
    deviations = np.where(data.answered, data.values - mean, 0.0)
    pulled = deviations @ V
    conditional = np.zeros_like(V)
    n = len(deviations)
    total = n * log_det + data.n_answers * LOG_TWO_PI
    for block in data.blocks:
        if not block.missing.shape[1]:
            continue
        own, C, logs = _conditional(block, V)
        total += float(block.sizes @ logs)
        np.add.at(conditional, own, block.sizes[:, None, None] * C)
        where = (block.persons[:, None], block.missing[block.pattern])
        deviations[where] = -np.einsum("nij,nj->ni", C[block.pattern], pulled[where])
    total += float(np.einsum("ij,ij->", V, deviations.T @ deviations))
    return Expected(deviations, conditional, total)


def _conditional(block: Block, V: Floats) -> tuple[tuple[Ints, Ints], Floats, Floats]:
    """Return where in V the missing variables stand, their conditional covariance, and log |V_mm|."""
    own = (block.missing[:, :, None], block.missing[:, None, :])
    inner = V[own]
    if inner.shape[1] == 1:
        return own, 1.0 / inner, np.log(inner[:, 0, 0])
    return own, np.asarray(np.linalg.inv(inner), dtype=float), np.asarray(np.linalg.slogdet(inner)[1])


def saturated_moments(data: Patterns, max_iter: int = 5000, tolerance: float = 1e-11) -> Saturated:
    """Return means and covariances of the unrestricted model by the EM algorithm, two steps extrapolated.

    Varadhan & Roland (2008), doi:10.1111/j.1467-9469.2007.00585.x: a step that does not raise the likelihood
    is replaced by that of EM.
    """
    n = len(data.values)
    count = np.maximum(data.answered.sum(axis=0), 1.0)
    mean = data.values.sum(axis=0) / count
    spread = np.where(data.answered, np.square(data.values - mean), 0.0).sum(axis=0) / count
    state = (mean, np.diag(np.maximum(spread, 1e-12)))
    scale = np.sqrt(np.diag(state[1]))
    before = np.inf
    for n_iter in range(1, max_iter + 1):
        first = _em(data, *state)
        if first is None:
            break
        second = _em(data, *first[0])
        if second is None:
            break
        r, v = _less(first[0], state), _less(_less(second[0], first[0]), _less(first[0], state))
        moved = _size(_less(second[0], first[0]), scale)
        if moved < tolerance:
            found = _em(data, *second[0])
            value = second[1] if found is None else found[1]
            return Saturated(Moments(n, *second[0]), value, True, n_iter)
        length = -max(1.0, _size(r, scale) / max(_size(v, scale), 1e-300))
        jumped = tuple(s - 2.0 * length * a + length**2 * b for s, a, b in zip(state, r, v, strict=True))
        tried = _em(data, jumped[0], jumped[1]) if length < -1.0 else None
        state = second[0] if tried is None or tried[1] > second[1] else tried[0]
        before = second[1]
    return Saturated(Moments(n, *state), before, False, max_iter)


State = tuple[Floats, Floats]


def _less(a: State, b: State) -> State:
    return a[0] - b[0], a[1] - b[1]


def _size(step: State, scale: Floats) -> float:
    """Return the length of a step in standardised units."""
    squares = np.square(step[0] / scale).sum() + np.square(step[1] / np.outer(scale, scale)).sum()
    return float(np.sqrt(squares))


def _em(data: Patterns, mean: Floats, sigma: Floats) -> tuple[State, float] | None:
    """Return the next means and covariances, and -2 log likelihood at the present ones."""
    solved = inverse_and_log_det(sigma)
    if solved is None:
        return None
    found = expected_moments(data, mean, *solved)
    n = len(found.deviations)
    shift = found.deviations.mean(axis=0)
    total = (found.deviations.T @ found.deviations + found.conditional) / n
    return (mean + shift, total - np.outer(shift, shift)), found.minus_two_log_likelihood


def fiml_derivatives(
    model: Model, groups: Sequence[Patterns], parameters: Floats, observed: bool = False
) -> Derivatives:
    """Return -2 log likelihood / n, its gradient, and its information (as if complete) or curvature."""
    p, total = model.n_parameters, sum(len(one.values) for one in groups)
    value, gradient, matrix = 0.0, np.zeros(p), np.zeros((p, p))
    for group, data in zip(model.groups, groups, strict=True):
        matrices = fill(group, parameters)
        mean, sigma = implied(matrices)
        solved = inverse_and_log_det(sigma)
        if solved is None:
            return np.inf, gradient, np.eye(p)
        V, log_det = solved
        expected = expected_moments(data, mean, V, log_det)
        n = len(data.values)
        share = n / total
        value += expected.minus_two_log_likelihood / total
        T = (expected.deviations.T @ expected.deviations + expected.conditional) / n
        found = directions(group, matrices)
        G, w = V - V @ T @ V, -2.0 * (V @ expected.deviations.mean(axis=0))
        gradient += share * collected(by_gradient(found, G, w), group, p)
        if observed:
            own = 2.0 * pattern_curvature(found, data, V, expected.deviations @ V) / n
            own += bend(group.entries, matrices, G, w)
        else:
            own = 2.0 * information_of(found, V, True)
        matrix += share * spread(own, group, p)
    return value, gradient, matrix


def pattern_inverses(block: Block, V: Floats) -> Floats:
    """Return the inverse covariance of what was answered, 0 elsewhere, for each pattern, (patterns, k, k)."""
    if not block.missing.shape[1]:
        return V[None]
    _, C, _ = _conditional(block, V)
    rows = V[block.missing]  # (patterns, missing, k)
    return np.asarray(V - rows.transpose(0, 2, 1) @ (C @ rows))


def pattern_curvature(found: Directions, data: Patterns, V: Floats, scores: Floats | None) -> Floats:
    """Return the sum over persons of what curves the log likelihood through Sigma's and mu's slopes, (q, q).

    `scores` (n, k) are the slopes of each person's log likelihood in mu; None: what is expected of them in
    the patterns that there are. For each pattern this is tr(D1 V D2 W) - tr(V D1 V D2) n / 2, with W the sum
    of products of scores, and terms of the means. The directions have few distinct columns, so products of
    entries of V and W are summed over patterns once, as one matrix product, and then looked up.
    """
    q = found.left.shape[1]
    unique, index = np.unique(np.hstack([found.left, found.right]), axis=1, return_inverse=True)
    a, b = index.ravel()[:q], index.ravel()[q:]
    r = unique.shape[1]
    rows, columns = np.tril_indices(r)
    packed = np.zeros((len(rows), len(rows)))
    summed_inverse = np.zeros_like(V)
    level = np.flatnonzero(found.mean.any(axis=0))
    crossed = np.zeros((len(level) * r, r))
    for block in data.blocks:
        J = len(block.sizes)
        step = max(1, AT_ONCE // (q * r + 4 * r * r))
        order = np.argsort(block.pattern, kind="stable")
        first = np.concatenate([[0], np.cumsum(block.sizes)]).astype(int)
        for begin in range(0, J, step):
            part = slice(begin, min(begin + step, J))
            own = Block(block.missing[part], block.persons, block.pattern, block.sizes[part])
            inverse = pattern_inverses(own, V)
            persons, bounds = np.empty((0, len(V))), first[part.start : part.stop] - first[part.start]
            W = own.sizes[:, None, None] * inverse
            if scores is not None:
                persons = scores[block.persons[order[first[part.start] : first[part.stop]]]]
                W = np.add.reduceat(persons[:, :, None] * persons[:, None, :], bounds, axis=0)
            summed_inverse += np.einsum("j,jik->ik", own.sizes, inverse)
            gv = (unique.T @ inverse @ unique)[:, rows, columns]
            gw = (unique.T @ (W - 0.5 * own.sizes[:, None, None] * inverse) @ unique)[:, rows, columns]
            packed += gv.T @ gw
            if scores is not None and len(level):
                u = np.add.reduceat(persons, bounds, axis=0) @ unique
                moved = (found.mean.T[level] @ inverse @ unique).reshape(len(u), -1)
                crossed += moved.T @ u
    place = np.zeros((r, r), dtype=np.int64)
    place[rows, columns] = place[columns, rows] = np.arange(len(rows))
    aa, bb, ab, ba = (place[x[:, None], y] for x, y in ((a, a), (b, b), (a, b), (b, a)))
    total = packed[aa, bb] + packed[bb, aa] + packed[ab, ba] + packed[ba, ab]
    total *= 0.5 * np.outer(found.weight, found.weight)
    cross, products = np.zeros((q, q)), crossed.reshape(len(level), r, r)
    cross[level] = (products[:, a, b] + products[:, b, a]) * found.weight
    return np.asarray(total + total.T + cross + cross.T + found.mean.T @ summed_inverse @ found.mean)


def saturated_curvature(data: Patterns, moments: Moments) -> Floats:
    """Return one person's observed information about means and the lower triangle of Sigma."""
    found = saturated_directions(len(moments.mean))
    solved = inverse_and_log_det(moments.covariance)
    if solved is None:
        return np.full((found.left.shape[1],) * 2, np.nan)
    V, log_det = solved
    deviations = expected_moments(data, moments.mean, V, log_det).deviations
    return pattern_curvature(found, data, V, deviations @ V) / len(data.values)


def saturated_directions(k: int) -> Directions:
    """Return the directions of a model in which every mean and covariance is a parameter of its own."""
    rows, columns = np.tril_indices(k)
    unit, none = np.eye(k), np.zeros((k, len(rows)))
    return Directions(
        np.hstack([np.zeros((k, k)), unit[:, rows]]),
        np.hstack([np.zeros((k, k)), unit[:, columns]]),
        np.concatenate([np.ones(k), np.where(rows == columns, 0.5, 1.0)]),
        np.hstack([unit, none]),
    )
