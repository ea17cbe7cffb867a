"""Tables of what is between a shop and its customers: consents, contact moments and service requests. Step 0027."""

from sqlalchemy import BigInteger, Boolean, Column, Index, String, Table, Text

from sync.hub.storage.schema import metadata

consents = Table(
    "consents", metadata,
    # Every word that was ever said about a purpose; all of a customer's go with the customer.
    Column("tenant", String, primary_key=True),
    Column("customer", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("purpose", String, nullable=False),
    Column("given", Boolean, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("day", String, nullable=False),
    # till, file, shop or office
    Column("source", String, nullable=False),
    Column("place", String, nullable=False),
    # The version of what was read and agreed to.
    Column("text_version", String, nullable=False),
    Column("heard_by", String, nullable=False),
    Column("known_ms", BigInteger, nullable=False),
)  # fmt: skip

contacts = Table(
    "contacts", metadata,
    # A customer was in contact. All of it goes with the customer.
    Column("tenant", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("customer", String, nullable=False),
    Column("brand", String, nullable=False),
    Column("country", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("subject", Text, nullable=False),
    Column("words", Text, nullable=False),
    # order, receipt, article, service or nothing
    Column("about", String, nullable=False),
    Column("about_id", String, nullable=False),
    Column("heard_by", String, nullable=False),
    Column("known_ms", BigInteger, nullable=False),
)  # fmt: skip

service_requests = Table(
    "service_requests", metadata,
    Column("tenant", String, primary_key=True),
    # Also what people call it by.
    Column("id", String, primary_key=True),
    Column("brand", String, nullable=False),
    Column("country", String, nullable=False),
    # kiosk.domain.service.ServiceRequest as JSON: nothing in it is about a person.
    Column("body", Text, nullable=False),
    # The customer's number and their own words; both are emptied when the customer is forgotten.
    Column("customer", String, nullable=False),
    Column("words", Text, nullable=False),
    # What follows from its events: where it stands, whose it is, until when (ms; 0: it is over).
    Column("state", String, nullable=False),
    Column("store", String, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("opened_ms", BigInteger, nullable=False),
    # The time that people were told was missed; 0: none.
    Column("late_ms", BigInteger, nullable=False),
)  # fmt: skip

service_events = Table(
    "service_events", metadata,
    Column("tenant", String, primary_key=True),
    Column("request", String, primary_key=True),
    Column("id", String, primary_key=True),
    # kiosk.domain.service.ServiceEvent as JSON, and beside it what was written with it, which goes with the customer.
    Column("body", Text, nullable=False),
    Column("note", Text, nullable=False),
)  # fmt: skip

Index("contacts_by_customer", contacts.c.tenant, contacts.c.customer, contacts.c.at_ms, contacts.c.id)
Index("service_by_customer", service_requests.c.tenant, service_requests.c.customer)
Index("service_by_age", service_requests.c.tenant, service_requests.c.opened_ms, service_requests.c.id)
Index("service_by_due", service_requests.c.tenant, service_requests.c.due_ms)
