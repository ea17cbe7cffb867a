"""Streets by postcode: imported whole or not at all, and asked for one house at a time by tills and web shops."""

from pathlib import Path

import msgspec
import pytest

from sync.hub.commands.importing import import_from
from sync.hub.imports.outcome import Imported
from sync.protocol.messages import FindStreet
from tests.sync.hub.shop.support import WebShop, give_key, web_shop
from tests.sync.hub.support import RunningHub

HEAD = "postcode,from,to,side,street,city"
SAMPLE = Path(__file__).parents[4] / "assets" / "samples" / "addresses.csv"


def bring(shops: RunningHub, folder: Path, *rows: str, head: str = HEAD) -> Imported:
    """A file of streets."""
    file = folder / "addresses.csv"
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    return import_from(shops.hub, file)


def known(web: WebShop, postcode: str, house: str) -> tuple[str, str, str]:
    """What the web shop is told."""
    found = web.read(f"address?postcode={postcode}&house={house}")
    return found["known"], found["street"], found["city"]


def test_a_house_is_found_and_what_is_not_known_is_said_and_a_postcode_that_comes_again_is_what_comes_now(
    shops: RunningHub, web: WebShop, tmp_path: Path
) -> None:
    assert known(web, "1012JS", "1") == ("", "", ""), "no list, nothing unknown"
    rows = ("1012 js,1,99,odd,Damrak,Amsterdam", "1012JS,2,98,even,Dam,Amsterdam", "1013AA,1,9,all,Westerdok,Amsterdam")
    done = bring(shops, tmp_path, *rows)
    assert (done.fault_count, done.kind, done.rows, done.added, done.changed) == (0, "addresses", 3, 2, 0)
    assert known(web, "1012%20js", "12%20a") == ("found", "Dam", "Amsterdam")
    assert known(web, "1012JS", "100") == ("number", "", "") and known(web, "1099ZZ", "1") == ("postcode", "", "")
    again = bring(shops, tmp_path, "1012JS,1,200,all,Damrak,Amsterdam")
    assert (again.added, again.changed) == (0, 1) and bring(shops, tmp_path, "1012JS,1,200,all,Damrak,Amsterdam").changed == 0
    assert known(web, "1012JS", "12") == ("found", "Damrak", "Amsterdam")
    assert known(web, "1013AA", "9") == ("found", "Westerdok", "Amsterdam"), "what the file leaves out stays"


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("012JS,1,9,all,Damrak,Amsterdam", "postcode"), ("1012JS,9,1,all,Damrak,Amsterdam", "to"),
        ("1012JS,0,9,all,Damrak,Amsterdam", "to"), ("1012JS,1,9,left,Damrak,Amsterdam", "side"),
        ("1012JS,1,9,all,,Amsterdam", "street"), ("1012JS,1,x,all,Damrak,Amsterdam", "to"), ("1014AA,5,5,odd,Haarweg,Stad", "from"),
    ],
)  # fmt: skip
def test_a_row_with_a_fault_changes_nothing_and_says_where(
    shops: RunningHub, web: WebShop, tmp_path: Path, row: str, column: str
) -> None:
    done = bring(shops, tmp_path, "1014AA,1,9,all,Houtweg,Amsterdam", row)
    assert done.fault_count and column in {fault.column for fault in done.faults}
    assert known(web, "1014AA", "1")[0] != "found"


def test_a_till_asks_in_its_own_name_and_a_key_without_the_scope_is_refused(shops: RunningHub) -> None:
    assert import_from(shops.hub, SAMPLE).fault_count == 0, "our own sample is sound"
    till = shops.terminal("77")
    ask = msgspec.json.encode(FindStreet("NL", "9999 xa", "7"))
    reply = till.request("POST", "/v1/addresses/find", ask)
    assert reply.json() == {"known": "found", "street": "Voorbeeldstraat", "city": "Voorbeeldstad"}
    assert till.http.post("/v1/addresses/find", content=ask).status_code == 401
    assert till.request("POST", "/v1/addresses/find", msgspec.json.encode(FindStreet("NL", "x" * 99, "7"))).status_code == 400
    reader = web_shop(shops, give_key(shops.hub, scopes=("catalogue:read",)))
    assert reader.get("address?postcode=9999XA&house=7").json()["code"] == "shop.scope"
