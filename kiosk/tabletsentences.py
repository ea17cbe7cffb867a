"""The sentences of what a terminal in a hand cannot do; they are part of the table in `kiosk.sentences`."""

from collections.abc import Mapping

TABLET_SENTENCES: Mapping[str, str] = {
    "hand.not_goods": "{name} cannot be handed to a till by a code. Take the payment here, or take it out first.",
    "hand.too_many": "A code carries {limit} lines at most. Take the payment here, or hand it over in two parts.",
    "hand.gone": "The basket that was handed over is not open any more.",
    "refund.no_drawer": "No cash is kept at this terminal. Let a till of this store give the money back.",
}
