"""The ledger as the agent's outbox: with the hub's epoch, and the report that a restored hub asks for."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.facts import SealedFact
from kiosk.domain.feed import DEVICE
from kiosk.store import rights, rows
from kiosk.store.database import Connection
from kiosk.store.ledger import Ledger
from sync.protocol.messages import HeldFact, HeldRight, RightsReport


def held_rights(conn: Connection) -> list[HeldRight]:
    """What this terminal may still promise, read in an open transaction."""
    return [HeldRight(one.store, one.article, one.left_milli) for one in rights.held_in(conn) if one.left_milli]


@dataclass(frozen=True, slots=True)
class LedgerOutbox:
    """See sync.agent.ports.Outbox."""

    ledger: Ledger

    def head(self) -> int:
        """The number of the last fact."""
        return self.ledger.head()

    def acked(self) -> int:
        """The last fact that the hub has."""
        return self.ledger.acked()

    def epoch(self) -> int:
        """The hub's epoch in which it said so."""
        return self.ledger.push_state().epoch

    def pending(self, from_seq: int, facts_max: int, bytes_max: int) -> Sequence[SealedFact]:
        """Facts from `from_seq` on."""
        return self.ledger.pending(from_seq, facts_max, bytes_max)

    def report(self) -> RightsReport:
        """What this terminal holds after its last fact, in one transaction."""

        def read(conn: Connection) -> RightsReport:
            (head,) = conn.execute("SELECT coalesce(max(seq), 0) FROM facts").fetchone()
            cursor = rows.cursor_of(conn, DEVICE)
            return RightsReport(head, cursor.epoch, cursor.rev, cursor.digest, held_rights(conn))

        return self.ledger.run(read)

    def acknowledge(
        self, next_seq: int, durable_seq: int, epoch: int, head_hash: bytes, held: Sequence[HeldFact], forked: bool
    ) -> None:
        """Note what the hub has."""
        self.ledger.acknowledge(next_seq, durable_seq, epoch, head_hash, held, forked)
