"""The attack by known answers and against enumeration; suppression on tables of any size."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from propsych.report.disclosure.attack import derivable
from propsych.report.disclosure.cells import System, SystemBuilder
from propsych.report.disclosure.suppress import primary, protect, unprotected

LIMIT = 5


def table(rows: list[list[int]]) -> System:
    """Return a two-way table with all its totals."""
    builder = SystemBuilder()
    grand = builder.cell("all", sum(map(sum, rows)), 2)
    cells = [[builder.cell(f"{i},{j}", n) for j, n in enumerate(row)] for i, row in enumerate(rows)]
    sides = [builder.cell(f"{i},*", sum(row), 1) for i, row in enumerate(rows)]
    tops = [builder.cell(f"*,{j}", sum(column), 1) for j, column in enumerate(zip(*rows, strict=True))]
    for total, parts in [*zip(sides, cells, strict=True), *zip(tops, zip(*cells, strict=True), strict=True)]:
        builder.total(total, parts)
    builder.total(grand, sides)
    builder.total(grand, tops)
    return builder.system()


def enumerated(system: System, hidden: dict[str, int]) -> dict[str, tuple[int, int]]:
    """Return the derivable ranges by trying every table."""
    largest = max(cell.value for cell in system.cells.values())
    fixed = {name: cell.value for name, cell in system.cells.items() if name not in hidden}
    found: dict[str, set[int]] = {name: set() for name in hidden}
    for values in product(range(largest + 1), repeat=len(hidden)):
        trial = fixed | dict(zip(hidden, values, strict=True))
        if any(trial[name] < least for name, least in hidden.items()):
            continue
        sums = (sum(w * trial[name] for name, w in r.terms) for r in system.relations)
        if all(r.low <= total <= r.high for r, total in zip(system.relations, sums, strict=True)):
            for name in hidden:
                found[name].add(trial[name])
    return {name: (min(values), max(values)) for name, values in found.items()}


rows_of_counts = st.integers(2, 4).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 12), min_size=k, max_size=k), min_size=2, max_size=5)
)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.integers(0, 4), min_size=2, max_size=2), min_size=2, max_size=2),
    st.sets(st.sampled_from(["0,0", "0,1", "1,0", "1,1", "0,*", "*,1"]), min_size=1, max_size=4),
)
def test_the_bounds_are_those_of_trying_every_table(rows: list[list[int]], names: set[str]) -> None:
    system = table(rows)
    hidden = {name: min(1, system.cells[name].value) for name in sorted(names)}
    assert derivable(system, hidden) == enumerated(system, hidden)


def test_a_single_suppressed_category_follows_from_the_total() -> None:
    builder = SystemBuilder()
    builder.total(builder.cell("answered", 60), [builder.cell(f"c{n}", n) for n in (40, 0, 17, 3)])
    system = builder.system()
    assert unprotected(system, primary(system, LIMIT), LIMIT) == ("c3",)
    hidden, complete = protect(system, LIMIT)
    assert complete
    assert set(hidden) == {"c3", "c17"}  # the smallest count beside it; the zero and the total stay
    assert derivable(system, hidden)["c3"] == (1, 19)


def test_two_ones_that_add_up_to_two_need_more() -> None:
    builder = SystemBuilder()
    builder.total(
        builder.cell("answered", 62, 1), [builder.cell(n, v) for n, v in [("a", 60), ("b", 1), ("c", 1)]]
    )
    system = builder.system()
    assert unprotected(system, primary(system, LIMIT), LIMIT) == ("b", "c")
    hidden, _ = protect(system, LIMIT)
    assert set(hidden) == {"a", "b", "c"}


def test_an_unprinted_difference_is_protected_too() -> None:
    builder = SystemBuilder()
    asked, answered = builder.cell("asked", 50, 1), builder.cell("answered", 48, 0)
    builder.difference(asked, [answered], "unanswered")
    system = builder.system()
    assert unprotected(system, {}, LIMIT) == ("unanswered",)
    hidden, complete = protect(system, LIMIT)
    assert (set(hidden), complete) == ({"answered"}, True)


def test_a_rounded_mean_bounds_the_counts() -> None:
    builder = SystemBuilder()
    names = [builder.cell(f"c{code}", n) for code, n in enumerate((30, 2, 8))]
    builder.total(builder.cell("answered", 40, None), names)
    free = builder.system()
    hidden = {"c1": 1, "c2": 1}
    assert derivable(free, hidden)["c1"] == (1, 9)
    builder.between({"c1": 1.0, "c2": 2.0}, 18 - 0.4, 18 + 0.4)  # mean 0.45, rounded to 0.01
    assert derivable(builder.system(), hidden)["c1"] == (2, 2)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows_of_counts)
def test_after_suppression_nothing_small_is_pinned_and_zeros_are_shown(rows: list[list[int]]) -> None:
    system = table(rows)
    hidden, complete = protect(system, LIMIT)
    assume(complete)
    bounds = derivable(system, hidden)
    for name in system.small(LIMIT):
        assert bounds[name][0] <= 1
        assert bounds[name][1] >= LIMIT - 1
    if 0 not in hidden.values():
        assert all(system.cells[name].value > 0 for name in hidden)


@settings(max_examples=25, deadline=None)
@given(rows_of_counts)
def test_nothing_is_suppressed_where_nothing_is_small(rows: list[list[int]]) -> None:
    system = table([[n * LIMIT for n in row] for row in rows])
    assert protect(system, LIMIT) == ({}, True)


@pytest.mark.parametrize("small", [1, 2, 3, 4])
def test_primary_suppression_alone_gives_a_lone_small_cell_away(small: int) -> None:
    system = table([[20, small, 30], [25, 11, 9], [12, 30, 14]])
    name = "0,1"
    assert derivable(system, primary(system, LIMIT))[name] == (small, small)
    hidden, complete = protect(system, LIMIT)
    assert complete
    assert unprotected(system, hidden, LIMIT) == ()
    assert {row for row, _ in (n.split(",") for n in hidden)} >= {
        "0",
        "1",
    }  # a closed path through rows and columns
