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
    "order.twice": "Order {order}, {name}: this happened {quantity} more than was ordered. Find out who has the goods, and call "
    "the customer.",
    "order.not_there": "Order {order}, {name}: {quantity} cannot come back or be taken away, it is not there. Count, and look "
    "at what came before.",
    "order.too_late": "Order {order}, {name}: too late, {quantity} went on already. Call the customer: it can come back as a "
    "return.",
    "order.more_than_ordered": "Order {order}, {name}: {quantity} more was given out than was ordered. Check the order; nothing "
    "of it was done.",
    "order.overdue": "Order {order}, {name}: {place} works on something that the hub does not know of. Ask there what they "
    "have, and allocate it again.",
    "order.put_back": "Order {order}, {name}: not wanted any more. Put {quantity} back on the shelf.",
    "order.paid_out_too_much": "Order {order}: {amount} was paid out that was never paid for it. Find out who got it.",
    "order.pay_back": "Order {order}: the customer gets {amount} back. Pay it the way it was paid.",
    "order.collect_money": "Order {order}: goods went out and {amount} is not paid. Ask the customer for it.",
}
