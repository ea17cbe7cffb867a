"""What a customer agreed to: the same whatever word comes first, and a withdrawal stands against everything given before it."""

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.consents import FILE, Consent, agreed, news_of_file, standing
from kiosk.domain.customer import CONSENTS, MARKETING

words = st.builds(
    Consent, st.uuids().map(str), st.sampled_from(CONSENTS), st.booleans(), st.integers(0, 5), st.just("2026-01-01")
)


@given(st.lists(words, unique_by=lambda one: one.id), st.randoms())
def test_what_stands_is_the_same_whatever_word_comes_first_and_twice_is_once(said: list[Consent], chance: object) -> None:
    mixed = [*said, *said]
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert standing(mixed) == standing(said) and agreed(mixed) == agreed(said)


@given(st.lists(words, unique_by=lambda one: one.id))
def test_nothing_stands_as_given_that_was_withdrawn_at_that_moment_or_later(said: list[Consent]) -> None:
    for purpose in CONSENTS:
        given_ms = max((one.at_ms for one in said if one.purpose == purpose and one.given), default=-1)
        withdrawn_ms = max((one.at_ms for one in said if one.purpose == purpose and not one.given), default=-1)
        assert (purpose in agreed(said)) == (given_ms > withdrawn_ms)


def test_a_file_says_what_is_new_once_and_takes_back_what_it_leaves_empty_where_it_has_a_place_for_it() -> None:
    wished, begins = {MARKETING: "2026-01-02"}, {"2026-01-02": 20}
    first = news_of_file([], wished, CONSENTS, begins, 100)
    assert first == [Consent("file/marketing/2026-01-02", MARKETING, True, 20, "2026-01-02", FILE, known_ms=100)]
    assert news_of_file(first, wished, CONSENTS, begins, 200) == [] == news_of_file(first, {}, (), {}, 200)
    back = news_of_file(first, {}, CONSENTS, {}, 300)
    assert [(one.given, one.at_ms) for one in back] == [(False, 300)] and agreed([*first, *back]) == {}
    assert agreed([*first, *back, *news_of_file([*first, *back], wished, CONSENTS, begins, 400)]) == {}, "too old"


def test_a_file_gives_nothing_back_that_was_withdrawn_after_its_day() -> None:
    withdrawn = Consent("w", MARKETING, False, 50, "")
    news = news_of_file([withdrawn], {MARKETING: "2026-01-02"}, CONSENTS, {"2026-01-02": 20}, 100)
    assert len(news) == 1 and agreed([withdrawn, *news]) == {}
