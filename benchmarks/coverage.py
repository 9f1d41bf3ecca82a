"""How often the default intervals of reliability hold the population's value.

    python benchmarks/coverage.py [--replicates 2000] [--seed 1] [--only NAME ...] [--processes 2]

Five ordered categories, symmetric or skewed (item skewness 1.8), 60, 200 and 600 persons. Prints a
Markdown table of coverage at a nominal .95; the Monte Carlo standard error of a cell is about .005 with
2,000 replicates. Feldt's interval of alpha, the plain distribution-free one, the F interval of the ICC
and the large-sample interval of kappa stand beside the defaults. The population's value is that of
400,000 simulated persons.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import sys
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

import numpy as np
from scipy import optimize, special

from propsych.errors import AnalysisError, PropsychWarning
from propsych.properties.internal_consistency import (
    cronbach_alpha,
    guttman,
    omega_schmid_leiman,
    ordinal_alpha,
)
from propsych.properties.internal_consistency import omega_one_factor as one_factor
from propsych.properties.internal_consistency.gate import scale_answers
from propsych.properties.measurement_error import measurement_error
from propsych.properties.reliability import agreement, icc, kendall_w, krippendorff_alpha, weighted_kappa
from propsych.properties.reliability import cohen_kappa as plain_kappa
from propsych.result import Estimate

CATEGORIES = range(5)
SIZES = (60, 200, 600)
SKEWS = (0.0, 1.8)
POPULATION = 400_000


def cuts(skewness: float) -> np.ndarray:
    """Return thresholds of five categories with this skewness."""
    if skewness == 0.0:
        return special.ndtri(np.array([0.1, 0.3, 0.7, 0.9]))
    base = np.array([0.0, 0.6, 1.1, 1.6])

    def gap(shift: float) -> float:
        p = np.diff(np.concatenate([[0.0], special.ndtr(base + shift), [1.0]]))
        x = np.arange(5.0)
        mean = p @ x
        return float(p @ (x - mean) ** 3 / (p @ (x - mean) ** 2) ** 1.5 - skewness)

    return base + optimize.brentq(gap, -1.0, 2.0)


def one_factor_items(rng: np.random.Generator, n: int, skewness: float) -> np.ndarray:
    """Six items, loading .7."""
    latent = 0.7 * rng.standard_normal((n, 1)) + np.sqrt(0.51) * rng.standard_normal((n, 6))
    return np.digitize(latent, cuts(skewness)).astype(float)


def grouped_items(rng: np.random.Generator, n: int, skewness: float) -> np.ndarray:
    """Nine items: a general factor and three groups of three."""
    group = np.repeat(rng.standard_normal((n, 3)), 3, axis=1)
    latent = 0.6 * rng.standard_normal((n, 1)) + 0.5 * group + np.sqrt(0.39) * rng.standard_normal((n, 9))
    return np.digitize(latent, cuts(skewness)).astype(float)


def ratings(rng: np.random.Generator, n: int, skewness: float) -> np.ndarray:
    """Four raters' ratings of the same persons, correlation .8 before they are cut into categories."""
    latent = np.sqrt(0.8) * rng.standard_normal((n, 1)) + np.sqrt(0.2) * rng.standard_normal((n, 4))
    return np.digitize(latent, cuts(skewness)).astype(float)


def scores(rng: np.random.Generator, n: int, skewness: float) -> np.ndarray:
    """Return sums of six ordered items at two occasions, the trait the same."""
    trait = rng.standard_normal((n, 1, 1))
    lasting = rng.standard_normal((n, 6, 1))
    latent = 0.7 * trait + 0.5 * lasting + np.sqrt(0.26) * rng.standard_normal((n, 6, 2))
    return np.digitize(latent, cuts(skewness)).sum(axis=1).astype(float)


Numbers = dict[str, Estimate]


def alphas(x: np.ndarray) -> Numbers:
    found = cronbach_alpha(x, categories=CATEGORIES)
    beside = {
        f"alpha, {name} (not the default)": found.intervals[name]
        for name in ("feldt", "bonett", "adf", "adf_log")
    }
    return {
        "alpha": found.intervals["jackknife"],
        **beside,
        "standardised alpha": found.standardised_interval,
        "average inter-item correlation": found.mean_inter_item_interval,
    }


def bounds(x: np.ndarray) -> Numbers:
    found = guttman(x, categories=CATEGORIES).estimates
    return {name: found[name] for name in ("lambda1", "lambda2", "lambda6", "mu2", "mu3")}


def unidimensional(x: np.ndarray) -> Numbers:
    answers = scale_answers(x, CATEGORIES)
    model = one_factor._fit(answers, one_factor._observed)
    kinds = {
        "omega unidimensional": one_factor.omega_by_implied,
        "composite reliability (observed variance)": one_factor.omega_by_observed,
    }
    return one_factor._estimates(model, kinds, 0.95)


def categorical(x: np.ndarray) -> Numbers:
    answers = scale_answers(x, CATEGORIES)
    model = one_factor._fit(answers, one_factor._ordered)
    kinds = {"omega categorical": one_factor.CategoricalOmega(answers.category_scores())}
    return one_factor._estimates(model, kinds, 0.95)


def latent_alpha(x: np.ndarray) -> Numbers:
    found = ordinal_alpha(x, categories=CATEGORIES).estimates
    return {"ordinal alpha of latent responses": found["ordinal_alpha_of_latent_responses"]}


def schmid_leiman(x: np.ndarray) -> Numbers:
    found = omega_schmid_leiman(x, categories=CATEGORIES, n_starts=1).estimates
    return {"omega total": found["omega_total"], "omega hierarchical": found["omega_hierarchical"]}


def kappas(x: np.ndarray) -> Numbers:
    a, b = x[:, 0], x[:, 1]
    found = {"kappa": plain_kappa(a, b, categories=CATEGORIES)}
    for kind in ("linear", "quadratic"):
        found[f"{kind} kappa"] = weighted_kappa(a, b, weights=kind, categories=CATEGORIES)
    numbers = {name: kappa.intervals["jackknife"] for name, kappa in found.items()}
    numbers["quadratic kappa, large-sample (not the default)"] = found["quadratic kappa"].intervals["delta"]
    pair = agreement(x[:, :2], categories=CATEGORIES).estimates
    numbers["prevalence-adjusted kappa"] = pair["brennan_prediger"]
    return numbers


def many_raters(x: np.ndarray) -> Numbers:
    plain = agreement(x, categories=CATEGORIES).estimates
    weighted = agreement(x, categories=CATEGORIES, weights="quadratic").estimates
    numbers = {f"{name}, four raters": e for name, e in plain.items()}
    numbers["gwet_ac2 (quadratic), four raters"] = weighted["gwet_ac"]
    for level in ("nominal", "ordinal", "interval", "ratio"):
        one = krippendorff_alpha(x + 1, categories=range(1, 6), level_of_measurement=level)
        numbers[f"Krippendorff's alpha ({level}), four raters"] = one.intervals["jackknife"]
    numbers["Kendall's W, four raters"] = kendall_w(x).intervals["jackknife"]
    return numbers


def correlations(x: np.ndarray) -> Numbers:
    found, F = icc(x), icc(x, interval="F")
    numbers = {
        form: found.estimate(form) for form in ("ICC(1,1)", "ICC(2,1)", "ICC(3,1)", "ICC(2,k)", "ICC(3,k)")
    }
    return {**numbers, "ICC(2,1), F (not the default)": F.estimate("ICC(2,1)")}


def errors(x: np.ndarray) -> Numbers:
    found = measurement_error(x[:, 0], x[:, 1])
    return {
        "SEM agreement": found.sem_agreement,
        "SEM consistency": found.sem_consistency,
        "SDC individual": found.sdc_individual,
        "mean difference": found.limits.bias,
        "lower limit of agreement": found.limits.lower,
        "lower limit of agreement (exact; not the default)": found.limits.exact["lower"],
        "lower limit of agreement (1999; not the default)": found.limits.approximate["lower"],
    }


@dataclass(frozen=True)
class Study:
    """What is simulated, and what is computed from it."""

    make: Callable[[np.random.Generator, int, float], np.ndarray]
    compute: Callable[[np.ndarray], Numbers]


STUDIES = {
    "alpha": Study(one_factor_items, alphas),
    "guttman": Study(one_factor_items, bounds),
    "omega_unidimensional": Study(one_factor_items, unidimensional),
    "omega_categorical": Study(one_factor_items, categorical),
    "ordinal_alpha": Study(one_factor_items, latent_alpha),
    "schmid_leiman": Study(grouped_items, schmid_leiman),
    "kappa": Study(ratings, kappas),
    "agreement": Study(ratings, many_raters),
    "icc": Study(scores, correlations),
    "measurement_error": Study(scores, errors),
}


def population(name: str, skewness: float, seed: int) -> dict[str, float]:
    """Return each number among very many persons."""
    study = STUDIES[name]
    n = 2_000 if name == "agreement" else POPULATION
    # Kendall's W compares every two persons, so agreement averages over samples
    repeats = 40 if name == "agreement" else 1
    rng = np.random.default_rng([seed, 99])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PropsychWarning)
        found = [study.compute(study.make(rng, n, skewness)) for _ in range(repeats)]
    return {key: float(np.mean([float(f[key].value) for f in found])) for key in found[0]}


def cell(task: tuple[str, float, int, int, int, dict[str, float]]) -> dict[str, tuple[int, int]]:
    """Return how many intervals hold the population's value, and how many there are."""
    name, skewness, n, replicates, seed, truth = task
    study = STUDIES[name]
    rng = np.random.default_rng([seed, n, int(10 * skewness)])
    held = {key: [0, 0] for key in truth}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PropsychWarning)
        for _ in range(replicates):
            try:
                numbers = study.compute(study.make(rng, n, skewness))
            except AnalysisError:
                # for instance an item that everybody answers alike: there is no interval to hold anything
                continue
            for key, estimate in numbers.items():
                if estimate.lower is None or estimate.upper is None:
                    continue
                held[key][1] += 1
                held[key][0] += estimate.lower <= truth[key] <= estimate.upper
    return {key: (hit, total) for key, (hit, total) in held.items()}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", nargs="*", choices=list(STUDIES), default=list(STUDIES))
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    places = [(skew, n) for skew in SKEWS for n in SIZES]
    names = [(name, skew) for name in options.only for skew in SKEWS]
    with ProcessPoolExecutor(options.processes) as pool:
        found = pool.map(population, *zip(*names, strict=True), [options.seed] * len(names))
        truth = dict(zip(names, found, strict=True))
        tasks = [
            (name, skew, n, options.replicates, options.seed, truth[name, skew])
            for name in options.only
            for skew, n in places
        ]
        cells = dict(zip([task[:3] for task in tasks], pool.map(cell, tasks), strict=True))
    print("| interval | " + " | ".join(f"{'skewed' if s else 'symmetric'}, {n}" for s, n in places) + " |")
    print("|---" * (len(places) + 1) + "|")
    missed = []
    for name in options.only:
        for key in cells[name, *places[0]]:
            shares = [cells[name, *place][key] for place in places]
            coverage = [hit / total if total else float("nan") for hit, total in shares]
            print(f"| {key} | " + " | ".join(f"{c:.3f}" for c in coverage) + " |", flush=True)
            if "not the default" not in key and not all(0.93 <= c <= 0.97 for c in coverage):
                worst = min(coverage)
                missed.append(
                    f"{key}: {worst:.3f} to {max(coverage):.3f}" + (" (below .91)" if worst < 0.91 else "")
                )
            none = options.replicates * len(places) - sum(total for _, total in shares)
            if none:
                missed.append(f"{key}: no interval in {none} samples")
    print(f"\n{options.replicates} replicates, seed {options.seed}, {time.perf_counter() - started:.0f} s")
    print("outside .93-.97: " + ("; ".join(missed) if missed else "none"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
