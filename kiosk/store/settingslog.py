"""What changed in the settings, as the body of `setting.changed`: the journal keeps what a terminal obeyed, and since when."""

import json
from collections.abc import Mapping
from typing import Any

from kiosk.domain.codec import Json
from kiosk.domain.feed import Setting
from kiosk.store.database import Connection
from kiosk.store.rows import open_payload

HUB, TERMINAL = "hub", "terminal"
VALUE_MAX = 200
"""A header of a receipt may be long: the journal keeps how it begins."""


def settings_in(conn: Connection) -> dict[str, bytes]:
    """The settings as they are, by name."""
    found = conn.execute("SELECT key, payload FROM device_rows WHERE entity = 'setting'").fetchall()
    return {str(key): bytes(payload) for key, payload in found}


def changed_body(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> Json | None:
    """What the hub changed; None when nothing did, or when these are the first settings of all."""
    if not before:
        return None
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    if not names:
        return None
    changes = [{"name": name, "before": _told(before.get(name)), "after": _told(after.get(name))} for name in names]
    return {"source": HUB, "settings": changes}


def own_body(before: Mapping[str, Any], after: Mapping[str, Any]) -> Json | None:
    """What somebody changed in this terminal's own file; None when nothing did."""
    names = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    if not names:
        return None
    changes = [{"name": name, "before": _text(before.get(name)), "after": _text(after.get(name))} for name in names]
    return {"source": TERMINAL, "settings": changes}


def _told(payload: bytes | None) -> str:
    return "" if payload is None else _text(open_payload(payload, Setting).value)


def _text(value: object) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)[:VALUE_MAX]
