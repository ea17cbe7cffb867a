"""The sentences of vouchers that are refused; they are part of the table in `kiosk.sentences`."""

from collections.abc import Mapping

VOUCHER_SENTENCES: Mapping[str, str] = {
    "voucher.number": "Scan or key in the number of the voucher.",
    "voucher.card_number": "That is a bank card's number. Nothing of it was kept; key in the number of the voucher.",
    "voucher.empty": "Nothing is left on voucher {code}. Choose another way to pay.",
    "voucher.expired": "This voucher has ended. Choose another way to pay.",
    "voucher.other_currency": "Voucher {code} is in another currency. Choose another way to pay.",
    "voucher.other_brand": "Voucher {code} is of another shop and is not taken here. Choose another way to pay.",
    "voucher.unknown": "Voucher {code} is not known here. Check the number, or choose another way to pay.",
    "voucher.unknown_offline": "Voucher {code} is not known at this till, and the hub cannot be asked now. Try again when the till "
    "is connected, or choose another way to pay.",
    "voucher.ask_offline": "{code} is not known at this till, and the hub cannot be asked now. Try again when it is connected.",
    "voucher.offline_max": "While the hub cannot be asked at most {limit_minor} is taken off one card. Choose another way to pay.",
    "voucher.spent_since": "Voucher {code} was paid with since then, so it cannot be taken back. Call a manager.",
    "voucher.no_card": "{code} is not the number of a gift card. Scan the number on the card itself.",
    "voucher.card_ended": "Card {code} has ended. Take a new card.",
    "voucher.twice": "Card {code} is in this sale already. Scan the next card.",
    "voucher.used": "Voucher {code} was used before. Keep it, and choose another way to pay.",
    "voucher.single_purpose": "Voucher {code} is for certain goods and is no way to pay: go back (Esc) and scan it with the goods.",
    "voucher.no_goods": "Nothing in the sale can be had for voucher {code} ({goods}). Scan the goods first, or take it out.",
    "voucher.less_left": "Less is left on voucher {code} than it takes off. Take its line out and scan it again.",
    "voucher.fixed": "What a voucher takes off follows the goods. Take its line out, or change the goods.",
    "voucher.other_kind": "{code} is the number of another kind of voucher. Take a new card.",
}
