"""The printable document: its plain text, and what it refuses to be."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import document
from kiosk.domain.document import (
    Align,
    Barcode,
    BarcodeKind,
    Cut,
    Document,
    Feed,
    Line,
    QrCode,
    Rule,
    plain_text,
    wrapped,
)


def test_the_examples_in_the_docstrings_hold() -> None:
    assert doctest.testmod(document).failed == 0


def test_the_plain_text_stands_as_on_paper() -> None:
    blocks = (
        Line("Shop", Align.CENTRE, size=2),
        Rule(),
        Line("9,95", Align.RIGHT),
        Feed(1),
        QrCode("https://example.com"),
        Barcode(BarcodeKind.EAN13, "8710398500526"),
        Cut(),
    )
    assert plain_text(Document(blocks, 16)).splitlines() == [
        "  Shop",
        "----------------",
        "            9,95",
        "",
        "[https://example.com]",
        "[8710398500526]",
        "- - - - - - - -",
    ]


@given(st.text("ab c", max_size=60), st.integers(min_value=1, max_value=20))
def test_wrapping_drops_nothing_but_spaces(text: str, width: int) -> None:
    pieces = wrapped(text, width)
    assert all(len(piece) <= width for piece in pieces)
    assert "".join(pieces).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    "make",
    [
        lambda: Line("two\nlines"),
        lambda: Line("x", size=3),
        lambda: Feed(0),
        lambda: QrCode(""),
        lambda: QrCode("x", 17),
        lambda: Barcode(BarcodeKind.EAN8, ""),
        lambda: Document((), 8),
    ],
)
def test_a_block_that_cannot_be_printed_is_refused_at_birth(make: object) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        make()  # type: ignore[operator]
