"""Adapters of polyserial and mixed correlations: polycor and psych."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import optimize, special

from propsych.kernels.bivariate_normal import bivariate_cdf
from propsych.kernels.covariance import pearson
from propsych.kernels.pair_tables import PairTables, pair_tables, thresholds_from_counts
from propsych.kernels.polychoric_search import corners
from propsych.kernels.polyserial import polyserial_moments, standardised, two_step_polyserial
from propsych.kernels.polyserial_joint import joint_polyserial
from tests.conformance.adapters.columns import numbers_only
from tests.conformance.adapters.objectives import Objective
from tests.conformance.adapters.polychoric import (
    ELSEWHERE,
    LOST,
    MUCH,
    POLYCOR_STOPS,
    SMOOTHED,
    STOPS_EARLY,
    PairFit,
    lost_pairs,
    pair_fit,
)
from tests.conformance.adapters.psych_polychoric import (
    PeerPolychoric,
    default_polychoric,
    psych_thresholds,
    search_table,
    smoothed_by_psych,
    with_correction,
)
from tests.conformance.compare import Actual
from tests.conformance.pack import Case

Floats = NDArray[np.float64]
Positions = NDArray[np.int64]

MANY = 8
"""More different values than this are a continuous variable to psych::mixedCor."""
ADMISSIBLE = 0.9999
POLYCOR = (
    "polycor's search over thresholds and correlation gives up after 500 steps; by the log-likelihood ours"
    " are better"
)


class Polyserial:
    """polycor::polyserial's two estimates of one variable and one item, with what it prints of them."""

    def __init__(self, x: Floats, y: Floats, ml: bool) -> None:
        together = ~np.isnan(x) & ~np.isnan(y)
        self.x, codes = x[together], np.unique(y[together], return_inverse=True)[1].ravel()
        self.codes, self.n_categories, self.ml = codes, int(codes.max()) + 1, ml
        every = np.ones((len(codes), 1), dtype=bool)
        self.z = standardised(self.x[:, None], every, 1)
        self.shares = thresholds_from_counts(np.bincount(codes)[None].astype(float))
        self.moments = float(polyserial_moments(self.x[:, None], codes[:, None], self.shares)[0])
        if ml:
            joint = joint_polyserial(self.z, codes[:, None], self.n_categories)
            self.rho, self.cuts = float(joint.rho[0]), joint.thresholds[0]
            self.covariance = joint.covariance[0]
            self.value, self.identified = float(joint.value[0]), bool(joint.converged[0])
        else:
            two = two_step_polyserial(self.z, codes[:, None], self.shares)
            self.rho, self.cuts = float(two.rho[0]), self.shares[0]
            self.covariance, self.value = np.array([[-1.0 / two.bend[0]]]), float(two.value[0])
            self.identified = bool(two.converged[0])

    def at(self, rho: float, cuts: Floats) -> float:
        """Return the log-likelihood elsewhere."""
        ladder, root = np.r_[-np.inf, cuts, np.inf], np.sqrt(1.0 - rho**2)
        upper, lower = ((ladder[self.codes + s] - rho * self.z[:, 0]) / root for s in (1, 0))
        return float(np.log(np.maximum(special.ndtr(upper) - special.ndtr(lower), 1e-300)).sum())

    def chi2(self, bins: int = 4) -> float:
        """Return polycor's chi-square: codes, standardised and cut at the thresholds, by quarters of x.

        For the two-step estimate it is at the estimate from moments.
        """
        quarters = special.ndtri(np.arange(1, bins) / bins)
        rho = self.rho if self.ml else self.moments
        y = standardised(self.codes[:, None].astype(float), np.ones((len(self.codes), 1), dtype=bool), 1)[
            :, 0
        ]
        return likelihood_ratio(np.digitize(y, self.cuts, right=True), self.cuts, self.z[:, 0], quarters, rho)

    @property
    def df(self) -> int:
        """Degrees of freedom of :meth:`chi2`."""
        return self.n_categories * 4 - self.n_categories - 1


def likelihood_ratio(rows: Positions, a: Floats, z: Floats, quarters: Floats, rho: float) -> float:
    """Return polycor's likelihood ratio of a table against the bivariate normal distribution."""
    columns = np.digitize(z, quarters, right=True)
    table = np.zeros((len(a) + 1, len(quarters) + 1))
    np.add.at(table, (rows, columns), 1.0)
    x, y = (corners(cuts[None])[0] for cuts in (a, quarters))
    p = np.diff(np.diff(bivariate_cdf(x[:, None], y[None], np.array([[rho]])), axis=0), axis=1)
    return float(2.0 * (table * np.log((table + 1e-6) / (p * table.sum()))).sum())


def row_sum(text: Any, frame: pd.DataFrame) -> Floats | None:
    """Return the sum that an option describes: ``row sum of A1..A5``."""
    found = re.match(r"row ?sums? (?:of )?(\w+?)(\d+)\.\.(\w*?)(\d+)$", str(text).strip())
    if found is None:
        return None
    names = [f"{found[1]}{i}" for i in range(int(found[2]), int(found[4]) + 1)]
    return np.asarray(frame[names].to_numpy(dtype=float).sum(axis=1))


def polyserial(case: Case) -> Iterator[Actual]:
    """polycor::polyserial, in two steps and jointly."""
    frame = numbers_only(case.frame())
    x = row_sum(case.option("x"), frame)
    if x is None:
        x = frame[case.option("x", default=frame.columns[0])].to_numpy(dtype=float)
    last = frame.columns[1] if case.option("x") is None else frame.columns[-1]
    y = frame[case.option("y", default=last)].to_numpy(dtype=float)
    for name, told in case.values.items():
        fit = Polyserial(x, y, "ml" in name.lower())
        yield from _polyserial(name, told, fit)


def _polyserial(name: str, told: Any, fit: Polyserial) -> Iterator[Actual]:
    if not isinstance(told, dict):
        # beyond the range polycor stays at its end; without errors it prints the estimate from moments
        rho = fit.rho if fit.ml else fit.moments
        yield Actual((name,), float(np.clip(rho, -ADMISSIBLE, ADMISSIBLE)))
        return
    rho = told.get("rho", fit.rho)
    peer = float(next(iter(rho.values())) if isinstance(rho, dict) else rho)
    cuts = told.get("cuts")
    theirs = np.array(list(cuts.values()), dtype=float) if isinstance(cuts, dict) else fit.cuts
    objective = (fit.value, fit.at(peer, theirs))
    reach, note = (POLYCOR_STOPS, POLYCOR) if fit.ml else (1e-2, "")

    def actual(path: tuple[Any, ...], value: float) -> Actual:
        return Actual((name, *path), value, objective, note, reach)

    for key in rho if isinstance(rho, dict) else [None]:
        yield actual(("rho",) if key is None else ("rho", key), fit.rho)
    for key, cut in zip(cuts if isinstance(cuts, dict) else [], fit.cuts, strict=False):
        yield actual(("cuts", key), float(cut))
    table = told.get("var")
    if isinstance(table, dict):
        names = table["cols"] if table["cols"] is not None else range(len(table["values"][0]))
        for i in range(len(table["values"])):
            for j, column in enumerate(names):
                yield actual(("var", i, column), float(fit.covariance[i, j]))
    yield actual(("se",), float(np.sqrt(fit.covariance[0, 0])))
    yield actual(("chisq",), fit.chi2())
    yield actual(("df",), float(fit.df))
    yield actual(("n",), float(len(fit.codes)))


def hetcor(case: Case) -> Iterator[Actual]:
    """polycor::hetcor; what is continuous stands in the case."""
    values = case.values
    table = values["cor"] if "cor" in values else values["correlations"]
    frame = numbers_only(case.frame())
    names = table["cols"]
    columns = {}
    for name in names:
        own = row_sum(case.option(name), frame)
        columns[name] = frame[name].to_numpy(dtype=float) if own is None else own
    data = pd.DataFrame(columns)
    use = str(case.argument("use", default="complete.obs"))
    data = data if "pairwise" in use else data.dropna()
    kinds = np.array(values["type"]["values"] if "type" in values else np.full((len(names),) * 2, ""))
    ordered = [(kinds[i] == "Polychoric").any() or _ordered(kinds, i, data) for i in range(len(names))]
    ml, theirs = bool(case.argument("ML", default=False)), np.array(table["values"], dtype=float)
    for i, name in enumerate(names):
        yield Actual(("cor", i, name), 1.0)
        yield Actual(("se", i, name), 0.0)
        yield Actual(("tests", i, name), 0.0)
    found = {}
    for i in range(len(names)):
        for j in range(i):
            found[i, j] = _hetcor_pair(data.iloc[:, [j, i]], ordered[j], ordered[i], ml)
    R = np.eye(len(names))
    for (i, j), pair in found.items():
        R[i, j] = R[j, i] = pair["cor"][0]
    if np.linalg.eigvalsh(R)[0] < 0:
        yield Actual((), None, note="not positive definite: polycor moves the matrix; not compared")
        return
    for (i, j), pair in found.items():
        objective = pair["at"](theirs[i, j]) if pair["at"] else None
        for a, b in ((i, j), (j, i)):
            yield Actual(("type", a, b), pair["kind"])
            for quantity in ("cor", "se", "tests"):
                reach = POLYCOR_STOPS if ml else 1e-2
                yield Actual((quantity, a, names[b]), pair[quantity][0], objective, "", reach)
    yield Actual(("n",), float(len(data)))


def _ordered(kinds: NDArray[Any], i: int, data: pd.DataFrame) -> bool:
    """Return True for a variable whose kind only its number of values tells."""
    return not (kinds[i] == "Pearson").any() and data.iloc[:, i].nunique() <= MANY


def _hetcor_pair(data: pd.DataFrame, first: bool, second: bool, ml: bool) -> dict[str, Any]:
    x, y = data.dropna().to_numpy(dtype=float).T
    if first and second:
        positions = np.stack([np.unique(side, return_inverse=True)[1].ravel() for side in (x, y)], axis=1)
        fit = pair_fit(positions, ml)
        p = special.chdtrc(fit.df, fit.chi2) if fit.df > 0 else np.nan
        return {
            "kind": "Polychoric",
            "cor": (fit.rho,),
            "se": (float(np.sqrt(fit.covariance[0, 0])),),
            "tests": (float(p),),
            "at": lambda rho: (fit.value, _profile(_of_both(fit), rho, np.r_[fit.rows, fit.columns], ml)),
        }
    if first or second:
        single = Polyserial(y, x, ml) if first else Polyserial(x, y, ml)
        return {
            "kind": "Polyserial",
            "cor": (single.rho,),
            "se": (float(np.sqrt(single.covariance[0, 0])),),
            "tests": (float(special.chdtrc(single.df, single.chi2())),),
            "at": lambda rho: (single.value, _profile(single.at, rho, single.cuts, ml)),
        }
    n, r = len(x), float(np.corrcoef(x, y)[0, 1])
    rho = r * (1.0 + (1.0 - r**2) / (2.0 * (n - 3)))
    variance = (1.0 - rho**2) ** 2 / (n + 6) * (1.0 + (14.0 + 11.0 * rho**2) / (2.0 * (n + 6)))
    quarters = special.ndtri(np.arange(1, 4) / 4)
    a, b = (standardised(side[:, None], np.ones((n, 1), dtype=bool), 1)[:, 0] for side in (x, y))
    chi2 = likelihood_ratio(np.digitize(a, quarters, right=True), quarters, b, quarters, r)
    return {
        "kind": "Pearson",
        "cor": (r,),
        "se": (float(np.sqrt(variance)),),
        "tests": (float(special.chdtrc(14, chi2)),),
        "at": None,
    }


def _of_both(fit: PairFit) -> Callable[[float, Floats], float]:
    return lambda rho, cuts: fit.at(rho, cuts[: len(fit.rows)], cuts[len(fit.rows) :])


def _profile(value: Callable[[float, Floats], float], rho: float, cuts: Floats, ml: bool) -> float:
    """Return the log-likelihood at another correlation.

    Of joint estimates hetcor does not tell the thresholds: they are put where they make its correlation
    likeliest, which no search of its own can beat.
    """
    if not ml:
        return value(rho, cuts)
    found = optimize.minimize(lambda at: -value(rho, at), cuts, method="BFGS", options={"gtol": 1e-6})
    return -float(found.fun)


def of_psych(x: Floats, y: Floats) -> float:
    """psych::polyserial: from moments, with thresholds and SD of everybody who answered the item."""
    answered = y[~np.isnan(y)]
    share = np.cumsum(np.bincount((answered - answered.min()).astype(int)))[:-1] / len(answered)
    ordinates = np.exp(-np.square(special.ndtri(share)) / 2.0) / np.sqrt(2.0 * np.pi)
    r = float(pearson(np.column_stack([x, y]), "pairwise").matrix[0, 1])
    n = len(y)
    return float(np.clip(r * np.sqrt((n - 1) / n) * answered.std(ddof=1) / ordinates.sum(), -1.0, 1.0))


def biserial_of_psych(x: Floats, y: Floats) -> float:
    """psych::biserial: the estimate from moments, with the SD that n - 1 gives."""
    together = ~np.isnan(x) & ~np.isnan(y)
    codes = np.unique(y[together], return_inverse=True)[1].ravel()[:, None]
    tau = thresholds_from_counts(np.bincount(codes[:, 0])[None].astype(float))
    n = len(codes)
    found = polyserial_moments(x[together][:, None], codes, tau)[0] * np.sqrt((n - 1) / n)
    return float(np.clip(found, -1.0, 1.0))


def psych_polyserial(case: Case) -> Iterator[Actual]:
    """psych::polyserial, and psych::biserial where the item has two categories."""
    x, y = numbers_only(case.frame()).to_numpy(dtype=float).T[:2]
    yield Actual(("polyserial",), of_psych(x, y))
    if len(np.unique(y[~np.isnan(y)])) == 2:
        yield Actual(("biserial",), biserial_of_psych(x, y))
    else:
        yield Actual((), None, note="the case does not tell how the item was made dichotomous for biserial")


def mixedcor(case: Case) -> Iterator[Actual]:
    """psych::mixedCor: Pearson, polyserial from moments, polychoric and tetrachoric."""
    frame = numbers_only(case.frame())
    names = [str(name) for name in frame.columns]
    found, indefinite = _of_psych(case, frame)
    if indefinite:
        yield Actual((), None, note=SMOOTHED)
        return
    judged, _ = found.objectives(np.array(case.values["rho"]["values"], dtype=float))
    objective: dict[tuple[int, int], Objective] = {}
    lost = set()
    for pair, gone, i, j in zip(judged, lost_pairs(found), found.first, found.second, strict=True):
        objective[i, j] = objective[j, i] = pair
        if gone:
            lost |= {(i, j), (j, i)}
            yield Actual((), None, note=LOST)
    for i in range(len(names)):
        for j in range(len(names)):
            if (i, j) not in lost:
                judgement = objective.get((i, j))
                reach = ELSEWHERE if judgement and judgement[0] > judgement[1] + MUCH else 1e-2
                note = STOPS_EARLY if judgement else ""
                yield Actual(("rho", i, names[j]), float(found.R[i, j]), judgement, note, reach)


def _of_psych(case: Case, frame: pd.DataFrame) -> tuple[PeerPolychoric, bool]:
    """Return the matrix by psych's rules, and whether psych smooths a part of it."""
    values = frame.to_numpy(dtype=float)
    correct = float(case.argument("correct", default=0.5))
    everywhere = bool(case.argument("global", default=True))
    n_values = frame.nunique().to_numpy()
    many = n_values > int(case.argument("ncat", default=MANY))
    poly, two = np.flatnonzero((n_values > 2) & ~many), np.flatnonzero(n_values == 2)
    R = np.array(pearson(values, "pairwise").matrix)
    for i in np.flatnonzero(many):
        for j in np.flatnonzero(~many):
            by_moments = biserial_of_psych if n_values[j] == 2 else of_psych
            R[i, j] = R[j, i] = by_moments(values[:, i], values[:, j])
    pairs = _Pairs(values, correct)
    if len(poly) > 1:
        own = default_polychoric(frame.iloc[:, poly], correct, everywhere)
        R[np.ix_(poly, poly)] = own.R
        pairs.take(own, poly)
    alike = len(set(n_values[poly])) == 1
    for i, j in ((int(i), int(j)) for i in poly for j in two):
        R[i, j] = R[j, i] = pairs.add(i, j, everywhere and alike)
    for i, j in ((int(i), int(j)) for a, i in enumerate(two) for j in two[a + 1 :]):
        R[i, j] = R[j, i] = pairs.add(i, j, True, correct)
    parts = [part for part in (poly, two) if len(part) > 1]
    indefinite = any(smoothed_by_psych(R[np.ix_(part, part)], False)[2] for part in parts)
    first, second = np.array(pairs.first, dtype=int), np.array(pairs.second, dtype=int)
    found = PeerPolychoric(R, False, False, pairs.tables, pairs.rows, pairs.columns, first, second)
    return found, indefinite


class _Pairs:
    """Tables and thresholds of pairs of ordered items, as psych takes them."""

    def __init__(self, values: Floats, correct: float) -> None:
        self.values, self.correct = values, correct
        self.tables: Any = []
        self.rows: list[Floats] = []
        self.columns: list[Floats] = []
        self.first: list[int] = []
        self.second: list[int] = []

    def take(self, found: PeerPolychoric, places: Positions) -> None:
        """Take over the pairs of an analysis of some of the columns."""
        self.tables += list(found.tables)
        self.rows += found.rows
        self.columns += found.columns
        self.first += [int(places[i]) for i in found.first]
        self.second += [int(places[j]) for j in found.second]

    def add(self, i: int, j: int, everywhere: bool, empty: float | None = None) -> float:
        """Search a pair: thresholds from everybody, or from the pair's corrected table."""
        tables = self._table(i, j)
        table = tables.counts[0]
        if empty is not None:
            table = np.where(table == 0, empty, table)
        if everywhere:
            thresholds = thresholds_from_counts(tables.marginal)
            rows, columns = thresholds[0], thresholds[1]
        else:
            n = table.sum()
            table = with_correction(table, self.correct)
            rows, columns = (psych_thresholds(table.sum(axis=axis) / n) for axis in (1, 0))
        self.tables.append(table)
        self.rows.append(rows)
        self.columns.append(columns)
        self.first.append(i)
        self.second.append(j)
        return search_table(table, rows, columns)

    def _table(self, i: int, j: int) -> PairTables:
        codes = self.values[:, [i, j]]
        positions = np.where(np.isnan(codes), -1, codes - np.nanmin(codes, axis=0)).astype(np.int64)
        return pair_tables(positions, int(positions.max()) + 1)
