"""Writes down when somebody changed this terminal's own settings file since the last start."""

import json
from collections.abc import Mapping
from typing import Any

from kiosk.domain import facts
from kiosk.services.counter import Counter
from kiosk.store.database import Connection
from kiosk.store.ledger import meta_in, set_meta_in
from kiosk.store.settingslog import own_body

_SEEN = "own_settings"
_BY_ITSELF = frozenset({"hub"})
"""Settings that the terminal changes without a person: where the hub was last found."""


def look(counter: Counter, settings: Mapping[str, Any]) -> None:
    """Compare the settings with those of the last start; the first start has nothing to compare with."""
    now = {name: value for name, value in settings.items() if name not in _BY_ITSELF}

    def work(conn: Connection) -> None:
        kept = meta_in(conn, _SEEN)
        text = json.dumps(now, sort_keys=True)
        if kept == text:
            return
        set_meta_in(conn, _SEEN, text)
        body = own_body(json.loads(kept), now) if kept else None
        if body is not None:
            counter.ledger.append_in(conn, facts.SETTING_CHANGED, body, employee="", day=counter.business_day())

    counter.ledger.run(work)
