"""Heterotrait-monotrait ratios against their definition, and what is refused."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pandas as pd
import pytest

from propsych.errors import AnalysisError
from propsych.kernels.heterotrait import heterotrait_monotrait
from propsych.properties.structure import htmt

MODEL = "a =~ x1 + x2 + x3\nb =~ x4 + x5"
FACTORS = {"a": ["x1", "x2", "x3"], "b": ["x4", "x5"]}


def answers(n: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    factors = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], n)
    noise = 0.7 * rng.normal(size=(n, 5))
    return pd.DataFrame(factors[:, [0, 0, 0, 1, 1]] * 0.7 + noise, columns=[f"x{i}" for i in range(1, 6)])


@pytest.mark.parametrize("method", ["htmt", "htmt2"])
def test_ratios_follow_their_definition(method: str) -> None:
    data = answers()
    data["x5"] *= -1
    R = data.corr().abs()

    def mean(pairs: list[tuple[str, str]]) -> float:
        values = np.array([R.loc[i, j] for i, j in pairs if i != j])
        return float(values.mean() if method == "htmt" else np.exp(np.log(values).mean()))

    within = [mean(list(product(items, items))) for items in FACTORS.values()]
    expected = mean(list(product(*FACTORS.values()))) / np.sqrt(within[0] * within[1])
    result = htmt(data, MODEL, method=method)
    assert result.table.loc["a", "b"] == pytest.approx(expected, abs=1e-12)
    assert result.table.equals(htmt(data, FACTORS, method=method).table)
    assert result.sample.n_used == 300
    assert any("x4 and x5 of one factor" in note for note in result.notes())
    assert list(result.to_dict()) == [f"structure/a/all/{method}:b"]
    assert "HTMT" in str(result)


def test_equal_population_correlations_give_the_correlation_of_the_factors() -> None:
    R = np.full((4, 4), 0.3)
    R[:2, :2] = R[2:, 2:] = 0.6
    np.fill_diagonal(R, 1.0)
    members = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype=bool)
    for geometric in (True, False):
        assert heterotrait_monotrait(R, members, geometric)[0, 1] == pytest.approx(0.5)
    R[0, 2] = R[2, 0] = 0.0
    assert heterotrait_monotrait(R, members, True)[0, 1] == 0.0


@pytest.mark.parametrize(
    ("factors", "change", "told"),
    [
        ({"a": ["x1", "x2"]}, {}, "two factors"),
        ({"a": ["x1", "x2"], "b": ["x3"]}, {}, "two factors of at least two items each; got b"),
        ({"a": ["x1", "x2"], "b": ["x2", "x3"]}, {}, "two factors tells nothing.*x2"),
        ({"a": ["x1", "x2"], "b": ["x3", "y"]}, {}, "do not have; got y"),
        (MODEL, {"x1": 2.0}, "same answer to x1"),
        (MODEL, {"x1": np.nan}, "three persons"),
    ],
)
def test_what_has_no_ratio_is_refused(factors: Any, change: dict[str, float], told: str) -> None:
    with pytest.raises(AnalysisError, match=told):
        htmt(answers().assign(**change), factors)
