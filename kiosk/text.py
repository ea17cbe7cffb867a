"""Money, quantities, dates and errors in a person's language: screens and paper get finished text from here."""

import datetime
import json
import re
import zoneinfo
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib import resources

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_currency, format_decimal

from kiosk.domain.errors import ShopError
from kiosk.domain.exceptions import TASK, Waiting
from kiosk.domain.order import COLLECTED
from kiosk.domain.quantity import ONE
from kiosk.sentences import SENTENCES

LANGUAGES = ("nl", "en")
"""Languages that a person can choose, the first is the house's own default."""

_LOCALES = {"nl": "nl_NL", "en": "en_IE"}  # English as it is written in the euro zone: day before month
_MINOR = 100
_HOUR_MS = 3_600_000
_STRINGS = r'((?:"(?:[^"\\\n]|\\.)*"\s*)+)'
_ENTRY = re.compile(rf"^(#,.*fuzzy.*\n)?(?:#\|.*\n)*msgid {_STRINGS}^msgstr {_STRINGS}", re.MULTILINE)
"""One text of a catalogue as pybabel writes it. Babel's own reader knows all that others write, and takes 20 ms of a start."""


class Words:
    """One language: words from its catalogue, and numbers as it writes them."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else LANGUAGES[0]
        self._locale = Locale.parse(_LOCALES[self.language])
        self._catalogue = _catalogue(self.language)
        symbols = self._locale.number_symbols["latn"]
        self._group, self._decimal = symbols["group"], symbols["decimal"]
        self._signs: dict[tuple[str, bool], tuple[str, str]] = {}
        self._rates: dict[int, str] = {}

    def __call__(self, source: str, /, **values: str | int) -> str:
        """The translation of an English source text, with its places filled; the source itself where none is."""
        text = self._catalogue.get(source) or source
        return text.format(**values) if values else text

    def money(self, minor: int, currency: str = "EUR") -> str:
        """An amount of minor units with its currency sign, e.g. `€ 1.234,50`."""
        key = (currency, minor < 0)
        if key not in self._signs:  # Babel takes 60 microseconds an amount, so it is asked once where the signs stand
            sample = format_currency(-1 if minor < 0 else 1, currency, locale=self._locale).replace("\xa0", " ")
            before, _, after = sample.partition(f"1{self._decimal}00")
            self._signs[key] = (before, after)
        before, after = self._signs[key]
        return f"{before}{self._grouped(abs(minor))}{after}"

    def amount(self, minor: int) -> str:
        """An amount without its sign, as receipts print columns, e.g. `1.234,50`."""
        return f"-{self._grouped(-minor)}" if minor < 0 else self._grouped(minor)

    def _grouped(self, minor: int) -> str:
        return f"{minor // _MINOR:,}".replace(",", self._group) + f"{self._decimal}{minor % _MINOR:02d}"

    def quantity(self, milli: int, unit: str) -> str:
        """A quantity with its unit: `3` pieces, `0,420 kg`."""
        sign, whole, rest = "-" if milli < 0 else "", abs(milli) // ONE, abs(milli) % ONE
        number = sign + f"{whole:,}".replace(",", self._group)
        if unit != "piece":
            return f"{number}{self._decimal}{rest:03d} {unit}"
        return f"{number}{self._decimal}{rest:03d}".rstrip("0") if rest else number

    def percent(self, basis_points: int) -> str:
        """A rate: `21%`, `4,9%`."""
        if basis_points not in self._rates:  # a country has a handful, and each stands under every sale
            self._rates[basis_points] = format_decimal(basis_points / 10_000, format="0.##%", locale=self._locale)
        return self._rates[basis_points]

    def date(self, day: str) -> str:
        """A calendar day `YYYY-MM-DD` in full, e.g. `21 november 2026`."""
        return format_date(datetime.date.fromisoformat(day), "long", locale=self._locale)

    def weekday(self, day: str, *, short: bool = False) -> str:
        """A calendar day near by, e.g. `wo 25 nov`; `short` leaves the month out."""
        pattern = "EEE d" if short else "EEE d MMM"
        return format_date(datetime.date.fromisoformat(day), pattern, locale=self._locale).replace(".", "")

    def time(self, wall_ms: int, zone: str) -> str:
        """An instant as hours and minutes on the wall of a time zone."""
        return format_time(local(wall_ms, zone), "HH:mm", locale=self._locale)

    def date_time(self, wall_ms: int, zone: str) -> str:
        """An instant as a short date and time, e.g. `21-11-2026 14:05`."""
        moment = local(wall_ms, zone)
        return f"{format_date(moment, 'dd-MM-yyyy', locale=self._locale)} {self.time(wall_ms, zone)}"

    def ago(self, age_ms: int) -> str:
        """An age in words that are short enough for a badge."""
        minutes = age_ms // 60_000
        if minutes < 1:
            return self("just now")
        if minutes < 120:
            return self("{n} min ago", n=minutes)
        if minutes < 48 * 60:
            return self("{n} h ago", n=minutes // 60)
        return self("{n} days ago", n=minutes // (24 * 60))

    def distance(self, metres: int) -> str:
        """How far something is, as exact as anybody needs it: `800 m`, `3,4 km`, `147 km`."""
        if metres < 950:
            return f"{round(metres, -1 if metres < 100 else -2)} m"
        return f"{format_decimal(metres / 1_000, format='0.#' if metres < 9_950 else '0', locale=self._locale)} km"

    def error(self, error: ShopError) -> str:
        """What happened and what a person can do about it. The code is shown apart."""
        values = {key: self.money(value) if key.endswith("_minor") else value for key, value in error.values.items()}  # type: ignore[arg-type]
        return self.sentence(error.code, **values)

    def told(self, code: str, values: Mapping[str, str | int], zone: str, currency: str = "EUR") -> str:
        """The sentence of a code whose values say by their names how they are written: `_minor`, `_milli`, `_ms`, `_bytes`."""
        return self.sentence(code, **{name: self._spelled(name, value, zone, currency) for name, value in values.items()})

    def _spelled(self, name: str, value: str | int, zone: str, currency: str) -> str | int:
        if name == "business_day":
            with suppress(ValueError):
                return self.date(str(value))
        if not isinstance(value, int):
            return value
        if name.endswith("_minor"):
            return self.money(value, currency)
        if name.endswith("_milli"):
            return self.quantity(value, "piece")
        if name.endswith("_ms"):
            return self.date_time(value, zone)
        return self.size(value) if name.endswith("_bytes") else value

    def size(self, size_bytes: int) -> str:
        """An amount of data in the largest unit of which there is one: `512 B`, `3,4 MB`, `12 GB`."""
        value, unit = float(size_bytes), "B"
        for larger in ("kB", "MB", "GB", "TB"):
            if value < 1000:
                break
            value, unit = value / 1000, larger
        return f"{format_decimal(value, format='0.#' if value < 10 else '0', locale=self._locale)} {unit}"

    def waiting(self, item: Waiting, zone: str, currency: str = "EUR") -> tuple[str, str]:
        """What waits and why, in sentences; a kind that this version does not know is told by its name."""
        what = next(code for code in (item.what, "what.task" if item.kind == TASK else "what.fact") if code in SENTENCES)
        why = next(code for code in (item.why, f"held.{item.kind}", "shop.error") if code in SENTENCES)
        return self.told(what, item.values, zone, currency), self.told(why, item.values, zone, currency)

    def ready(self, hours: int | None, *, stopped: bool) -> str:
        """How long a terminal can work without the network, as the head of its board."""
        if stopped:
            return self.sentence("ready.head.stop")
        if hours is None:
            return self.sentence("ready.head.unlimited")
        return self.sentence("ready.head.days", days=hours // 24) if hours >= 72 else self.sentence("ready.head.hours", hours=hours)

    def sentence(self, code: str, /, **values: str | int) -> str:
        """The sentence of a code; an unknown code says to show it to the help desk."""
        template = SENTENCES.get(code, SENTENCES["shop.error"])
        text = self._catalogue.get(template) or template
        return text.format_map(_Forgiving(values))


class _Forgiving(dict[str, str | int]):
    def __missing__(self, key: str) -> str:
        return "?"  # a sentence with a hole is better than no sentence


@cache
def words(language: str) -> Words:
    """The words of a language; an unknown one gives the first of LANGUAGES."""
    return Words(language)


def local(wall_ms: int, zone: str) -> datetime.datetime:
    """An instant on the wall clock of a time zone."""
    return datetime.datetime.fromtimestamp(wall_ms / 1000, zoneinfo.ZoneInfo(zone))


def zone_offset(wall_ms: int, zone: str) -> tuple[int, int]:
    """Local time less UTC in minutes at an instant, and an instant (ms) until which that surely stays so, at most a day ahead."""
    there = zoneinfo.ZoneInfo(zone)

    def offset(at_ms: int) -> int:
        shift = datetime.datetime.fromtimestamp(at_ms / 1000, there).utcoffset()
        return int(shift.total_seconds()) // 60 if shift else 0

    now = offset(wall_ms)
    hour = wall_ms - wall_ms % _HOUR_MS + _HOUR_MS  # clocks are changed at a full hour of UTC
    while hour < wall_ms + 24 * _HOUR_MS and offset(hour) == now:
        hour += _HOUR_MS
    return now, hour


@cache
def _catalogue(language: str) -> dict[str, str]:
    path = resources.files("assets") / "locales" / language / "LC_MESSAGES" / "kiosk.po"
    if not path.is_file():
        return {}
    return read_catalogue(path.read_text("utf-8"))


def read_catalogue(text: str) -> dict[str, str]:
    """Source texts and their translations from a .po file; what is fuzzy or not translated is left out."""
    found = {_joined(source): _joined(target) for fuzzy, source, target in _ENTRY.findall(text) if not fuzzy}
    return {source: target for source, target in found.items() if source and target}


def _joined(strings: str) -> str:
    """A string of a .po file that may go on over lines; it escapes as JSON does."""
    return "".join(json.loads(line) for line in strings.split("\n") if line.strip())


RESERVE = " *"
"""Stands behind what is promised under reserve."""


@dataclass(frozen=True, slots=True)
class Seen:
    """From where it is told: the store, its time zone, and the instant (ms, UTC)."""

    store: str
    zone: str
    now_ms: int


def way_text(kind: str, to: tuple[str, str], window: tuple[int, int], seen: Seen, words: Words, *, firm: bool = True) -> str:
    """One line's way in a sentence. `to` is the id and name of the store where it is collected, `window` from and until (ms)."""
    when = window_text(*window, seen, words) + ("" if firm else RESERVE)
    store, name = to
    if kind not in COLLECTED:
        return words("Delivered at home {when}", when=when)
    if store == seen.store:
        return words("To be collected here {when}", when=when)
    return words("To be collected in {store} {when}", store=name or store, when=when)


def window_text(from_ms: int, until_ms: int, seen: Seen, words: Words) -> str:
    """Within which days something comes."""
    first, last = (local(at_ms, seen.zone).date().isoformat() for at_ms in (from_ms, until_ms))
    if until_ms <= seen.now_ms or last == local(seen.now_ms, seen.zone).date().isoformat():
        return words("today")
    if first == last:
        return words("on {day}", day=words.weekday(last))
    return words("{first} to {last}", first=words.weekday(first, short=first[:7] == last[:7]), last=words.weekday(last))
