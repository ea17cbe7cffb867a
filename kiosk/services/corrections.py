"""How a sale was really paid: a wrong key for the way of paying is put right as a fact of its own, with a second person's word."""

from kiosk.domain import facts
from kiosk.domain.codec import Json
from kiosk.domain.errors import NotFound, Refused
from kiosk.domain.facts import Fact, read_fact
from kiosk.domain.payment import CARD, CASH
from kiosk.services.counter import Counter
from kiosk.services.session import Session
from kiosk.store.database import Connection
from kiosk.store.opening import open_own
from kiosk.store.returned import is_voided_in

WAYS = (CASH, CARD)
"""Ways of paying that may be mistaken for each other. A voucher that was taken in is gone, whatever key was pressed."""

LISTED = 30
_LOOKED_AT = 200


class Corrections:
    """Corrects the way of paying of sales of the open shift."""

    def __init__(self, counter: Counter, session: Session) -> None:
        self._counter = counter
        self._session = session

    def recent(self) -> tuple[tuple[Fact, str], ...]:
        """The latest sales of the open shift that can be corrected, each with the way it counts as paid now, newest first."""
        shift = self._counter.open_shift()

        def work(conn: Connection) -> tuple[tuple[Fact, str], ...]:
            found: list[tuple[Fact, str]] = []
            rows = conn.execute(
                "SELECT f.data FROM fact_index i JOIN facts f USING (seq) WHERE i.kind = ? ORDER BY i.seq DESC LIMIT ?",
                (facts.SALE_COMPLETED, _LOOKED_AT),
            )
            for (data,) in rows:
                fact = open_own(data)
                if fact.body.get("shift") != shift.id or len(found) == LISTED:
                    break
                parts = _parts_in(conn, fact)
                if parts and not is_voided_in(conn, str(fact.body["receipt"])):
                    found.append((fact, " + ".join(part["kind"] for part in parts)))
            return tuple(found)

        return self._counter.ledger.run(work)

    def correct(self, receipt: str, kind: str, reason: str, number: str, pin: str) -> Fact:
        """What was paid in cash or by card was paid by `kind`; gives the new fact.

        Raises NotFound for a receipt that is none of this till's, Refused for one of a closed shift, one that is voided, for what
        is so already, without a reason or a second person, and as `Session.approve` does.
        """
        counter, asker = self._counter, self._counter.signed_in()
        shift = counter.open_shift()
        sale = counter.ledger.find_sale(receipt)
        if sale is None or kind not in WAYS:
            raise NotFound("receipt.not_found", number=receipt)
        if sale.body.get("shift") != shift.id:
            raise Refused("tender.shift")
        before = counter.ledger.run(lambda conn: _parts_in(conn, sale))
        if not before or {part["kind"] for part in before} == {kind}:
            raise Refused("tender.unchanged")
        if not reason.strip():
            raise Refused("cash.reason")
        if not number:
            raise Refused("tender.sign_off")
        if self._session.find(number).number == asker.number:
            raise Refused("staff.same_person")
        approver = self._session.approve(number, pin).number
        body: Json = {
            "sale": sale.body["sale"], "receipt": receipt, "shift": shift.id, "before": before,
            "after": [{"kind": kind, "amount": sum(part["amount"] for part in before)}], "reason": reason.strip()[:200],
            "approved_by": approver,
        }  # fmt: skip

        def work(conn: Connection) -> Fact:
            if is_voided_in(conn, receipt):
                raise Refused("void.already", receipt=receipt)
            sealed = counter.ledger.append_in(conn, facts.TENDER_CORRECTED, body, employee=asker.number, day=shift.day)
            return read_fact(sealed.data)

        return counter.ledger.run(work)


def _parts_in(conn: Connection, sale: Fact) -> list[Json]:
    """What counts as paid in cash and by card now, after earlier corrections."""
    parts = [{"kind": one["kind"], "amount": one["amount"]} for one in sale.body["tenders"] if one["kind"] in WAYS]
    rows = conn.execute(
        "SELECT f.data FROM fact_index i JOIN facts f USING (seq) WHERE i.receipt = ? AND i.kind = ? ORDER BY i.seq",
        (sale.body["receipt"], facts.TENDER_CORRECTED),
    )
    for (data,) in rows:
        parts = list(open_own(data).body["after"])
    return [part for part in parts if part["amount"]]
