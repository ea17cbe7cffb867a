"""Shelf labels of a store: what has to be printed before prices change, printed through the spool, and ticked off by a fact."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from drivers.api import LabelPrinter
from kiosk.domain import facts
from kiosk.domain.catalog import Article
from kiosk.domain.codec import Json
from kiosk.domain.errors import Refused
from kiosk.domain.label import Label
from kiosk.domain.shelfprice import ShelfPrice
from kiosk.paper.shelflabel import shelf_label
from kiosk.services.counter import Counter
from kiosk.services.pricechanges import PriceChange, end_of_tomorrow_ms, price_changes
from kiosk.services.spooler import SpoolPolicy
from kiosk.store import spool
from kiosk.store.database import Connection
from kiosk.store.opening import open_own
from kiosk.store.spool import JobKind

PRINTER = "label"
"""The role of the label printer in the spool."""

LABELS_PER_JOB = 10
"""What is in doubt is printed again whole: not a hundred labels for the one that the paper ended at."""


PATIENT = SpoolPolicy(receipt_stale_ms=3 * 86_400_000, doubts_max=1_000)
"""Labels wait a night for paper, and one too many is thrown away: nobody has to be asked about either."""


@dataclass(frozen=True, slots=True)
class LabelTask:
    """A price that changes soon, what people call its article, and whether its label was sent to the printer here."""

    change: PriceChange
    title: str
    printed: bool


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A label to print; `from_ms` 0: its price holds already."""

    article: Article
    shelf: ShelfPrice
    from_ms: int


class LabelDesk:
    """The labels of one terminal. `tasks` reads from any thread; the rest on the counter's."""

    def __init__(self, counter: Counter, printer: LabelPrinter, wake: Callable[[], None]) -> None:
        self._counter, self._printer, self._wake = counter, printer, wake

    def tasks(self) -> tuple[LabelTask, ...]:
        """The prices that change until the end of tomorrow, those without a label first."""
        done = self._counter.ledger.look(_printed_in)
        changes = price_changes(self._counter, end_of_tomorrow_ms(self._counter))
        found = [LabelTask(one, self._title(one.article), _key(one) in done) for one in changes]
        return tuple(sorted(found, key=lambda one: one.printed))

    def print(self, changes: Sequence[PriceChange]) -> int:
        """Print labels of prices that are to come; gives how many.

        They are durable with the fact that ticks them off, like a receipt with its sale. Raises Refused("label.nothing") for none,
        and while practising.
        """
        return self._print([_Wanted(one.article, one.after, one.from_ms) for one in changes])

    def print_now(self, article: Article) -> int:
        """Print the label of an article as it is on the shelf now. Raises Refused("scan.no_price"), and while practising."""
        shelf = self._counter.offer(article).shelf
        if shelf is None:
            raise Refused("scan.no_price", name=article.name(self._counter.language))
        return self._print([_Wanted(article, shelf, 0)])

    def trouble(self) -> str:
        """The code of what the printer said last; empty: nothing is known to be wrong."""
        return self._printer.health().code

    def _print(self, wanted: Sequence[_Wanted]) -> int:
        counter = self._counter
        employee = counter.signed_in().number
        if counter.training:
            raise Refused("training.not_here")
        if not wanted:
            raise Refused("label.nothing")
        body: Json = {
            "location": counter.ledger.identity.place.store,
            "labels": [
                {"article": one.article.id, "from": one.from_ms, "price": one.shelf.asked_minor, "prior": one.shelf.prior_minor}
                for one in wanted
            ],
        }  # fmt: skip
        batches = [wanted[start : start + LABELS_PER_JOB] for start in range(0, len(wanted), LABELS_PER_JOB)]

        def work(conn: Connection) -> None:
            sealed = counter.ledger.append_in(conn, facts.LABELS_PRINTED, body, employee=employee, day=counter.business_day())
            for n, batch in enumerate(batches):
                self._spool_in(conn, f"labels-{sealed.seq}-{n}", [self._label(one) for one in batch])

        counter.ledger.run(work)
        self._wake()
        return len(wanted)

    def _label(self, one: _Wanted) -> Label:
        counter = self._counter
        since = counter.words.date(counter.ledger.clock.local_date(one.from_ms)) if one.from_ms else ""
        variant, currency = counter.variant_text(one.article), counter.ledger.identity.place.currency
        return shelf_label(one.article, variant, one.shelf, currency, counter.words, since)

    def _title(self, article: Article) -> str:
        return f"{article.name(self._counter.language)} {self._counter.variant_text(article)}".strip()

    def _spool_in(self, conn: Connection, key: str, labels: Sequence[Label]) -> None:
        text = "\n".join(f"{one.name} {one.detail} {one.price}" for one in labels)
        spool.enqueue(
            conn, printer=PRINTER, kind=JobKind.REPORT, key=key, data=self._printer.encode_labels(labels), plain_text=text,
            at_ms=self._counter.now_ms(),
        )  # fmt: skip


def _key(one: PriceChange) -> tuple[str, int, int, int]:
    """What was printed: another price at the same instant is another label."""
    return one.article.id, one.from_ms, one.after.asked_minor, one.after.prior_minor


def _printed_in(conn: Connection) -> frozenset[tuple[str, int, int, int]]:
    rows: Iterable[tuple[bytes]] = conn.execute(
        "SELECT f.data FROM fact_index i JOIN facts f USING (seq) WHERE i.kind = ? ORDER BY f.seq DESC LIMIT 500",
        (facts.LABELS_PRINTED,),
    )
    return frozenset(
        (str(one["article"]), int(one["from"]), int(one["price"]), int(one["prior"]))
        for (data,) in rows
        for one in open_own(data).body["labels"]
    )
