"""Adapter of Bland-Altman limits."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from propsych.kernels.bland_altman import concordance, limits_of_agreement, proportional_bias
from propsych.kernels.covariance import pearson
from propsych.kernels.icc import icc_from_mean_squares, mean_squares
from propsych.kernels.measurement_error import detectable_change, sem_agreement, sem_consistency
from propsych.kernels.rank_correlation import spearman
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

Floats = NDArray[np.float64]


def bland_altman(case: Case) -> Iterator[Actual]:
    """Limits of agreement, d = y - x, and the measurement error of the same scores."""
    frame = case.frame()
    x_name, y_name = case.option("x", default=frame.columns[0]), case.option("y", default=frame.columns[1])
    values = frame[[x_name, y_name]].dropna().to_numpy(dtype=float)
    x, y = values.T
    d, n = y - x, len(values)
    level = float(case.option("level", "conf.level", default=0.95))
    found = limits_of_agreement(d, level=level)
    slope = proportional_bias(d, values.mean(axis=1), level)
    ms = mean_squares(values)
    agreement, same = float(sem_agreement(ms)), float(sem_consistency(ms))
    icc3 = float(icc_from_mean_squares(ms)[2])
    numbers: dict[str, float | tuple[float, float]] = {
        "n": float(n),
        "mean_diff": found.mean,
        "sd_diff": found.sd,
        "mean_ci": _pair(found.mean_ends),
        "loa": (found.lower, found.upper),
        "loa_196": (found.mean - 1.96 * found.sd, found.mean + 1.96 * found.sd),
        "loa_se": found.se,
        "loa_se_approx_sqrt3": found.sd * float(np.sqrt(3.0 / n)),
        "loa_ci_lower": _pair(found.lower_ends),
        "loa_ci_upper": _pair(found.upper_ends),
        "prop_bias_slope": slope.slope,
        "prop_bias_p": slope.p,
        "MS_rows": float(ms.persons),
        "MS_cols": float(ms.raters),
        "MS_error": float(ms.error),
        "SEM_consistency": same,
        "SEM_agreement": agreement,
        "SEM_sd_icc31": float(values.std(ddof=1)) * float(np.sqrt(1.0 - icc3)),
        "SDC_ind_agreement": detectable_change(agreement),
        "SDC_ind_consistency": detectable_change(same),
        "SDC_group_agreement": detectable_change(agreement, n=n),
        "pearson": float(pearson(values).matrix[0, 1]),
        "spearman": float(spearman(values)[0, 1]),
        "ccc": concordance(x, y),
        "ccc_biased_n": concordance(x, y, ddof=0),
        "t_paired": float(np.sqrt(n)) * found.mean / found.sd,
    }
    for name, value in numbers.items():
        if isinstance(value, tuple):
            for i, end in enumerate(value):
                yield Actual((name, i), float(end))
        else:
            yield Actual((name,), float(value))


def _pair(limits: tuple[Floats, Floats]) -> tuple[float, float]:
    return float(limits[0]), float(limits[1])
