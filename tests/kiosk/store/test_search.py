"""Search as you type: beginnings, any order, accents, one slip forgiven, numbers, and nothing for nonsense."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.catalog import Article
from kiosk.domain.feed import Cursor, Transaction
from kiosk.store.catalog import Catalog
from kiosk.store.rows import open_payload
from kiosk.store.search import Search, prefix_distance, split_words
from tests.kiosk.support import catalog_rows, digest_of, row

WORDS_OF = {
    one.id: sorted({word for name in one.names.values() for word in split_words(name) if len(word) >= 2})
    for one in (open_payload(each.payload, Article) for each in catalog_rows("grocery") if each.entity == "article")
}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    """The grocery on disk."""
    made = Catalog(tmp_path_factory.mktemp("search"))
    rows = catalog_rows("grocery")
    made.replace(rows, Cursor(1, 1, digest_of(rows)))
    yield made
    made.close()


@pytest.fixture(scope="module")
def search(catalog: Catalog) -> Search:
    """A search in it."""
    return Search(catalog)


def ids(found: tuple[Article, ...]) -> set[str]:
    """Their numbers."""
    return {article.id for article in found}


@given(st.data())
def test_every_article_is_found_by_the_beginnings_of_its_words_in_any_order(search: Search, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(WORDS_OF)))
    words = data.draw(st.lists(st.sampled_from(WORDS_OF[key]), min_size=1, max_size=3, unique=True))
    typed = [word[: data.draw(st.integers(2, max(2, len(word))))] for word in words]
    found = search.find(" ".join(typed), 10_000)
    assert found, typed
    if len(found) < 200:  # the most that are looked through; a common beginning has more
        assert key in ids(found)


@given(st.data())
def test_one_slip_in_a_word_is_forgiven(search: Search, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from(sorted(key for key in WORDS_OF if any(len(word) >= 6 for word in WORDS_OF[key]))))
    word = data.draw(st.sampled_from([word for word in WORDS_OF[key] if len(word) >= 6 and word.isalpha()] or ["appel"]))
    place = data.draw(st.integers(0, len(word) - 2))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz"))
    slip = data.draw(st.sampled_from(["wrong", "missing", "extra", "swapped"]))
    typed = {
        "wrong": word[:place] + letter + word[place + 1 :],
        "missing": word[:place] + word[place + 1 :],
        "extra": word[:place] + letter + word[place:],
        "swapped": word[:place] + word[place + 1] + word[place] + word[place + 2 :],
    }[slip]
    found = search.find(typed, 10_000)
    names = [set(WORDS_OF[one]) for one in ids(found)]
    assert any(word in words for words in names), f"{typed} for {word}"


def test_accents_and_capitals_make_no_difference(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    names = {"A1": "Crème brûlée", "A2": "CREME FRAICHE", "A3": "Żubrówka", "A4": "Naïef œuvre", "A5": "Jalapeño's"}
    rows = [
        row("article", key, Article(key, key, {"nl": name}, "", "", "", "", (), "reduced", "piece", 0, "", "", 0, 0))
        for key, name in names.items()
    ]
    catalog.replace(rows, Cursor(1, 1, digest_of(rows)))
    search = Search(catalog)
    assert ids(search.find("creme")) == ids(search.find("CRÈME")) == {"A1", "A2"}
    assert ids(search.find("brulée cre")) == {"A1"}
    assert ids(search.find("zubrowka")) == {"A3"}
    assert ids(search.find("naief")) == {"A4"}
    assert ids(search.find("jalapeno")) == {"A5"}
    catalog.close()


def test_search_starts_at_two_letters(search: Search) -> None:
    for text in ("", " ", "a", "a b", "é", "-", "'\"*"):
        assert search.find(text) == ()
    assert search.find("ap")


@pytest.mark.parametrize("text", ["xqzzwv", "qqqqqqqq", "zzxxyy kaasqq", "9999999999999"])
def test_nonsense_finds_nothing(search: Search, text: str) -> None:
    assert search.find(text) == ()


@given(st.text(max_size=40))
def test_whatever_is_typed_search_answers(search: Search, text: str) -> None:
    assert len(search.find(text, 7)) <= 7


@pytest.mark.parametrize("text", ['kaas"', "kaas*", "kaas OR brood", "NEAR(kaas)", "words:kaas", "-kaas", "(kaas", "{kaas}"])
def test_signs_of_the_index_are_only_letters_to_us(search: Search, text: str) -> None:
    search.find(text)


def test_an_article_number_and_a_barcode_are_found_by_their_beginning(search: Search) -> None:
    assert next(iter(search.find("101"))).id == "101"
    assert "101" in ids(search.find("8798888000015"))
    assert {"101", "102"} <= ids(search.find("87988880000", 200))
    assert search.find("8798888000015 ")[0].id == "101"


def test_what_begins_with_the_words_comes_first(search: Search) -> None:
    found = search.find("appel")
    assert all(split_words(found[0].names[language])[0].startswith("ap") for language in ("nl",))


def test_new_words_are_known_at_once(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    rows = catalog_rows("fashion")
    catalog.replace(rows, Cursor(1, 1, digest_of(rows)))
    search = Search(catalog)
    assert search.find("kruidnagel") == ()
    new = row("article", "K1", Article("K1", "K1", {"nl": "Kruidnagel"}, "", "", "", "", (), "reduced", "piece", 0, "", "", 0, 0))
    catalog.apply([Transaction(2, [new])], Cursor(1, 2, digest_of([*rows, new])))
    assert ids(search.find("kruidnagel")) == ids(search.find("kriudnagel")) == {"K1"}
    catalog.replace(rows, Cursor(1, 3, digest_of(rows)))
    assert search.find("kruidnagel") == search.find("kriudnagel") == ()
    catalog.close()


@pytest.mark.parametrize(
    ("typed", "term", "slips"),
    [("shoe", "shoes", 0), ("sheo", "shoes", 1), ("soe", "shoes", 1), ("shoee", "shoes", 1), ("xyz", "shoes", 3), ("", "x", 0)],
)
def test_slips_are_counted_to_the_nearest_beginning(typed: str, term: str, slips: int) -> None:
    assert prefix_distance(typed, term) == slips
