"""A terminal with everything real but the window: ledger and catalogue on disk, the agent in its thread."""

import secrets
import uuid
from dataclasses import dataclass
from pathlib import Path

from kiosk.apps.outbox import LedgerOutbox
from kiosk.domain import facts
from kiosk.domain.codec import Json
from kiosk.store.catalog import Catalog
from kiosk.store.database import Connection
from kiosk.store.ledger import Identity as Owner
from kiosk.store.ledger import Ledger
from sync.agent.client import Identity
from sync.agent.events import CHANCES
from sync.agent.hands import Ports
from sync.agent.shell import Agent
from sync.protocol.signature import Key
from tests.sync.agent.desk import WAIT_S, DeskClock, Ear, enrol_at
from tests.sync.hub.support import DAY, RunningHub


@dataclass
class RealDesk:
    """An open terminal."""

    ledger: Ledger
    catalog: Catalog
    agent: Agent
    ear: Ear
    clock: DeskClock
    dev: str

    def sell(self, article: str) -> None:
        """One sale, committed with its number; the agent hears of it as it does on a till."""
        sale = str(uuid.uuid4())

        def work(conn: Connection) -> None:
            number = self.ledger.next_receipt_in(conn)
            body = body_of(sale, str(number), number.number, article, self.ledger.identity)
            sealed = self.ledger.append_in(conn, facts.SALE_COMPLETED, body, employee="101", day=DAY)
            self.ledger.record_sale_in(conn, sale, number, sealed.seq, ())

        self.ledger.run(work)

    def close(self) -> None:
        """Stop the agent and close the files."""
        assert self.agent.stop(WAIT_S), "the agent did not stop"
        self.catalog.close()
        self.ledger.close()


def open_desk(hub: RunningHub, folder: Path, terminal: str) -> RealDesk:
    """Enrol a till at a hub and start it; its data lies in `folder`."""
    key = Key.generate()
    enrolled = enrol_at(hub, key, terminal)
    papers = enrolled.certificate
    folder.mkdir(parents=True)
    clock = DeskClock()
    owner = Owner(papers.dev, papers.inc, papers.kind, papers.series, papers.place)
    ledger = Ledger(folder, owner, clock, lambda: str(uuid.uuid4()), key.sign)
    catalog, ear = Catalog(folder), Ear()
    ports = Ports(LedgerOutbox(ledger), ledger, catalog, folder / "chunks", [hub.url], lambda url: None, None)
    who = Identity(papers.dev, papers.inc, key, enrolled.hub_key)
    agent = Agent(who, ports, ear, clock, lambda: secrets.randbelow(CHANCES), None)
    ledger.on_growth = agent.wake
    agent.start()
    return RealDesk(ledger, catalog, agent, ear, clock, papers.dev)


def body_of(sale: str, receipt: str, number: int, article: str, owner: Owner) -> Json:
    """A sale of one piece for ten euros in cash, as a till writes it."""
    line = {
        "line": 1, "article": article, "barcode": "", "name": article, "variant": "", "quantity": 1000, "unit": "piece",
        "unit_price": 1000, "price_rev": 1, "vat_class": "standard", "before": 1000, "line_discount": 0, "sale_discount": 0,
        "amount": 1000, "deposit": 0, "age_limit": 0, "reason": "", "discount_by": "",
    }  # fmt: skip
    return {
        "sale": sale, "receipt": receipt, "series": owner.series, "number": number, "shift": "S", "lines": [line], "removed": [],
        "tax": [{"class": "standard", "rate_bp": 2100, "net": 826, "tax": 174, "gross": 1000}], "vat_rule": "line",
        "deposit": 0, "discount": 0, "total": 1000, "rounding": 0,
        "tenders": [{"kind": "cash", "amount": 1000, "tendered": 1000, "change": 0, "reference": ""}], "age_checked": False,
        "tickets": [],
        "movements": [{"article": article, "store": owner.place.store, "quantity_milli": -1000, "reason": "sale"}], "fiscal": {},
    }  # fmt: skip
