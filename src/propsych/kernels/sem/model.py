r"""A model of means and covariances: matrices, which entries are free, and what each entry moves.

LISREL's all-y form (Joreskog 1973; Bollen 1989, doi:10.1002/9781118619179):
:math:`y = \nu + \Lambda \eta + \epsilon`, :math:`\eta = \alpha + B \eta + \zeta`, so that
:math:`\Sigma = \Lambda (I - B)^{-1} \Psi (I - B)^{-T} \Lambda' + \Theta` and
:math:`\mu = \nu + \Lambda (I - B)^{-1} \alpha`.

Every entry of every matrix moves :math:`\Sigma` by a matrix of rank two, :math:`s (a b' + b a')`, and
:math:`\mu` by a vector. So gradients and information need the vectors a and b only, never one matrix of
slopes for each parameter.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ALPHA",
    "BETA",
    "DELTA",
    "LAMBDA",
    "NU",
    "PSI",
    "TAU",
    "THETA",
    "Directions",
    "Entries",
    "Group",
    "Matrices",
    "Model",
    "collected",
    "directions",
    "directions_of",
    "fill",
    "implied",
    "moment_slopes",
    "spread",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LAMBDA, THETA, PSI, BETA, NU, ALPHA, TAU, DELTA = range(8)
"""Which matrix an entry belongs to. Thresholds (TAU) and scales of latent responses (DELTA) of ordered items
have their numbers here, and are no part of the moments of continuous items."""


class Matrices(NamedTuple):
    """The matrices of one group, of k variables and m latent variables."""

    lam: Floats
    theta: Floats
    psi: Floats
    beta: Floats
    nu: Floats
    alpha: Floats


class Entries(NamedTuple):
    """Free entries of one group: matrix number, row, column, and position in the vector of parameters.

    Entries with the same position are equal, within a group or across groups.
    """

    matrix: Ints
    row: Ints
    column: Ints
    parameter: Ints


class Group(NamedTuple):
    """One group: the values of what is fixed (0 elsewhere) and the free entries."""

    fixed: Matrices
    entries: Entries


class Model(NamedTuple):
    """The groups, the length of the vector of parameters, and whether means are modelled."""

    groups: tuple[Group, ...]
    n_parameters: int
    means: bool


class Directions(NamedTuple):
    """What each of q entries moves: Sigma by ``weight (left right' + right left')``, mu by ``mean``.

    `left`, `right` and `mean` have shape (k, q), `weight` (q,): 1/2 for an entry on a diagonal.
    """

    left: Floats
    right: Floats
    weight: Floats
    mean: Floats


def fill(group: Group, parameters: Floats) -> Matrices:
    """Return the matrices of one group with the free entries at `parameters`, shape (p,)."""
    made = Matrices(*(part.copy() for part in group.fixed))
    entries = group.entries
    values = parameters[entries.parameter]
    for code, part in enumerate(made):
        own = entries.matrix == code
        if not own.any():
            continue
        rows, columns = entries.row[own], entries.column[own]
        if part.ndim == 1:
            part[rows] = values[own]
            continue
        part[rows, columns] = values[own]
        if code in (THETA, PSI):
            part[columns, rows] = values[own]
    return made


def _reach(matrices: Matrices) -> tuple[Floats, Floats]:
    """Return (I - B)^-1 and what each latent disturbance does to the variables, shape (k, m)."""
    m = matrices.beta.shape[0]
    if not matrices.beta.any():
        return np.eye(m), matrices.lam
    inverse = np.asarray(np.linalg.inv(np.eye(m) - matrices.beta), dtype=float)
    return inverse, matrices.lam @ inverse


def implied(matrices: Matrices) -> tuple[Floats, Floats]:
    """Return the implied means (k,) and covariances (k, k)."""
    _, reach = _reach(matrices)
    sigma = reach @ matrices.psi @ reach.T + matrices.theta
    return matrices.nu + reach @ matrices.alpha, 0.5 * (sigma + sigma.T)


def directions(group: Group, matrices: Matrices) -> Directions:
    """Return what each free entry of a group moves, at the values in `matrices`."""
    return directions_of(group.entries, matrices)


def directions_of(entries: Entries, matrices: Matrices) -> Directions:
    """Return what entries move, free or not."""
    k = len(matrices.nu)
    inverse, reach = _reach(matrices)
    latent = inverse @ matrices.psi @ inverse.T
    carried = matrices.lam @ latent  # covariances of variables and latent variables
    level = inverse @ matrices.alpha
    unit = np.eye(k)
    q = len(entries.matrix)
    left, right, mean = np.zeros((k, q)), np.zeros((k, q)), np.zeros((k, q))
    weight = np.ones(q)
    for code in np.unique(entries.matrix).tolist():
        own = np.flatnonzero(entries.matrix == code)
        row, column = entries.row[own], entries.column[own]
        if code == LAMBDA:
            left[:, own], right[:, own] = unit[:, row], carried[:, column]
            mean[:, own] = unit[:, row] * level[column]
        elif code == THETA:
            left[:, own], right[:, own] = unit[:, row], unit[:, column]
            weight[own] = np.where(row == column, 0.5, 1.0)
        elif code == PSI:
            left[:, own], right[:, own] = reach[:, row], reach[:, column]
            weight[own] = np.where(row == column, 0.5, 1.0)
        elif code == BETA:
            left[:, own], right[:, own] = reach[:, row], carried[:, column]
            mean[:, own] = reach[:, row] * level[column]
        elif code == NU:
            mean[:, own] = unit[:, row]
        elif code == ALPHA:
            mean[:, own] = reach[:, row]
    return Directions(left, right, weight, mean)


def moment_slopes(found: Directions, with_means: bool) -> Floats:
    """Return the Jacobian of means and lower triangle of Sigma, row by row, shape (moments, q)."""
    rows, columns = np.tril_indices(len(found.left))
    slopes = found.weight * (
        found.left[rows] * found.right[columns] + found.right[rows] * found.left[columns]
    )
    return np.vstack([found.mean, slopes]) if with_means else slopes


def collected(by_entry: Floats, group: Group, n_parameters: int) -> Floats:
    """Sum the last axis, one number an entry, into one number a parameter: equal entries add up."""
    turned = np.zeros((n_parameters, *by_entry.shape[:-1]))
    np.add.at(turned, group.entries.parameter, np.moveaxis(by_entry, -1, 0))
    return np.moveaxis(turned, 0, -1)


def spread(information: Floats, group: Group, n_parameters: int) -> Floats:
    """Sum a matrix over entries, shape (q, q), into one over parameters, shape (p, p)."""
    place = group.entries.parameter
    if len(place) == n_parameters and (place == np.arange(n_parameters)).all():
        return information
    return collected(collected(information, group, n_parameters).T, group, n_parameters).T
