"""The rows of stock work as finished text: what can be begun or gone on with, lines, results of a search, and differences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.domain.catalog import Article
from kiosk.domain.stockwork import CLEAR, COUNT, RECEIVE, SEND, WHY, Difference, Work, WorkLine
from kiosk.services.journalwords import why_text
from kiosk.text import Words
from kiosk.ui.sheet_rows import ChoiceRow


@dataclass(frozen=True, slots=True)
class StockEntry:
    """Something to begin, or a work to go on with."""

    key: str
    title: str
    note: str
    iconName: str
    keyCap: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Face:
    """How an article is called on a line."""

    title: str
    detail: str
    unit: str
    picture: str


@dataclass(frozen=True, slots=True)
class LineRow:
    """One line of a work. `isOpen`: nobody looked at it yet; `warns`: it has to be counted once more."""

    key: str
    title: str
    detail: str
    quantity: str
    expected: str
    picture: str
    isOpen: bool
    warns: bool
    chosen: bool
    spoken: str


@dataclass(frozen=True, slots=True)
class FoundRow:
    """An article that a search found."""

    key: str
    title: str
    detail: str
    picture: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class DifferenceRow:
    """A counted article against what should be there; `warns` when goods are missing."""

    key: str
    title: str
    detail: str
    counted: str
    expected: str
    difference: str
    worth: str
    warns: bool


def face_of(article: Article, variant: str, language: str) -> Face:
    """An article's name and what tells it from its sisters."""
    detail = " · ".join(part for part in (variant, article.id) if part)
    return Face(article.name(language), detail, article.unit, article.picture)


def kind_text(kind: str, say: Words) -> str:
    """What a work is called."""
    texts = {
        "write_off": say("Write off"), COUNT: say("Count"), RECEIVE: say("Incoming delivery"), SEND: say("Transfer"),
        CLEAR: say("Off the shelf"),
    }  # fmt: skip
    return texts.get(kind, kind)


def why_rows(chosen: str, say: Words) -> list[ChoiceRow]:
    """The reasons to choose from."""
    return [ChoiceRow(why, why_text(why, say), why == chosen) for why in WHY]


def work_title(work: Work, say: Words) -> str:
    """A work as people speak of it: what it is, its number, what it is about."""
    head = f"{kind_text(work.kind, say)} {work.number}"
    about = work.title or (why_text(work.why, say) if work.why else "")
    return f"{head} · {about}" if about else head


def line_row(
    line: WorkLine, face: Face, chosen: bool, expected_milli: int | None, say: Words, *, waits: bool, tells: bool
) -> LineRow:
    """A line as it is shown; `waits`: what has no quantity is still to be looked at; `tells`: what should be there is said."""
    is_open, again = line.quantity_milli is None, line.quantity_milli is None and line.before_milli is not None
    quantity = say("not yet") if is_open and waits else say.quantity(line.quantity_milli or 0, face.unit)
    expected = ""
    if tells:
        expected = say("unknown") if expected_milli is None else say.quantity(expected_milli, face.unit)
        expected = say("should be {quantity}", quantity=expected)
    detail = face.detail
    if line.serials:
        detail = f"{detail} · {', '.join(line.serials)}"
    if line.damaged_milli:
        broken = say("{quantity} damaged, not taken in", quantity=say.quantity(line.damaged_milli, face.unit))
        detail = f"{broken} · {detail}"
    if again:
        detail = f"{say('Count it once more')} · {detail}"
    spoken = ", ".join(part for part in (face.title, detail, quantity, expected) if part)
    warns = again or bool(line.code)
    return LineRow(line.article, face.title, detail, quantity, expected, face.picture, is_open, warns, chosen, spoken)


def difference_rows(found: Sequence[Difference], faces: Mapping[str, Face], say: Words, currency: str) -> list[DifferenceRow]:
    """What differs first, the largest worth before the others; then what is right."""
    rows = []
    for one in sorted(found, key=lambda one: (not one.milli, -one.value_minor, one.article)):
        face = faces[one.article]
        unknown = one.expected_milli is None
        gap = say("unknown") if unknown else say.quantity(one.milli, face.unit)
        rows.append(
            DifferenceRow(
                one.article, face.title, face.detail, say.quantity(one.counted_milli, face.unit),
                "" if one.expected_milli is None else say.quantity(one.expected_milli, face.unit),
                f"+{gap}" if one.milli > 0 else gap if one.milli or unknown else say("right"),
                say.money(one.value_minor, currency) if one.value_minor else "", one.milli < 0,
            )
        )  # fmt: skip
    return rows
