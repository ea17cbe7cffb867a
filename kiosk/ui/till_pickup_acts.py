"""What can be done with an order of the store as it stands, the likeliest first: values for the screen, by the desks' rules."""

from dataclasses import dataclass

from kiosk.domain.orderlife import IN_TRANSIT, PACKED, READY, STATES
from kiosk.services.orderdesk import OrderView
from kiosk.services.pickup import Pickup
from kiosk.text import Words

TICK, MISSING, SHELVE, PLACE, ARRIVE, TRACK = "tick", "missing", "shelve", "place", "arrive", "track"
PACK, PAPER = "pack", "paper"
HAND, SLIP, LABEL, EXPIRE, CANCEL = "hand", "slip", "label", "expire", "cancel"
HERE = "here"
SIGN = "sign"
"""Not done by itself: it is asked for while something is handed over."""

TEXT_STEPS = (SHELVE, PLACE, ARRIVE, TRACK)
COUNT_STEPS = (HAND, CANCEL, PACK)
"""What asks for a text, and what asks how much of each line."""

CAPS = {PAPER: "F7", MISSING: "F3", TICK: "F4", PLACE: "F4", SLIP: "F6", LABEL: "F6", EXPIRE: "F7", CANCEL: "F8"}
"""The key of each that is not the first; the first has Enter."""

ENTER = "Enter"


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One thing to do; `kind` is that of its button."""

    key: str
    title: str
    iconName: str
    keyCap: str
    kind: str


def step_title(step: str, say: Words) -> str:
    """What is asked in a step."""
    return {
        SHELVE: say("Where does it lie?"), PLACE: say("Where does it lie now?"), ARRIVE: say("It came in. Where does it lie?"),
        TRACK: say("Handed to the carrier"), MISSING: say("Not there"), HAND: say("How did the customer prove it?"),
        CANCEL: say("What is not wanted any more?"), PACK: say("What goes into this parcel?"),
    }.get(step, "")  # fmt: skip


def step_hint(step: str, say: Words) -> str:
    """What helps to answer, where nothing nearer does."""
    return {
        **dict.fromkeys((SHELVE, PLACE, ARRIVE), say("Scan the code of the shelf, or type its name.")),
        TRACK: say("Scan the carrier's label. Without one, leave it empty."),
        CANCEL: say("What was paid goes back the way it was paid."),
        PACK: say("Scan each piece as you put it in. Without a scan all of it goes into one parcel."),
    }.get(step, "")  # fmt: skip


def hand_hint(money: str, freed: bool, say: Words) -> str:
    """What becomes of what is still to be paid, and of what stays here."""
    told = say("{money} goes into the basket: take it there, and sell one thing more.", money=money)
    return f"{told} {say('What stays here is free again.')}" if freed else told


def acts_of(desk: Pickup, view: OrderView, line: int, now_ms: int, say: Words) -> list[ActionRow]:
    """What can be done now with an order, while `line` is chosen."""
    here = desk.orders.store
    to_take, taken = desk.picking.to_take(view), desk.picking.taken(view)
    ready = [part for part in view.in_state(READY) if part.place == here]
    packed = [part for part in view.in_state(PACKED) if part.place == here]
    coming = [part for part in view.in_state(IN_TRANSIT) if part.place == here]
    late = bool(ready) and now_ms >= desk.orders.held_until_ms(view)
    shelf = any(one.fulfilment.to == here for one in view.order.lines)
    shipped = any(one.fulfilment.delivery for one in view.order.lines if one.line in {part.line for part in taken})
    done = say("All picked") if shelf else say("Packed") if shipped else say("Sent")
    to_pack = desk.parcels.to_pack(view)
    unpacked = [part for part in taken if part.state != PACKED or shelf]
    found = [
        (bool(view.order.expires_ms and (to_take or taken)), HERE, say("The customer is here"), "hand"),
        (late, EXPIRE, say("Back on the shelf"), "undo"),
        (bool(ready), HAND, say("Hand over"), "hand"),
        (bool(to_pack) and not to_take, PACK, say("Pack"), "package"),
        (bool(unpacked) and not to_pack and not to_take, SHELVE, done, "check"),
        (bool(packed), TRACK, say("To the carrier"), "truck"),
        (bool(coming), ARRIVE, say("It came in"), "package"),
        (any(part.line == line for part in to_take), TICK, say("Picked by hand"), "check"),
        (any(part.line == line for part in (*to_take, *taken)), MISSING, say("Not there"), "x"),
        (bool(ready), PLACE, say("Another place"), "map-pin"),
        (bool(to_take), SLIP, say("Pick slip"), "printer"),
        (bool(packed), LABEL, say("Label again"), "printer"),
        (bool(packed), PAPER, say("Label on receipt paper"), "receipt"),
        (any(STATES[part.state].open and part.state != IN_TRANSIT for part in view.parts), CANCEL, say("Cancel"), "ban"),
    ]
    possible = [(key, title, icon) for can, key, title, icon in found if can]
    return [
        ActionRow(
            key, title, icon, CAPS.get(key, "") if n else ENTER,
            "danger" if key == CANCEL else "secondary" if n else "primary",
        )
        for n, (key, title, icon) in enumerate(possible)
    ]
