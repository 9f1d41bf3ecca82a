"""The interval of a share for supposed counts by site: what disclosure control asks of the analysis.

The report computes no statistic; to know what a printed state gives away it asks here what the analysis
would have said of other counts.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.proportions import clustered_share
from propsych.result import Estimate

__all__ = ["share_of_sites"]


def share_of_sites(count: NDArray[np.int64], n: NDArray[np.int64], level: float) -> Estimate:
    """Return the pooled share with the interval that respects sites.

    Parameters
    ----------
    count, n : ndarray of int, shape (n_sites,)
        Persons with the property, and persons, at each site.
    level : float
        Confidence level.

    Returns
    -------
    Estimate

    Examples
    --------
    >>> share_of_sites(np.array([5, 9, 2, 4]), np.array([50, 60, 40, 50]), 0.95).value
    0.1
    """
    site = np.repeat(np.arange(len(n)), n)
    success = np.concatenate([np.arange(size) < y for y, size in zip(count, n, strict=True)])
    share = clustered_share(success[:, None].astype(float), site, level)
    return Estimate(float(share.estimate[0]), float(share.lower[0]), float(share.upper[0]), level)
