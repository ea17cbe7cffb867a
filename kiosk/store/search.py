"""Search as you type: words by their beginning, in any order and language, and a slip of the finger forgiven.

A word that finds too little is compared with the catalogue's own vocabulary: candidates share the first letters but for one
missing (so one letter too many, too few, wrong or swapped meets), and are kept when a beginning of theirs is near enough.
"""

import threading
import unicodedata
from collections.abc import Iterable, Iterator

from kiosk.domain.catalog import Article
from kiosk.store.catalog import Catalog
from kiosk.store.database import Connection

LETTERS_MIN = 2
"""Shorter words match half the shop; search starts at two letters."""

_HITS_MAX = 200
_ENOUGH = 3
_HEAD = 6
_CODE_LENGTHS = (13, 8, 12, 14)
_WORDS_MAX = 8


class Search:
    """Searches one catalogue. `find` may be called from any thread; the vocabulary is learned again when it changed."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self._lock = threading.Lock()
        self._known: tuple[int, int] | None = None
        self._heads: dict[str, list[str]] = {}

    def find(self, text: str, limit: int = 50) -> tuple[Article, ...]:
        """Articles for what was typed, best first; empty below two letters."""
        words = split_words(text)
        if not words or max(map(len, words)) < LETTERS_MIN:
            return ()
        found = self._match(" ".join(f'"{word}"*' for word in words), words, limit)
        if len(words) == 1 and any(letter.isdigit() for letter in text):
            found = _merged(self._by_number(text.strip(), limit), found, limit)
        if len(found) >= _ENOUGH:
            return found
        return _merged(found, self._forgiving(words, limit), limit)

    def _match(self, query: str, words: list[str], limit: int) -> tuple[Article, ...]:
        # Not bm25: it counts every hit of a common word, 100 ms in 100,000 products, and says little about goods.
        hits = self._catalog.articles(
            "WHERE a.id IN (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)",
            (query, _HITS_MAX),
        )
        return tuple(sorted(hits, key=lambda article: _closeness(article, words))[:limit])

    def _by_number(self, text: str, limit: int) -> tuple[Article, ...]:
        by_key = self._catalog.articles(
            "WHERE a.key >= ? AND a.key < ? ORDER BY a.key LIMIT ?", (text, text + "\U0010ffff", limit)
        )
        if not text.isdigit():
            return by_key
        for length in _CODE_LENGTHS:  # what was typed may be the beginning of a longer code
            if len(text) <= length and len(by_key) < limit:
                low = text.ljust(length, "0").zfill(14)
                high = text.ljust(length, "9").zfill(14)
                by_key = _merged(by_key, self._barcodes(low, high, limit), limit)
        return by_key

    def _barcodes(self, low: str, high: str, limit: int) -> tuple[Article, ...]:
        return self._catalog.articles(
            "WHERE a.key IN (SELECT article FROM barcode WHERE gtin >= ? AND gtin <= ? LIMIT ?)", (low, high, limit)
        )

    def _forgiving(self, words: list[str], limit: int) -> tuple[Article, ...]:
        heads = self._vocabulary()
        groups = []
        for word in words:
            near = [f'"{word}"*', *(f'"{term}"' for term in _near(word, heads))]
            groups.append("(" + " OR ".join(near) + ")")
        return self._match(" AND ".join(groups), words, limit)

    def _vocabulary(self) -> dict[str, list[str]]:
        state = (self._catalog.generation, self._catalog.cursor().rev)
        with self._lock:
            if self._known != state:
                self._heads = {}
                for term in self._catalog.read(_terms):
                    for head in _beginnings(term):
                        self._heads.setdefault(head, []).append(term)
                self._known = state
            return self._heads


def split_words(text: str) -> list[str]:
    """The words of a query as the index spells them: small letters without accents."""
    plain = unicodedata.normalize("NFD", text.lower())
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return kept.split()[:_WORDS_MAX]


def prefix_distance(typed: str, term: str) -> int:
    """How many slips (wrong, missing, extra or swapped letter) make `typed` from the nearest beginning of `term`.

    >>> prefix_distance("shoe", "schoenen"), prefix_distance("hmed", "hemd")
    (1, 1)
    """
    before: list[int] = []
    row = list(range(len(term) + 1))
    for i, letter in enumerate(typed, 1):
        after = [i]
        for j, other in enumerate(term, 1):
            cost = min(row[j] + 1, after[j - 1] + 1, row[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == term[j - 2] and typed[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            after.append(cost)
        before, row = row, after
    return min(row)


def _closeness(article: Article, words: list[str]) -> tuple[int, int, int, str]:
    """Sorts hits: names that begin with what was typed, then names that hold it as a whole word, then short names."""
    names = [split_words(name) for name in article.names.values()]
    begins = any(name and name[0].startswith(words[0]) for name in names)
    whole = max((sum(word in name for word in words) for name in names), default=0)
    return (-begins, -whole, min((len(name) for name in names), default=0), article.id)


def _near(word: str, heads: dict[str, list[str]]) -> list[str]:
    if len(word) < 3:
        return []
    allowed = 1 if len(word) < 7 else 2
    candidates = {term for head in _beginnings(word) for term in heads.get(head, ())}
    ranked = sorted((prefix_distance(word, term), len(term), term) for term in candidates)
    return [term for distance, _, term in ranked if distance <= allowed][:12]


def _beginnings(word: str) -> set[str]:
    head = word[:_HEAD]
    return {head, head[:-1], *(head[:place] + head[place + 1 :] for place in range(len(head)))}


def _terms(conn: Connection) -> list[str]:
    return [term for (term,) in conn.execute("SELECT term FROM vocabulary") if len(term) >= 3 and not term.isdigit()]


def _merged(first: Iterable[Article], then: Iterable[Article], limit: int) -> tuple[Article, ...]:
    seen: dict[str, Article] = {}
    for article in (*first, *then):
        seen.setdefault(article.id, article)
    return tuple(_first(seen.values(), limit))


def _first(articles: Iterable[Article], limit: int) -> Iterator[Article]:
    for place, article in enumerate(articles):
        if place >= limit:
            return
        yield article
