"""The terminal's line to its hub: the agent and all that asks it. Loaded by name when the window stands: Terminal.line."""

import secrets
from collections.abc import Sequence
from concurrent.futures import Future
from importlib import metadata

from kiosk.apps.helpline import HubHelpDesk, HubHelpLine
from kiosk.apps.line import LineNeeds
from kiosk.apps.stateline import StateLine, Told
from kiosk.apps.system import new_id
from kiosk.domain.customer import Customer
from kiosk.store.orders import ToTell
from kiosk.store.signatures import Signature
from sync.agent.addresses import find_street
from sync.agent.client import Identity
from sync.agent.customers import ask_customers, tell_customer
from sync.agent.discovery import Discovery
from sync.agent.events import CHANCES, Failure
from sync.agent.hands import Ports
from sync.agent.orders import find_orders, tell_addresses, tell_signatures
from sync.agent.receipts import ask_receipt
from sync.agent.rights import ask_lease, hold_goods
from sync.agent.shell import Agent
from sync.agent.staff import tell_pin
from sync.agent.vouchers import ask_voucher
from sync.protocol.messages import (
    AddressesKept,
    CustomerEnrolled,
    CustomersReply,
    FindOrder,
    FindStreet,
    GoodsHeld,
    HoldGoods,
    LeaseReply,
    OrderAddress,
    OrderSignature,
    OrdersReply,
    ReceiptReply,
    SignaturesKept,
    StreetReply,
    VoucherReply,
)


class HubLine:
    """One agent with what the screens ask of it."""

    def __init__(self, needs: LineNeeds) -> None:
        who = Identity(needs.dev, needs.inc, needs.key, needs.hub_key)
        ports = Ports(
            outbox=needs.outbox,
            device=needs.device,
            catalog=needs.catalog,
            chunks=needs.chunks,
            addresses=[needs.address],
            remember=needs.remember,
            pictures=needs.pictures,
            papers=needs.papers,
        )
        discovery = Discovery() if needs.discover else None
        self.agent = Agent(who, ports, needs.listener, needs.clock, lambda: secrets.randbelow(CHANCES), discovery)
        self.help_line = HubHelpLine(self.agent, new_id)
        self.help_desk = HubHelpDesk(self.agent)

    def telling(self, told: Told) -> StateLine:
        """The line on which the hub is told how this terminal is."""
        return StateLine(told, self.agent.ask, metadata.version("toonbank"))

    def ask_lease(self) -> "Future[LeaseReply | Failure]":
        """Ask the hub for how long this terminal's rights hold."""
        return self.agent.ask(ask_lease)

    def hold_goods(self, store: str, article: str, quantity_milli: int, once: str) -> "Future[GoodsHeld | Failure]":
        """Have the hub hold goods of a store back."""
        return self.agent.ask(lambda client: hold_goods(client, HoldGoods(store, article, quantity_milli), once))

    def find_street(self, country: str, postcode: str, house: str) -> "Future[StreetReply | Failure]":
        """Ask the hub for the street of a house."""
        return self.agent.ask(lambda client: find_street(client, FindStreet(country, postcode, house)))

    def ask_receipt(self, number: str) -> "Future[ReceiptReply | Failure]":
        """Ask the hub for a receipt of another terminal."""
        return self.agent.ask(lambda client: ask_receipt(client, number))

    def ask_voucher(self, kind: str, code: str) -> "Future[VoucherReply | Failure]":
        """Ask the hub what is left on a gift card or store credit."""
        return self.agent.ask(lambda client: ask_voucher(client, kind, code))

    def ask_customers(self, number: str, phone: str) -> "Future[CustomersReply | Failure]":
        """Ask the hub for customers of other stores, by a card's number or a whole telephone number."""
        return self.agent.ask(lambda client: ask_customers(client, number, phone))

    def tell_addresses(self, told: Sequence[ToTell]) -> "Future[AddressesKept | Failure]":
        """Tell the hub whom orders are for."""
        addresses = [OrderAddress(one.key, one.order, one.address) for one in told]
        return self.agent.ask(lambda client: tell_addresses(client, addresses))

    def tell_signatures(self, told: Sequence[Signature]) -> "Future[SignaturesKept | Failure]":
        """Tell the hub how customers signed for goods."""
        signed = [OrderSignature(one.mark, one.order, one.at_ms, one.strokes) for one in told]
        return self.agent.ask(lambda client: tell_signatures(client, signed))

    def find_orders(self, code: str = "", number: str = "", name: str = "") -> "Future[OrdersReply | Failure]":
        """Ask the hub for orders of any store."""
        return self.agent.ask(lambda client: find_orders(client, FindOrder(code, number, name)))

    def tell_pin(self, number: str, pin_hash: str) -> "Future[Failure | None]":
        """Tell the hub that a person chose a new PIN."""
        return self.agent.ask(lambda client: tell_pin(client, number, pin_hash))

    def tell_customer(self, customer: Customer, by: str) -> "Future[CustomerEnrolled | Failure]":
        """Tell the hub of somebody who became a customer here."""
        return self.agent.ask(lambda client: tell_customer(client, customer, by))
