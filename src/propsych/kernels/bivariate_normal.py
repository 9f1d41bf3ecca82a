r"""The bivariate normal distribution, vectorised over points and correlations.

:math:`\Phi_2(a, b, \rho) = \Phi(a)\Phi(b) + \frac{1}{2\pi}\int_0^{\arcsin\rho}
\exp\left(-\frac{a^2 + b^2 - 2ab\sin t}{2\cos^2 t}\right) dt` by Gauss-Legendre quadrature (Drezner &
Wesolowsky 1990, doi:10.1080/00949659008811236, in the form of Genz 2004,
doi:10.1023/B:STCO.0000035304.20635.31).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

__all__ = ["bivariate_cdf", "bivariate_density", "density_slope"]

Floats = NDArray[np.float64]

NODES, WEIGHTS = np.polynomial.legendre.leggauss(40)
"""Forty nodes: the error is below 1e-14 up to a correlation of .995, 2e-11 at .999 and 1e-7 at .9999."""
FAR = 40.0
"""Where the distribution function is 0 or 1 to every digit: stands for infinity in the exponent."""


def bivariate_density(a: Floats, b: Floats, rho: Floats) -> Floats:
    """Return the density at (a, b); 0 where either is infinite. Arguments broadcast."""
    room = 1.0 - np.square(rho)
    x, y = np.clip(a, -FAR, FAR), np.clip(b, -FAR, FAR)
    exponent = -(np.square(x) + np.square(y) - 2.0 * rho * x * y) / (2.0 * room)
    density = np.exp(exponent) / (2.0 * np.pi * np.sqrt(room))
    return np.where(np.isinf(a) | np.isinf(b), 0.0, density)


def density_slope(a: Floats, b: Floats, rho: Floats) -> Floats:
    """Return the slope of :func:`bivariate_density` in rho. Arguments broadcast."""
    room = 1.0 - np.square(rho)
    x, y = np.clip(a, -FAR, FAR), np.clip(b, -FAR, FAR)
    bend = (x * y * (1.0 + np.square(rho)) - rho * (np.square(x) + np.square(y))) / np.square(room)
    return np.asarray(bivariate_density(a, b, rho) * (rho / room + bend))


def bivariate_cdf(a: Floats, b: Floats, rho: Floats) -> Floats:
    """Return P(X <= a, Y <= b) for standard normals with correlation rho, |rho| < 1. Arguments broadcast.

    Examples
    --------
    >>> bivariate_cdf(np.array(0.0), np.array(0.0), np.array(0.5)).round(12)
    np.float64(0.333333333333)
    """
    x, y = np.clip(a, -FAR, FAR), np.clip(b, -FAR, FAR)
    half = np.arcsin(rho) / 2.0
    total = np.zeros(np.broadcast_shapes(x.shape, y.shape, np.shape(rho)))
    squares, product = (np.square(x) + np.square(y)) / 2.0, x * y
    for node, weight in zip(NODES, WEIGHTS, strict=True):
        sine = np.sin(half * (node + 1.0))
        total += weight * np.exp((sine * product - squares) / (1.0 - np.square(sine)))
    value = special.ndtr(x) * special.ndtr(y) + half * total / (2.0 * np.pi)
    return np.asarray(np.clip(value, 0.0, 1.0))
