"""Sizes by colours: in the order they are worn, none hidden, and a step goes over what does not exist."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.catalog import Article
from kiosk.domain.variants import size_rank, variant_grid

SHIRT = Article("A", "S", {"nl": "Shirt"}, "", "", "", "", (), "standard", "piece", 0, "", "", 0, 0)


def made(*pairs: tuple[str, str]) -> list[Article]:
    """Variants by colour and size; the id is both."""
    return [replace(SHIRT, id=f"{colour}-{size}", colour=colour, size=size) for colour, size in pairs]


def test_sizes_stand_as_they_are_worn_and_colours_are_rows() -> None:
    grid = variant_grid(made(("red", "XL"), ("red", "S"), ("blue", "M"), ("blue", "S")))
    assert (grid.rows, grid.columns, grid.of_sizes, grid.is_line) == (("blue", "red"), ("S", "M", "XL"), True, False)
    assert grid.cells == {(0, 0): "blue-S", (0, 1): "blue-M", (1, 0): "red-S", (1, 2): "red-XL"}


def test_shoe_sizes_and_childrens_sizes_are_numbers_and_not_words() -> None:
    sizes = ["46", "9½", "100", "38,5", "38", "104/110", "98", "One size", "3XL", "xxl", "s"]
    assert sorted(sizes, key=size_rank) == ["s", "xxl", "3XL", "9½", "38", "38,5", "46", "98", "100", "104/110", "One size"]


def test_a_step_goes_over_what_does_not_exist_and_stays_at_the_edge() -> None:
    grid = variant_grid(made(("blue", "S"), ("blue", "M"), ("red", "S"), ("red", "XL"), ("white", "M")))
    assert grid.step("red-S", 1, 0) == "red-XL" and grid.step("red-XL", 1, 0) == "red-XL"
    assert grid.step("blue-M", 0, 1) == "white-M" and grid.step("white-M", 0, -1) == "blue-M"
    assert grid.step("gone", 1, 0) == "blue-S"
    assert variant_grid([]).step("A", 1, 0) == "A"


def test_many_sizes_become_rows_with_the_colours_beside_each_other() -> None:
    grid = variant_grid(made(*((colour, str(size)) for colour in ("blue", "red") for size in range(36, 48))))
    assert not grid.of_sizes and grid.columns == ("blue", "red") and grid.rows[0] == "36" and len(grid.rows) == 12
    line = variant_grid(made(*(("blue", str(size)) for size in range(36, 48))))
    assert line.of_sizes and line.is_line and len(line.columns) == 12


def test_colours_alone_are_a_line_of_colours() -> None:
    grid = variant_grid(made(("red", ""), ("blue", ""), ("green", "")))
    assert grid.is_line and not grid.of_sizes and grid.columns == ("blue", "green", "red")


def test_two_of_one_size_and_colour_hide_none() -> None:
    twins = [replace(SHIRT, id="A1", size="S"), replace(SHIRT, id="A2", size="S"), replace(SHIRT, id="A3", size="M")]
    grid = variant_grid(twins)
    assert grid.is_line and set(grid.cells.values()) == {"A1", "A2", "A3"}


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(["S", "M", "L", *map(str, range(36, 49))])), unique=True))
def test_every_variant_has_one_cell_and_can_be_stepped_to(pairs: list[tuple[str, str]]) -> None:
    variants = made(*pairs)
    grid = variant_grid(reversed(variants))
    assert sorted(grid.cells.values()) == sorted(one.id for one in variants)
    assert all(0 <= row < len(grid.rows) and 0 <= column < len(grid.columns) for row, column in grid.cells)
    for article in grid.cells.values():
        for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            assert grid.step(article, right, down) in grid.cells.values()
