"""The sentences of what is wrong or left to do with an order; they are part of the table in `kiosk.sentences`."""

from collections.abc import Mapping

ORDER_SENTENCES: Mapping[str, str] = {
    "order.too_many_lines": "An order has {most} lines at most. Place the rest as an order of its own.",
    "order.taken_without_store": "{name} can only be taken along in a store. Choose delivery or collection.",
    "order.collect_where": "{name} is collected in another store. Choose 'collect elsewhere'.",
    "order.unknown_line": "Order {order}: something was told of a line that it does not have. Look at the order and at who told "
    "it.",
    "order.not_permitted": "Order {order}, {name}: this step may not be taken by whoever took it. Ask what was meant.",
    "order.not_on_path": "Order {order}, {name}: goods that are shipped are not collected, and the other way round. Ask what "
    "happened.",
    "order.bad_quantity": "Order {order}, {name}: the quantity cannot be right. Count again.",
    "order.no_ground": "Order {order}, {name}: nobody said why it came back. Ask, and take it back once more.",
    "order.not_yours": "Order {order}, {name}: another place has this order. Put the goods back, or ask head office to move it.",
    "order.fence_twice": "Order {order}, {name}: two places were given the same goods. Call both; {place} must not send them.",
    "order.went_elsewhere": "Order {order}, {name}: it had gone to another place. Put the goods back; if they are with the "
    "customer, stop the other place.",
    "order.twice": "Order {order}, {name}: this happened {quantity_milli} more than was ordered. Find out who has the goods, "
    "and call the customer.",
    "order.not_there": "Order {order}, {name}: {quantity_milli} cannot come back or be taken away, it is not there. Count, and "
    "look at what came before.",
    "order.too_late": "Order {order}, {name}: too late, {quantity_milli} went on already. Call the customer: it can come back as a "
    "return.",
    "order.more_than_ordered": "Order {order}, {name}: {quantity_milli} more was given out than was ordered. Check the order; "
    "nothing of it was done.",
    "order.overdue": "Order {order}, {name}: {place} works on something that the hub does not know of. Ask there what they "
    "have, and allocate it again.",
    "order.put_back": "Order {order}, {name}: not wanted any more. Put {quantity_milli} back on the shelf.",
    "order.paid_out_too_much": "Order {order}: {amount_minor} was paid out that was never paid for it. Find out who got it.",
    "order.pay_back": "Order {order}: the customer gets {amount_minor} back. Pay it the way it was paid.",
    "order.collect_money": "Order {order}: goods went out and {amount_minor} is not paid. Ask the customer for it.",
    "order.nobody": "Order {order}, {name}: no place has {quantity_milli} of it. Ask the customer: another article, waiting, or "
    "the money back.",
    "what.task.order": "Order {order}",
    # at the till
    "order.not_orderable": "{name} cannot be ordered: it has to be taken along here and now.",
    "order.delivery_fixed": "Delivery goes with what is shipped. Change how the goods come, or give a discount on it.",
    "order.address_name": "Say whom the goods are for: a name is missing.",
    "order.address_email": "This mail address cannot be right. Look at it once more.",
    "order.address_reach": "Say how the customer is reached: a telephone number or a mail address.",
    "order.address_postcode": "This postcode cannot be right. Look at it once more.",
    "order.address_house": "A house number is missing.",
    "order.address_street": "Street and town are missing.",
    "order.unknown": "No order '{text}' is known here. Scan the code, type the number, or search by name.",
    "order.unpaid": "{due_minor} of this order is still to be paid. Take the payment first.",
    "order.proof": "Say by what the customer proved that the goods are theirs.",
    "order.nothing_ready": "Nothing of this order is ready yet.",
    "order.nothing_to_pick": "Nothing of this order is to be picked here any more.",
    "order.still_held": "These goods are still held for their customer.",
    "order.not_now": "That step cannot be taken now. Look at the order once more: somebody may have been faster.",
    "order.not_there_now": "{name}: not as many are in that state any more. Look at the order once more.",
    "order.other_place": "{name} belongs to {place}. Only that place can do this.",
    "order.gone_already": "It went on already. Take it back when the customer brings it.",
    "order.part_out": "The customer has {out} of {name}, the rest is still to come. Take these back and cancel the rest apart.",
    "order.wrong_article": "{name} is not in this order. Put it back, and take what the list says.",
    "order.picked_already": "{name}: there are enough of it. Put this one back.",
    "order.too_many": "Not as many of it are to be picked. Count again.",
    "order.pick_first": "{count} are still to be picked. Scan them, or say that they are not there.",
    "order.shelf": "Say where it lies: scan the code of the shelf, or type its name.",
    "order.nothing_came": "Nothing of this order is on its way here.",
    "order.nothing_packed": "Nothing of this order is packed. Pick and pack it first.",
    "order.age": "These goods are for people of {years} and older. Look at the customer's document, then say that they are.",
    "order.signature": "The customer signs for these goods first: on the screen, or on paper where that cannot be.",
    "order.same_article": "{name} is what was ordered. Propose another article.",
    "order.other_unit": "{name} is sold by another measure than what you propose. Propose something that is counted the same way.",
    "order.nothing_to_pack": "Nothing of this order is to be packed. Pick it first.",
    "parcel.weight": "A parcel weighs {most} kg at most. Type its weight in grams, or leave it empty.",
    "parcel.none": "No parcel is chosen. Scan the labels of those that go along, or give all of them.",
    "parcel.unpaid": "Order {number} is not paid: {due_minor} is missing. Keep its parcel here, and give the others.",
    "parcel.changed": "Something in parcel {parcel} is not wanted any more. Keep it here: open order {number} and pack it anew.",
    "order.swap_receipt": "Order {number} was paid at a till. Take this line back by its receipt and sell the other article: "
    "that is one sale with one payment.",
    "order.in_basket": "This order stands in the basket already. Take the payment there.",
    "order.nothing_due": "Nothing of this order is to be paid. Hand it over.",
    "order.changed": "Order {number} is another one than when it came into the basket. Take its lines out, and open the order once "
    "more.",
    "order.pay_fixed": "This line pays for an order: quantity and price were agreed. Take it out, or open the order once more.",
    "reservation.unknown": "This reservation is not known at this till (yet). Scan the goods and sell them: what was reserved is "
    "free again by itself.",
    "reservation.fetched": "Reservation {number} was fetched already. Scan the goods to sell others.",
    "reservation.over": "The time of reservation {number} is over, and its goods are free again. If they are here, scan them and "
    "sell them.",
    "reservation.weigh": "{name} is weighed at the till, so it cannot be put aside. Take what you need along.",
    "reservation.pieces": "From 1 to {most} pieces can be reserved here. Ask a colleague for more.",
    "void.order_paid": "With sale {receipt} an order was paid and handed over. Take the goods back as a return.",
    "void.order_back": "With sale {receipt} something of an order came back. It cannot be undone; place the order again.",
    "void.order_gone": "Goods ordered with sale {receipt} are on their way already. Take them back as a return.",
    # web orders that come back
    "return.unknown_order": "No web order fits '{text}'. Check the number, or ask for the name that it was ordered under.",
    "return.order_away": "Web order '{text}' is not known here, and the hub cannot be asked now. Try again later, "
    "or take the goods back without a receipt.",
    "return.order_over": "Nothing of order {number} is with its customer: all of it came back, was cancelled or is still to come.",
    "return.by_receipt": "Order {number} was paid at a till. Its goods come back by receipt {receipt}.",
    "return.there_already": "The goods of return {number} are there already: their money went back then.",
    "return.order_unpaid": "Of order {number} {due_minor} is not paid yet. Settle that first, then take the goods back.",
    "refund.other_way": "Money of a web order goes back the way it was paid. A manager can allow another way "
    "if the customer agrees to it.",
    "what.task.refund.failed": "Money that the web shop could not give back: order {order}",
    "what.task.order.return_announced": "Goods that come back: {goods}",
    "held.task.refund.failed": (
        "{amount_minor} was to go back to {payment}, and did not: {note}. Find another way with the customer; then close this."
    ),
    "held.task.order.return_announced": (
        "Return {return} of {number}. Scan its label at a till when the goods are there; this ends by itself then."
    ),
    "what.task.service.late": "Service request that is late: {service}",
    "held.task.service.late": (
        "It was to be dealt with by {due_ms}. Move it forward, or give it another day; this ends by itself then."
    ),
    "what.task.mail.dead": "A mail about an order that could not be sent ({mail})",
    "held.task.mail.dead": (
        "The mail server said: {why}. Reach the customer of order {order} in another way; then close this."
    ),
}
