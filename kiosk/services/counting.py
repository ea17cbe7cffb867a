"""Counting a drawer by note and coin: each number is on disk as it is keyed in, so that anybody can take the count up again."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace

from kiosk.domain import facts
from kiosk.domain.cash import AMOUNT_MAX_MINOR, Tally, tally_of
from kiosk.domain.errors import Refused
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.zreport import CHECK, CLOSE, counted_body
from kiosk.services.counter import Counter
from kiosk.services.shifts import Shifts
from kiosk.store.database import Connection
from kiosk.store.ledger import meta_in, set_meta_in

PIECES_MAX = 9_999
_KEY = "cash_count"


@dataclass(frozen=True, slots=True)
class Draft:
    """A count under way. `people` are the staff numbers of all who counted; `turn` is how often it was handed in."""

    id: str
    shift: str
    purpose: str
    begun_ms: int
    people: tuple[str, ...]
    pieces: Mapping[str, int] = field(default_factory=dict)
    rest_minor: int = 0
    turn: int = 0
    expected_minor: int | None = None
    """Known once it was handed in, and not before."""

    @property
    def tally(self) -> Tally:
        """What was counted so far."""
        return tally_of(self.pieces, self.rest_minor)

    @property
    def difference_minor(self) -> int | None:
        """Over (above zero) or short, once it was handed in."""
        return None if self.expected_minor is None else self.tally.total_minor - self.expected_minor


class Counting:
    """The count of the open drawer."""

    def __init__(self, counter: Counter, shifts: Shifts) -> None:
        self._counter = counter
        self._shifts = shifts
        self.on_paper: Callable[[Connection, str, Fact], None] = _no_paper

    def draft(self) -> Draft | None:
        """The count of the open shift that was begun and not finished, or None."""
        shift = self._counter.shift
        kept = self._counter.ledger.run(_kept_in)
        return kept if kept is not None and shift is not None and kept.shift == shift.id else None

    def begin(self, purpose: str = CLOSE) -> Draft:
        """Begin to count, or go on where somebody stopped: whoever goes on is named with the others in the fact."""
        employee, shift = self._counter.signed_in(), self._counter.open_shift()
        kept = self.draft()
        if kept is not None:
            people = kept.people if employee.number in kept.people else (*kept.people, employee.number)
            return self._keep(replace(kept, people=people, purpose=purpose if purpose == CLOSE else kept.purpose))
        return self._keep(Draft(self._counter.ledger.ids(), shift.id, purpose, self._counter.now_ms(), (employee.number,)))

    def is_needless(self) -> bool:
        """Whether there is nothing to count: no drawer, and no cash that the books know of."""
        return not self._counter.has_drawer and self._shifts.expected_cash() == 0

    def put(self, value_minor: int, pieces: int) -> Draft:
        """So many notes or coins of a value; 0 takes them away. Raises Refused for what is no number of pieces."""
        if not 0 <= pieces <= PIECES_MAX or value_minor <= 0:
            raise Refused("cash.pieces")
        kept = self._open()
        others = {key: count for key, count in kept.pieces.items() if key != str(value_minor)}
        return self._keep(replace(kept, pieces={**others, str(value_minor): pieces} if pieces else others))

    def put_rest(self, minor: int) -> Draft:
        """What is not counted by piece, as one amount."""
        if not 0 <= minor <= AMOUNT_MAX_MINOR:
            raise Refused("cash.amount")
        return self._keep(replace(self._open(), rest_minor=minor))

    def hand_in(self) -> Draft:
        """The count is done: it becomes a fact with what should be there, which is shown only now."""
        counter, kept, shift = self._counter, self._open(), self._counter.open_shift()
        employee = counter.signed_in().number
        done = replace(kept, turn=kept.turn + 1, expected_minor=self._shifts.expected_cash())
        assert done.expected_minor is not None, "it was just worked out"
        body = counted_body(shift, done.id, done.turn, done.tally, done.expected_minor, done.people, done.purpose)

        def work(conn: Connection) -> None:
            sealed = counter.ledger.append_in(conn, facts.SHIFT_COUNTED, body, employee=employee, day=shift.day)
            self.on_paper(conn, f"count-{sealed.seq}", read_fact(sealed.data))
            _set(conn, None if done.purpose == CHECK else done)

        counter.ledger.run(work)
        return done

    def again(self) -> Draft:
        """Count once more: the numbers stay to be mended, what was handed in stays in the journal."""
        kept = self.draft()
        if kept is None:
            raise Refused("count.none")
        return self._keep(replace(kept, expected_minor=None))

    def drop(self) -> None:
        """The count is not wanted any more; what was handed in stays in the journal."""
        self._counter.ledger.run(drop_in)

    def _open(self) -> Draft:
        kept = self.draft()
        if kept is None:
            raise Refused("count.none")
        if kept.expected_minor is not None:
            raise Refused("count.handed_in")
        return kept

    def _keep(self, draft: Draft) -> Draft:
        self._counter.ledger.run(lambda conn: _set(conn, draft))
        return draft


def drop_in(conn: Connection) -> None:
    """Forget the count under way, within the transaction that closes its shift."""
    _set(conn, None)


def _set(conn: Connection, draft: Draft | None) -> None:
    set_meta_in(conn, _KEY, json.dumps({**asdict(draft), "pieces": dict(draft.pieces)}) if draft else "")


def _kept_in(conn: Connection) -> Draft | None:
    kept = meta_in(conn, _KEY)
    if not kept:
        return None
    raw = json.loads(kept)
    return Draft(**{**raw, "people": tuple(raw["people"])})


def _no_paper(conn: Connection, key: str, fact: Fact) -> None:
    """This terminal prints nothing."""
