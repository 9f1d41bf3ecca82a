"""What the coverage study computes from each sample: numbers with their intervals, by a name for the table.

A name that ends in "(not the default)" stands beside the default for comparison. Numbers of the same kind
that are the same by definition (lambda 3 and alpha, mu 1 and lambda 2) stand once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from coverage_populations import (
    binary_items,
    binary_ratings,
    grouped_items,
    incomplete_ratings,
    one_factor_items,
    ratings,
    scores,
)
from propsych.properties.internal_consistency import (
    composite_reliability,
    cronbach_alpha,
    guttman,
    omega_schmid_leiman,
    ordinal_alpha,
)
from propsych.properties.measurement_error import measurement_error
from propsych.properties.reliability import (
    agreement,
    cohen_kappa,
    icc,
    kendall_w,
    krippendorff_alpha,
    test_retest,
    weighted_kappa,
)
from propsych.properties.structure import congeneric_fit
from propsych.result import Estimate

__all__ = ["STUDIES", "Study"]

CATEGORIES = range(5)
BESIDE = "(not the default)"
BOOTSTRAP = 1000
FORMS = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(1,k)", "ICC(2,k)", "ICC(3,k)")
Numbers = dict[str, Estimate]


def alphas(x: np.ndarray) -> Numbers:
    found = cronbach_alpha(x, categories=CATEGORIES)
    beside = {
        f"alpha, {name} {BESIDE}": found.intervals[name] for name in ("adf", "adf_log", "feldt", "bonett")
    }
    return {
        "alpha": found.intervals["jackknife"],
        **beside,
        "standardised alpha": found.standardised_interval,
        "average inter-item correlation": found.mean_inter_item_interval,
    }


def bootstraps(x: np.ndarray) -> Numbers:
    found = {
        kind: cronbach_alpha(x, categories=CATEGORIES, interval=kind, n_boot=BOOTSTRAP)
        for kind in ("percentile", "bca")
    }
    return {f"alpha, {kind} {BESIDE}": each.intervals[kind] for kind, each in found.items()}


def kr20(x: np.ndarray) -> Numbers:
    found = cronbach_alpha(x, categories=range(2))
    return {
        "KR-20": found.intervals["jackknife"],
        f"KR-20, feldt {BESIDE}": found.intervals["feldt"],
    }


def bounds(x: np.ndarray) -> Numbers:
    found = guttman(x, categories=CATEGORIES).estimates
    return {f"Guttman's {name}": found[name] for name in ("lambda1", "lambda2", "lambda6", "mu2", "mu3")}


def unidimensional(x: np.ndarray) -> Numbers:
    found = composite_reliability(congeneric_fit(x, categories=CATEGORIES)).estimates
    return {
        "omega unidimensional": found["composite_reliability_implied:factor"],
        "composite reliability": found["composite_reliability:factor"],
        "average variance extracted": found["average_variance_extracted:factor"],
    }


def categorical(x: np.ndarray) -> Numbers:
    found = composite_reliability(congeneric_fit(x, categories=CATEGORIES, estimator="WLSMV")).estimates
    return {
        "omega categorical": found["categorical_omega:factor"],
        "composite reliability of latent responses": found["latent_response_reliability:factor"],
    }


def latent_alpha(x: np.ndarray) -> Numbers:
    found = ordinal_alpha(x, categories=CATEGORIES).estimates
    return {"ordinal alpha of latent responses": found["ordinal_alpha_of_latent_responses"]}


def schmid_leiman(x: np.ndarray) -> Numbers:
    found = omega_schmid_leiman(x, categories=CATEGORIES, n_starts=1)
    names = (
        "omega_total",
        "omega_hierarchical",
        "omega_hierarchical_asymptotic",
        "explained_common_variance",
    )
    numbers = {name.replace("_", " "): found.estimates[name] for name in names}
    own = found.tables["loadings"][["g1", "g2", "g3"]].abs().to_numpy().argmax(axis=1)
    # a group factor is the one of items 1 to 3 only where these load on the same one, and no others do
    for kind in ("total", "general", "group"):
        name = f"omega {kind} of the first three items"
        together = len(set(own[:3])) == 1 and own[0] not in own[3:]
        numbers[name] = found.estimates[f"omega_{kind}:g{own[0] + 1}"] if together else Estimate(None)
    return numbers


def kappas(x: np.ndarray) -> Numbers:
    a, b = x[:, 0], x[:, 1]
    found = {"Cohen's kappa": cohen_kappa(a, b, categories=CATEGORIES)}
    for kind in ("linear", "quadratic"):
        found[f"kappa, {kind} weights"] = weighted_kappa(a, b, weights=kind, categories=CATEGORIES)
    numbers = {name: kappa.intervals["jackknife"] for name, kappa in found.items()}
    large = found["kappa, quadratic weights"].intervals["delta"]
    numbers[f"kappa, quadratic weights, large-sample {BESIDE}"] = large
    pair = agreement(x[:, :2], categories=CATEGORIES).estimates
    numbers["prevalence-adjusted kappa"] = pair["brennan_prediger"]
    numbers["percent agreement of two raters (Wilson)"] = found["Cohen's kappa"].share
    return numbers


def binary_kappas(x: np.ndarray) -> Numbers:
    found = cohen_kappa(x[:, 0], x[:, 1], categories=range(2))
    return {
        "Cohen's kappa, two categories": found.intervals["jackknife"],
        f"Cohen's kappa, two categories, large-sample {BESIDE}": found.intervals["delta"],
    }


def many_raters(x: np.ndarray) -> Numbers:
    plain = agreement(x, categories=CATEGORIES)
    weighted = agreement(x, categories=CATEGORIES, weights="quadratic").estimates
    numbers = {f"{name.replace('_', ' ')}": e for name, e in plain.estimates.items()}
    numbers |= {f"{name.replace('_', ' ')}, quadratic": e for name, e in weighted.items()}
    numbers[f"gwet ac, Gwet's interval {BESIDE}"] = plain.intervals["delta"]["gwet_ac"]
    return numbers


def krippendorff(x: np.ndarray) -> Numbers:
    numbers = {}
    for level in ("nominal", "ordinal", "interval", "ratio"):
        one = krippendorff_alpha(x + 1, categories=range(1, 6), level_of_measurement=level)
        numbers[f"Krippendorff's alpha, {level}"] = one.intervals["jackknife"]
    return numbers


def concordance(x: np.ndarray) -> Numbers:
    return {"Kendall's W": kendall_w(x).intervals["jackknife"]}


def missing_ratings(x: np.ndarray) -> Numbers:
    found = agreement(x, categories=CATEGORIES, weights="quadratic").estimates
    numbers = {f"{name.replace('_', ' ')}, quadratic, a tenth missing": e for name, e in found.items()}
    one = krippendorff_alpha(x, categories=CATEGORIES, level_of_measurement="ordinal")
    numbers["Krippendorff's alpha, ordinal, a tenth missing"] = one.intervals["jackknife"]
    return numbers


def correlations(x: np.ndarray) -> Numbers:
    found = icc(x)
    numbers = {f"{form} of scores": found.estimate(form) for form in FORMS}
    lower, upper = found.intervals["F"].loc["ICC(2,1)"]
    return {
        **numbers,
        f"ICC(2,1) of scores, F {BESIDE}": replace(numbers["ICC(2,1) of scores"], lower=lower, upper=upper),
    }


def rating_correlations(x: np.ndarray) -> Numbers:
    found = icc(x)
    return {f"{form} of four raters": found.estimate(form) for form in FORMS}


def missing_correlations(x: np.ndarray) -> Numbers:
    found = icc(x, missing="available")
    forms = ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(2,k)")
    return {f"{form} of four raters, a tenth missing": found.estimate(form) for form in forms}


def retest(x: np.ndarray) -> Numbers:
    found = test_retest(x[:, 0], x[:, 1])
    return {
        "Pearson, test and retest": found.pearson,
        "mean change": found.mean_difference,
        "share below a cut at retest": found.below_at_retest,
    }


def errors(x: np.ndarray) -> Numbers:
    found = measurement_error(x[:, 0], x[:, 1])
    limits = found.limits
    return {
        "SEM, agreement": found.sem_agreement,
        "SEM, consistency": found.sem_consistency,
        "SDC of one person": found.sdc_individual,
        "lower limit of agreement": limits.lower,
        "upper limit of agreement": limits.upper,
        f"lower limit of agreement, exact {BESIDE}": limits.exact["lower"],
        f"lower limit of agreement, 1999 {BESIDE}": limits.approximate["lower"],
        "proportional bias": limits.proportional_bias,
    }


@dataclass(frozen=True)
class Study:
    """What is simulated, what is computed from it, and how many persons stand for the population.

    The population's numbers are means over `samples` samples of `persons`.
    """

    make: Callable[[np.random.Generator, int, float], np.ndarray]
    compute: Callable[[np.ndarray], Numbers]
    persons: int = 250_000
    samples: int = 4


STUDIES = {
    "alpha": Study(one_factor_items, alphas),
    "alpha_bootstrap": Study(one_factor_items, bootstraps, 20_000, 50),
    "kr20": Study(binary_items, kr20),
    "guttman": Study(one_factor_items, bounds),
    "omega_unidimensional": Study(one_factor_items, unidimensional),
    "omega_categorical": Study(one_factor_items, categorical, 100_000, 10),
    "ordinal_alpha": Study(one_factor_items, latent_alpha, 100_000, 10),
    "schmid_leiman": Study(grouped_items, schmid_leiman),
    "kappa": Study(ratings, kappas),
    "kappa_binary": Study(binary_ratings, binary_kappas),
    "agreement": Study(ratings, many_raters),
    "krippendorff": Study(ratings, krippendorff),
    # W compares every two persons
    "kendall_w": Study(ratings, concordance, 2_000, 250),
    "agreement_missing": Study(incomplete_ratings, missing_ratings),
    "icc": Study(scores, correlations),
    "icc_ratings": Study(ratings, rating_correlations),
    "icc_missing": Study(incomplete_ratings, missing_correlations, 20_000, 10),
    "retest": Study(scores, retest),
    "measurement_error": Study(scores, errors),
}
