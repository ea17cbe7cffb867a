"""Customers of other stores, asked of the hub by a card's number or a whole telephone number; and new ones, told to it."""

from kiosk.domain.customer import Customer
from sync.agent.client import ANSWER_S, HubClient, read_as
from sync.agent.events import Failure
from sync.protocol.messages import CustomerEnrolled, CustomersReply, EnrolCustomer, FindCustomer, from_json, to_json, unpack


async def ask_customers(client: HubClient, number: str, phone: str) -> CustomersReply | Failure:
    """Who has this card or this telephone number (E.164), whichever of the two is given; nobody where the hub knows none."""
    body = to_json(FindCustomer(number, phone))
    data = await client.signed("POST", "/v1/customers/find", body, ANSWER_S, kind="application/json")
    return read_as(data, lambda found: unpack(found, CustomersReply))


async def tell_customer(client: HubClient, customer: Customer, by: str) -> CustomerEnrolled | Failure:
    """Tell the hub of somebody who became a customer here. It may be told again: the same person is kept once."""
    body = to_json(EnrolCustomer(customer, by))
    data = await client.signed("POST", "/v1/customers/new", body, ANSWER_S, kind="application/json")
    return read_as(data, lambda found: from_json(found, CustomerEnrolled))
