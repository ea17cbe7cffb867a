"""The addresses of the shop API together."""

from litestar import Router
from litestar.di import Provide

from sync.hub.shop import comingback, consenting, contacting, feeding, keeping, paying, reads, selling, servicing, writes
from sync.hub.shop.access import called_by


def make_shop(shelves: Provide) -> Router:
    """All that needs a key; `shelves` gives the prices that the run of the hub has at hand."""
    return Router(
        "",
        route_handlers=[
            reads.site, reads.products, reads.product, reads.categories, reads.stores, reads.prices, reads.availability,
            writes.make_basket, writes.show_basket, writes.put_basket, writes.add_line, writes.change_line, writes.drop_basket,
            writes.read_content, writes.write_content,
            feeding.read_events, feeding.list_hooks, feeding.make_hook, feeding.drop_hook, feeding.renew_secret,
            feeding.resume_hook,
            selling.delivery, selling.find_street, selling.place_order, selling.order_by_reference, selling.show_order,
            selling.cancel_order, selling.announce_return, selling.reserve_goods, selling.release_goods, paying.pay_order,
            comingback.announce_receipt, comingback.show_return, comingback.return_label, comingback.read_refunds,
            comingback.settle_refund, consenting.read_consents, consenting.say_consent,
            contacting.note_contact, contacting.read_contacts,
            servicing.open_request, servicing.read_requests, servicing.show_request, servicing.step_request,
            keeping.read_kept,
        ],
        dependencies={"caller": Provide(called_by), "shelves": shelves},
    )  # fmt: skip
