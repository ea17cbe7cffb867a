"""Sales that belong to one customer, found without opening all others of the day."""

from kiosk.domain.codec import canonical
from kiosk.domain.facts import SALE_COMPLETED
from kiosk.store.database import Connection


def sales_in(conn: Connection, day: str, customer: str) -> list[bytes]:
    """The facts of a business day's sales to a customer. A fact is canonical, so its customer stands in it in one spelling only."""
    wanted = canonical({"customer": customer})[1:-1]
    found = conn.execute(
        "SELECT data FROM facts WHERE day = ? AND kind = ? AND instr(data, ?) > 0", (day, SALE_COMPLETED, wanted)
    ).fetchall()
    return [data for (data,) in found]
