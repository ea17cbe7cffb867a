"""What a customer was proposed in place of goods that a store does not have, and what they said to it."""

from dataclasses import dataclass

YES, NO, AWAY = "yes", "no", "away"
ANSWERS = (YES, NO, AWAY)
"""They take it; they do not; they were not reached."""


@dataclass(frozen=True, slots=True)
class Asked:
    """For a line of an order: the article that was proposed (empty: none, only the news was told) and the answer.

    >>> Asked(2, "1001-WHT-L", YES).text
    '2/yes/1001-WHT-L'
    >>> read_asked("2/yes/1001-WHT-L") == Asked(2, "1001-WHT-L", YES)
    True
    """

    line: int
    article: str
    answer: str

    def __post_init__(self) -> None:
        assert self.answer in ANSWERS, f"unknown answer {self.answer!r}"

    @property
    def text(self) -> str:
        """As it stands in its fact."""
        return f"{self.line}/{self.answer}/{self.article}"


def read_asked(text: str) -> Asked | None:
    """The question and its answer from a fact; None for what is none.

    >>> read_asked("nonsense") is None
    True
    """
    line, _, rest = text.partition("/")
    answer, _, article = rest.partition("/")
    if not (line.isascii() and line.isdigit()) or answer not in ANSWERS:
        return None
    return Asked(int(line), article, answer)
