"""The journal of this terminal: read page by page with filters, and taken along as CSV and as signed lines."""

import base64
import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from kiosk.domain import facts
from kiosk.domain.codec import Json, canonical
from kiosk.domain.errors import Refused
from kiosk.domain.facts import Fact, SealedFact, read_fact
from kiosk.domain.holding import receipt_of, worth_of
from kiosk.domain.journal import Filter
from kiosk.domain.staff import Employee
from kiosk.services.counter import Counter
from kiosk.services.journalwords import detail, title
from kiosk.store import journal
from kiosk.store.database import Connection

PAGE = 50
COLUMNS = ("seq", "time", "day", "kind", "what", "employee", "receipt", "amount", "detail", "hash", "device")


@dataclass(frozen=True, slots=True)
class Page:
    """Facts, the newest first, with the numbers they are found by: below zero for those of the terminals that this one follows.

    `next_before` is where the next page begins, 0 when this is the last.
    """

    found: tuple[Fact, ...]
    next_before: int
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: how many facts, and the two files."""

    facts: int
    table: Path
    lines: Path


class Journal:
    """The journal. Reading may be done from any thread: it never holds up a sale.

    `folder` is where store IT wants exports, empty when nowhere; `sticks` finds what was put in.
    """

    def __init__(self, counter: Counter, folder: str, sticks: Callable[[], Sequence[Path]]) -> None:
        self._counter = counter
        self._folder = folder
        self._sticks = sticks

    def page(self, wanted: Filter, before: int = 0) -> Page:
        """Facts that fit, below a number; 0 begins at the newest."""

        def look(conn: Connection) -> Page:
            numbers = journal.page_in(conn, wanted, before, PAGE + 1)
            found = tuple(journal.opened_in(conn, numbers[:PAGE]))
            return Page(found, numbers[PAGE - 1] if len(numbers) > PAGE else 0, tuple(numbers[:PAGE]))

        return self._counter.ledger.look(look)

    def people(self) -> tuple[tuple[str, str], ...]:
        """(number, name) of everybody who ever did something here; who left has the number alone."""
        names = {one.number: one.name for one in self._counter.ledger.device_rows("staff", Employee)}
        numbers = self._counter.ledger.look(journal.people_in)
        return tuple((number, names.get(number, number)) for number in numbers)

    def targets(self) -> tuple[Path, ...]:
        """Where an export can go: sticks that are in, then the folder of the settings."""
        own = [Path(self._folder)] if self._folder else []
        return (*self._sticks(), *own)

    def export(self, wanted: Filter, target: Path) -> Exported:
        """Write what fits as a table and as signed lines; the journal keeps that it was done. Raises Refused without a place."""
        counter = self._counter
        employee = counter.signed_in().number
        place = counter.ledger.identity.place
        name = f"journal-{place.store}-{place.terminal}-{counter.now_ms()}"
        table, lines = target / f"{name}.csv", target / f"{name}.jsonl"
        try:
            count = self._write(wanted, table, lines)
        except OSError as error:
            raise Refused("journal.no_access", folder=str(target), reason=error.strerror or str(error)) from error
        looked = {key: value for key, value in asdict(wanted).items() if value}
        body: Json = {"wanted": json.loads(json.dumps(looked)), "facts": count, "to": str(target)}
        counter.ledger.append(facts.JOURNAL_EXPORTED, body, employee=employee, day=counter.business_day())
        return Exported(count, table, lines)

    def export_anywhere(self, wanted: Filter) -> Exported:
        """The same, to the first place that there is. Raises Refused when there is none."""
        targets = self.targets()
        if not targets:
            raise Refused("journal.folder")
        return self.export(wanted, targets[0])

    def _write(self, wanted: Filter, table: Path, lines: Path) -> int:
        words, zone = self._counter.words, self._counter.ledger.identity.place.zone
        count = 0
        # utf-8 with a mark: the office's spreadsheet then reads accents as they are
        with table.open("w", encoding="utf-8-sig", newline="") as rows, lines.open("w", encoding="utf-8") as signed:
            out = csv.writer(rows, delimiter=";")
            out.writerow(COLUMNS)
            for sealed in self._walk(wanted):
                fact = read_fact(sealed.data)
                worth = worth_of(fact)
                out.writerow(
                    (
                        fact.seq, words.date_time(fact.moment.wall_ms, zone), fact.day, fact.kind, title(fact, words),
                        fact.employee, receipt_of(fact), "" if worth is None else words.amount(worth), detail(fact, words),
                        sealed.hash.hex(), f"{fact.dev}/{fact.inc}",
                    )
                )  # fmt: skip
                signature = base64.b64encode(sealed.signature).decode()
                line = {"fact": sealed.data.decode(), "hash": sealed.hash.hex(), "signature": signature}
                signed.write(canonical(line).decode() + "\n")
                count += 1
        return count

    def _walk(self, wanted: Filter) -> Iterator[SealedFact]:
        """What fits, oldest first, a page at a time, so that a year does not have to fit into memory."""
        after = journal.FIRST
        while True:
            last = after
            found = self._counter.ledger.look(lambda conn, last=last: journal.sealed_in(conn, wanted, last))  # type: ignore[misc]
            if not found:
                return
            yield from (sealed for _, sealed in found)
            after = found[-1][0]
