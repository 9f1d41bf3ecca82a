"""Pictures: the numbers given are drawn, in order, legibly, and byte for byte the same."""

from __future__ import annotations

import itertools

import pytest

from propsych.plotting import (
    ALGORITHM_STYLES,
    MISSING_STYLES,
    category_styles,
    contrast,
    count_bars,
    histogram,
    ink_on,
    interval_dots,
    new_axes,
    stacked_bar,
    to_svg,
)


def widths(svg_axes: object) -> list[float]:
    return [round(patch.get_width(), 6) for patch in svg_axes.patches]  # type: ignore[attr-defined]


def test_segments_are_as_wide_as_their_counts_and_in_order() -> None:
    ax = stacked_bar(new_axes(402, 40), [10, 0, 30, 60])
    assert widths(ax) == [40.0, 120.0, 240.0]
    lefts = [patch.get_x() for patch in ax.patches]
    assert lefts == sorted(lefts)


def test_a_count_that_does_not_fit_is_left_to_the_table() -> None:
    texts = [text.get_text() for text in stacked_bar(new_axes(300, 40), [1, 999]).texts]
    assert texts == ["999"]


def test_no_answers_draw_nothing() -> None:
    assert not stacked_bar(new_axes(300, 40), [0, 0]).patches


@pytest.mark.parametrize("n", range(2, 12))
def test_categories_grow_darker_and_their_numbers_are_legible(n: int) -> None:
    colours = [style.colour for style in category_styles(n)]
    darkness = [contrast(colour, "#ffffff") for colour in colours]
    assert all(a < b for a, b in itertools.pairwise(darkness))
    assert all(contrast(colour, ink_on(colour)) >= 4.5 for colour in colours)


def test_every_other_fill_is_legible_and_told_by_its_pattern() -> None:
    styles = [*MISSING_STYLES.values(), *ALGORITHM_STYLES.values()]
    assert all(contrast(style.colour, ink_on(style.colour)) >= 4.5 for style in styles)
    assert len({style.pattern for style in MISSING_STYLES.values()}) == len(MISSING_STYLES)
    assert len({style.pattern for style in ALGORITHM_STYLES.values()}) == len(ALGORITHM_STYLES)


def test_dots_lie_where_their_values_say() -> None:
    ax = interval_dots(new_axes(400, 100), ["A", "B"], [(0.5, 0.25, 0.75), None], label_width=100)
    lines = [line.get_xdata() for line in ax.lines[3:]]
    assert len(lines) == 2
    assert (lines[0][0] + lines[0][1]) / 2 == pytest.approx(lines[1][0])


def test_the_same_picture_is_the_same_text() -> None:
    pictures = [to_svg(histogram(new_axes(400, 120), [3, 0, 9], ("0", "30"))) for _ in range(2)]
    assert pictures[0] == pictures[1]
    assert "<metadata" not in pictures[0]


def test_hostile_labels_are_text_and_warn_of_nothing() -> None:
    svg = to_svg(count_bars(new_axes(400, 40), [3], ["<b>$x^2$ 😀&"]))
    assert "&lt;b&gt;$x^2$ 😀&amp;" in svg
