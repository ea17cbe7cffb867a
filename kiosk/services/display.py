"""How large and how strong a terminal shows its text: chosen by the people who work there, remembered over a restart."""

import json
from dataclasses import asdict, dataclass

from kiosk.store.ledger import Ledger, meta_in, set_meta_in

_KEY = "display"
TEXT_SCALES = (1.0, 1.5, 2.0)
"""How much larger than designed: normal, large, very large."""


@dataclass(frozen=True, slots=True)
class Display:
    """What was chosen. `text_step` is a place in TEXT_SCALES."""

    text_step: int = 0
    high_contrast: bool = False

    @property
    def text_scale(self) -> float:
        """How much larger text is."""
        return TEXT_SCALES[self.text_step]


def read_display(ledger: Ledger) -> Display | None:
    """What was chosen at this terminal; None when nothing was, or when another version wrote what is not known here."""
    kept = ledger.run(lambda conn: meta_in(conn, _KEY))
    try:
        found = json.loads(kept) if kept else None
    except ValueError:
        return None
    match found:
        case {"text_step": int(step), "high_contrast": bool(contrast)} if 0 <= step < len(TEXT_SCALES):
            return Display(step, contrast)
    return None


def keep_display(ledger: Ledger, display: Display) -> None:
    """Remember it at this terminal."""
    ledger.run(lambda conn: set_meta_in(conn, _KEY, json.dumps(asdict(display))))
