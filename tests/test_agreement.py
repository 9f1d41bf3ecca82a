"""Agreement of several raters: published tables, definitions pair by pair, persons left out or drawn."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from propsych.kernels.agreement import (
    COEFFICIENTS,
    agreement,
    agreement_left_out,
    replicated_agreement,
)
from propsych.kernels.agreement_weights import agreement_weights
from propsych.kernels.fleiss import fleiss_kappa
from propsych.kernels.resampling import bootstrap_counts
from propsych.properties.reliability import agreement as public_agreement
from propsych.properties.reliability import cohen_kappa, krippendorff_alpha
from tests.rating_data import KRIPPENDORFF, positions, ratings

Floats = NDArray[np.float64]
GAPS = ratings(40, 4, 4, seed=1, gaps=0.3)
WHOLE = ratings(40, 3, 4, seed=2)

FLEISS_EXAMPLE = np.array(
    [
        [0, 0, 0, 0, 14],
        [0, 2, 6, 4, 2],
        [0, 0, 3, 5, 6],
        [0, 3, 9, 2, 0],
        [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0],
        [3, 2, 6, 3, 0],
        [2, 5, 3, 2, 2],
        [6, 5, 2, 1, 0],
        [0, 2, 2, 3, 7],
    ]
)
"""A worked example of Fleiss' kappa in many textbooks: 10 persons, 14 raters, kappa .210."""


def named(values: Floats, weights: Floats) -> dict[str, float]:
    return dict(zip(COEFFICIENTS, agreement(positions(values), weights).estimate.tolist(), strict=True))


def by_definition(values: Floats, weights: Floats) -> dict[str, float]:
    """Return every coefficient from pairs of ratings and shares of categories, with loops and no arrays."""
    q, r = len(weights), values.shape[1]
    rows = [[int(v) - 1 for v in row if not np.isnan(v)] for row in values]
    rows = [row for row in rows if row]
    pairable = [row for row in rows if len(row) > 1]
    observed = sum(
        sum(weights[a, b] for a, b in permutations(row, 2)) / (len(row) * (len(row) - 1)) for row in pairable
    ) / len(pairable)
    share = [sum(row.count(k) / len(row) for row in rows) / len(rows) for k in range(q)]
    held = [[int(v) - 1 for v in column if not np.isnan(v)] for column in values.T]
    own = [[column.count(k) / len(column) for k in range(q)] for column in held]
    cells = [(k, m) for k in range(q) for m in range(q)]
    total = sum(weights[k, m] for k, m in cells)
    chance = {
        "percent": 0.0,
        "brennan_prediger": total / q**2,
        "fleiss": sum(weights[k, m] * share[k] * share[m] for k, m in cells),
        "conger": sum(
            sum(weights[k, m] * own[g][k] * own[h][m] for k, m in cells) for g, h in permutations(range(r), 2)
        )
        / (r * (r - 1)),
        "gwet": total * sum(p * (1 - p) for p in share) / (q * (q - 1)),
    }
    found = {name: (observed - pe) / (1 - pe) for name, pe in chance.items()}
    # Krippendorff: 1 - disagreement seen / expected, over the ratings that can be paired
    every = [k for row in pairable for k in row]
    n = len(every)
    seen = sum(sum(1 - weights[a, b] for a, b in permutations(row, 2)) / (len(row) - 1) for row in pairable)
    expected = sum(1 - weights[a, b] for a, b in permutations(every, 2)) / (n - 1)
    found["krippendorff"] = 1 - seen / expected
    return found


@pytest.mark.parametrize("kind", ["unweighted", "linear", "quadratic", "ordinal"])
@pytest.mark.parametrize("values", [GAPS, WHOLE, KRIPPENDORFF], ids=["gaps", "whole", "published"])
def test_every_coefficient_by_its_definition(values: Floats, kind: str) -> None:
    weights = agreement_weights(np.arange(1.0, 6.0), kind)
    found, expected = named(values, weights), by_definition(values, weights)
    assert set(found) == set(expected) == set(COEFFICIENTS)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-10), name


def test_gwet_2014_four_raters_of_twelve_units() -> None:
    """Coefficients and standard errors as irrCAC documents them; Krippendorff's example but for one cell."""
    values = KRIPPENDORFF.copy()
    values[11, [1, 2]] = values[11, [2, 1]]  # Gwet has the last unit's single rating from the third rater
    result = public_agreement(values, categories=range(1, 6))
    printed = {
        "percent_agreement": (0.81818, 0.12561),
        "brennan_prediger": (0.77273, 0.14472),
        "fleiss_kappa": (0.76117, 0.15302),
        "conger_kappa": (0.76282, 0.14917),
        "gwet_ac": (0.77544, 0.14295),
        "krippendorff_alpha": (0.74342, 0.14557),
    }
    for name, (value, se) in printed.items():
        row = result.coefficients.loc[name]
        assert (row["estimate"], row["se"]) == pytest.approx((value, se), abs=2e-5), name


def expand(counts: NDArray[np.int64]) -> Floats:
    return np.array([np.repeat(np.arange(1, len(row) + 1), row) for row in counts], dtype=float)


def test_fleiss_worked_example() -> None:
    values = expand(FLEISS_EXAMPLE)
    found = agreement(positions(values), np.eye(5))
    assert round(float(found.estimate[2]), 3) == 0.210
    assert (round(float(found.observed[2]), 3), round(float(found.expected[2]), 3)) == (0.378, 0.213)
    fit = fleiss_kappa(FLEISS_EXAMPLE.astype(float))
    assert fit.kappa == pytest.approx(float(found.estimate[2]), rel=1e-12)
    # each category against the others is the kappa of two categories, and kappa is their weighted mean
    p = FLEISS_EXAMPLE.sum(axis=0) / FLEISS_EXAMPLE.sum()
    for j in range(5):
        two = np.where(positions(values) == j, 0, 1)
        assert fit.by_category[j] == pytest.approx(float(agreement(two, np.eye(2)).estimate[2]))
    assert fit.kappa == pytest.approx((fit.by_category * p * (1 - p)).sum() / (p * (1 - p)).sum())


def test_fleiss_standard_error_where_nobody_agrees_by_simulation() -> None:
    rng = np.random.default_rng(3)
    p, n, m = np.array([0.6, 0.3, 0.1]), 60, 4
    fits = [fleiss_kappa(rng.multinomial(m, p, size=n).astype(float)) for _ in range(1500)]
    assert np.mean([fit.se_null for fit in fits]) == pytest.approx(
        np.std([fit.kappa for fit in fits]), rel=0.06
    )
    each = np.std([fit.by_category for fit in fits], axis=0)
    np.testing.assert_allclose(each, fits[0].se_null_by_category, rtol=0.08)
    empty = fleiss_kappa(np.array([[3.0, 0.0], [3.0, 0.0]]))
    assert np.isnan(empty.kappa)
    assert np.isnan(empty.by_category).all()


def test_two_raters_are_the_coefficients_of_two_raters() -> None:
    """Conger is Cohen's kappa, Fleiss Scott's pi; Brennan-Prediger of two categories is 2 po - 1 (PABAK)."""
    a, b = ratings(70, 2, 2, seed=4).T
    found = public_agreement(np.column_stack([a, b]), categories=[1, 2])
    po = (a == b).mean()
    p = (np.mean(a == 1) + np.mean(b == 1)) / 2
    pi = p**2 + (1 - p) ** 2
    assert found["percent_agreement"].value == pytest.approx(po)
    assert found["brennan_prediger"].value == pytest.approx(2 * po - 1)
    assert found["fleiss_kappa"].value == pytest.approx((po - pi) / (1 - pi))
    assert found["conger_kappa"].value == pytest.approx(cohen_kappa(a, b, categories=[1, 2]).estimate)
    chance = 2 * p * (1 - p)
    assert found["gwet_ac"].value == pytest.approx((po - chance) / (1 - chance))
    # Krippendorff (2011): alpha is pi corrected for n pairs of ratings
    n = 2 * len(a)
    corrected = 1 - (1 - (po - pi) / (1 - pi)) * (1 - 1 / n)
    assert found["krippendorff_alpha"].value == pytest.approx(corrected)


def test_conger_is_the_mean_of_chance_over_pairs_of_raters() -> None:
    pairs = [
        cohen_kappa(WHOLE[:, g], WHOLE[:, h], categories=range(1, 5)) for g, h in combinations(range(3), 2)
    ]
    observed, expected = (np.mean([getattr(one, part) for one in pairs]) for part in ("observed", "expected"))
    found = named(WHOLE, np.eye(4))["conger"]
    assert found == pytest.approx((observed - expected) / (1 - expected))


@pytest.mark.parametrize("kind", ["unweighted", "quadratic"])
@pytest.mark.parametrize("values", [GAPS, WHOLE], ids=["gaps", "whole"])
def test_each_person_left_out(values: Floats, kind: str) -> None:
    weights = agreement_weights(np.arange(4.0), kind)
    places = positions(values)
    rated = np.flatnonzero((places >= 0).any(axis=1))
    brute = np.array([agreement(np.delete(places, i, axis=0), weights).estimate for i in rated])
    np.testing.assert_allclose(agreement_left_out(places, weights), brute, rtol=1e-9)


@pytest.mark.parametrize("values", [GAPS, WHOLE], ids=["gaps", "whole"])
def test_persons_drawn_again(values: Floats) -> None:
    weights, places = agreement_weights(np.arange(4.0), "linear"), positions(values)
    counts = bootstrap_counts(len(places), 20, seed=5)
    brute = [agreement(np.repeat(places, row.astype(int), axis=0), weights).estimate for row in counts]
    np.testing.assert_allclose(replicated_agreement(places, weights, counts), brute, rtol=1e-9)


def test_the_linearised_standard_error_is_that_of_a_simulation_of_complete_ratings() -> None:
    """Persons drawn from a fixed table of patterns: the spread of each coefficient is what its se says."""
    weights, places = agreement_weights(np.arange(4.0), "linear"), positions(ratings(200, 3, 4, seed=6))
    counts = bootstrap_counts(len(places), 4000, seed=7)
    spread = replicated_agreement(places, weights, counts).std(axis=0)
    np.testing.assert_allclose(agreement(places, weights).se, spread, rtol=0.05)


def test_both_intervals_by_hand() -> None:
    result = public_agreement(WHOLE, categories=range(1, 5), level=0.9)
    left = agreement_left_out(positions(WHOLE), np.eye(4))
    n, fit = len(WHOLE), agreement(positions(WHOLE), np.eye(4))
    for k, (name, estimate) in enumerate(result.estimates.items()):
        d = left[:, k] - left[:, k].mean()
        se = np.sqrt((n - 1) / n * (d**2).sum())
        df = min(2 * n / (stats.kurtosis(left[:, k], fisher=False) - 1), n - 1)
        half = stats.t.ppf(0.95, df) * se / (1 - float(fit.estimate[k]) ** 2)
        z = np.arctanh(float(fit.estimate[k]))
        assert (estimate.lower, estimate.upper) == pytest.approx((np.tanh(z - half), np.tanh(z + half)))
        delta = result.intervals["delta"][name]
        half = stats.t.ppf(0.95, n - 1) * float(fit.se[k])
        assert (delta.lower, delta.upper) == pytest.approx((delta.value - half, delta.value + half))


def test_krippendorff_is_the_same_from_both_functions() -> None:
    one = public_agreement(GAPS, categories=range(1, 5))["krippendorff_alpha"]
    other = krippendorff_alpha(GAPS, categories=range(1, 5), level_of_measurement="nominal")
    assert (one.value, one.lower, one.upper) == pytest.approx((other.estimate, *other.interval), rel=1e-9)


def test_a_person_with_one_rating_tells_about_chance_only() -> None:
    """The persons behind percent agreement and Brennan-Prediger are those with two ratings."""
    values = np.vstack([WHOLE, [[1, np.nan, np.nan]] * 5, [[np.nan] * 3]])
    before, after = (public_agreement(v, categories=range(1, 5)) for v in (WHOLE, values))
    alone = {"percent_agreement", "brennan_prediger", "krippendorff_alpha"}
    for name, estimate in after.estimates.items():
        same = estimate.value == pytest.approx(before[name].value, rel=1e-12)
        assert same == (name in alone)
        sample = after.samples[name]
        assert (sample.n_asked, sample.n_used) == (45, 40 if name in alone else 45)
        assert sample.rule == ("two ratings or more" if name in alone else "all ratings")
    for name in alone:  # nor do they change the interval
        one, other = before[name], after[name]
        assert (one.lower, one.upper) == pytest.approx((other.lower, other.upper), rel=1e-10)
    assert after.coefficients["n_used"].to_dict() == {k: s.n_used for k, s in after.samples.items()}
    assert any("5 persons have one rating only" in note for note in after.notes())


# What was an impossible interval, or a wrong reason, before it was looked for.


def test_an_interval_of_percent_agreement_ends_at_0() -> None:
    values = np.column_stack([np.arange(30) % 5, (np.arange(30) + 1) % 5])
    values[3, 1] = values[3, 0]
    for interval in ("jackknife", "delta"):
        result = public_agreement(values, categories=range(5), interval=interval)
        assert result["percent_agreement"].lower == 0.0
        assert result["percent_agreement"].method.endswith("cut at 0")
        assert result["conger_kappa"].lower < 0


def test_a_coefficient_that_hangs_on_one_person_has_no_interval_and_says_why() -> None:
    third = np.full(60, np.nan)
    first, second = ratings(60, 2, 5, seed=8).T
    third[5] = 2
    result = public_agreement(np.column_stack([first, second, third]), categories=range(1, 6))
    assert result["conger_kappa"].lower is None
    assert "without some person" in result["conger_kappa"].method
    assert result["fleiss_kappa"].lower is not None
    assert any(note.startswith("No interval of conger_kappa:") for note in result.notes())


def test_perfect_agreement_is_no_certainty() -> None:
    same = np.repeat(ratings(60, 1, 4, seed=9), 3, axis=1)
    for interval in ("jackknife", "delta"):
        result = public_agreement(same, categories=range(1, 5), weights="linear", interval=interval)
        assert all(e.value == pytest.approx(1) and e.lower is None for e in result.estimates.values())
        assert result.coefficients["lower"].dtype == float
    assert any("Nobody disagrees" in note for note in result.notes())
