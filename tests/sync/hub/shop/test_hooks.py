"""Webhooks: signed, in order for each subject, never lost, and never told to an address inside the network."""

import asyncio
import http.server
import json
import shutil
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from sync.hub.core import Hub
from sync.hub.problems import HubProblem
from sync.hub.shop import events, hooks, keys, signing, targets
from sync.hub.shop.delivering import DEAD_TASK, SLOWEST_MS, STOPPED_TASK, backoff_ms
from sync.hub.shop.events import CATALOGUE_RESET, PRODUCT_CHANGED, STOCK_CHANGED, Happened
from sync.hub.shop.hooks import ACTIVE, STOPPED
from sync.hub.shop.operations import RevokeKey, revoke_key
from sync.hub.shop.targets import Answer, check, is_inside, post
from sync.hub.shop.values import Hook, WantedHook
from sync.hub.shop.worker import tell
from sync.hub.storage.schema import tasks
from tests.sync.hub.shop.support import BRAND, WebShop, give_key
from tests.sync.hub.support import TENANT, WAIT_S, RunningHub, TestClock, open_test_hub

HOUR_MS = 3_600_000
TAKEN, REFUSED, AWAY = Answer(204, ""), Answer(400, "no"), Answer(0, "nobody is there")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass
class Shop:
    """A hub, a webhook of it, and its target: what it was told, and what it says to what."""

    hub: Hub
    clock: TestClock
    key: keys.ShopKey
    hook: str = ""
    told: list[dict[str, Any]] = field(default_factory=list)
    heads: list[Mapping[str, str]] = field(default_factory=list)
    says: dict[str, Answer] = field(default_factory=dict)
    asked: int = 0

    def post(self, url: str, body: bytes, headers: Mapping[str, str], inside: bool) -> Answer:
        """The target."""
        message = json.loads(body)
        self.asked += 1
        answer = self.says.get(message["subject"], self.says.get("*", TAKEN))
        if answer.is_taken:
            self.told.append(message)
            self.heads.append(headers)
        return answer

    def happen(self, *subjects: str, kind: str = PRODUCT_CHANGED, brand: str = "") -> None:
        """Things happen, one event each."""
        happened = [Happened(brand, kind, one, {}) for one in subjects]
        self.hub.storage.call(lambda c: events.note(c, TENANT, happened, self.hub.world.now_ms()))

    def tell(self, hook: str = "") -> None:
        """Give the webhook turns until it has nothing more to hear now."""
        while asyncio.run(tell(self.hub, TENANT, hook or self.hook, self.post)):
            pass

    def later(self, ms: int) -> None:
        """Time goes by, and the webhook gets its turns."""
        self.clock.added_ms += ms
        self.tell()

    def standing(self) -> Hook:
        """How it stands."""
        return self.hub.storage.look(lambda c: hooks.find(c, self.key, self.hook))

    def subjects(self) -> list[str]:
        """What the target took, in order."""
        return [one["subject"] for one in self.told]

    def tasks(self) -> list[str]:
        """The kinds of tasks for people."""
        return list(self.hub.storage.look(lambda c: c.scalars(select(tasks.c.kind).where(tasks.c.done_ms == 0)).all()))


@pytest.fixture
def shop(shop: Path, tmp_path: Path) -> Iterator[Shop]:
    """A hub that nobody serves, with a webhook."""
    clock = TestClock()
    shutil.copytree(shop, tmp_path / "hub")
    hub = open_test_hub(tmp_path / "hub", clock, shop=False)
    id = give_key(hub, BRAND).id
    key = hub.storage.look(lambda c: keys.find(c, id))
    assert key is not None
    made = Shop(hub, clock, key)
    wanted = WantedHook("https://shop.example/hooks")
    made.hook = hub.storage.call(lambda c: hooks.make(c, key, wanted, "hook", SECRET, hub.world.now_ms())).id
    yield made
    hub.close()


def test_the_signature_is_that_of_the_convention() -> None:
    body = b'{"test": 2432232314}'
    made = signing.headers(SECRET, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330_000, body)
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_what_happened_since_is_told_once_and_signed(shop: Shop) -> None:
    shop.happen("a", "b")
    shop.tell()
    shop.tell()
    assert shop.subjects() == ["a", "b"] and shop.asked == 2
    assert shop.heads[0]["webhook-id"] == shop.told[0]["id"] != shop.told[1]["id"]
    assert shop.heads[0]["webhook-signature"].startswith("v1,")


def test_what_is_refused_holds_back_its_own_subject_only_and_keeps_its_order(shop: Shop) -> None:
    shop.says["a"] = REFUSED
    shop.happen("a", "b", "a", "c")
    shop.tell()
    assert shop.subjects() == ["b", "c"] and shop.standing().waiting == 2
    ids = [one.data for one in shop.hub.storage.look(lambda c: events.after(c, TENANT, BRAND, [PRODUCT_CHANGED], 0, 9))]
    shop.happen("a", "d")
    shop.tell()
    assert shop.subjects() == ["b", "c", "d"] and shop.asked == 4, "a was tried again before its time"
    shop.says.clear()
    shop.later(10_000)
    assert shop.subjects() == ["b", "c", "d", "a", "a", "a"] and len(ids) == 4
    numbers = [int(one["id"].split("_")[1]) for one in shop.told if one["subject"] == "a"]
    assert numbers == sorted(numbers) and shop.standing().waiting == 0


def test_a_target_that_is_down_for_a_day_loses_nothing_and_is_not_hammered(shop: Shop) -> None:
    shop.says["*"] = AWAY
    for hour in range(24):
        shop.happen(f"s{hour % 5}", f"s{hour % 7}")
        shop.tell()
        for _ in range(12):
            shop.later(HOUR_MS // 12)
    assert shop.told == [] and shop.asked < 24 * 3
    assert shop.standing().failing_since_ms > 0
    shop.says.clear()
    shop.later(HOUR_MS)
    expected = [subject for hour in range(24) for subject in (f"s{hour % 5}", f"s{hour % 7}")]
    assert shop.subjects() == expected and shop.standing().failing_since_ms == 0 and shop.tasks() == []


def test_a_target_that_refuses_everything_is_left_alone_as_if_it_were_away(shop: Shop) -> None:
    shop.says["*"] = REFUSED
    shop.happen(*(f"s{n}" for n in range(40)))
    shop.tell()
    assert shop.asked == 5
    shop.says.clear()
    shop.later(2 * HOUR_MS)
    assert sorted(shop.subjects()) == sorted(f"s{n}" for n in range(40))


def test_one_message_that_is_never_taken_is_put_aside_for_a_person_and_the_rest_goes_on(shop: Shop) -> None:
    shop.says["bad"] = REFUSED
    shop.happen("bad", "good")
    shop.tell()
    for _ in range(19):
        shop.later(4 * HOUR_MS)
    assert (shop.standing().dead, shop.standing().state, shop.tasks()) == (1, ACTIVE, [DEAD_TASK])
    shop.happen("bad")
    shop.says.clear()
    shop.tell()
    assert shop.subjects() == ["good", "bad"]
    shop.hub.storage.call(lambda c: hooks.resume(c, shop.key, shop.hook))
    shop.tell()
    assert shop.subjects() == ["good", "bad", "bad"] and shop.standing().dead == 0


def test_a_webhook_whose_target_stays_away_stops_with_a_task_and_goes_on_where_it_was(shop: Shop) -> None:
    shop.says["*"] = AWAY
    shop.happen("a")
    shop.tell()
    for _ in range(19):
        shop.later(4 * HOUR_MS)
    assert (shop.standing().state, shop.tasks()) == (STOPPED, [STOPPED_TASK])
    asked = shop.asked
    shop.happen("b")
    shop.later(HOUR_MS)
    assert shop.asked == asked
    shop.says.clear()
    shop.hub.storage.call(lambda c: hooks.resume(c, shop.key, shop.hook))
    shop.tell()
    assert shop.subjects() == ["a", "b"]


def test_a_webhook_hears_only_of_what_its_key_may_read_and_of_its_own_brand(shop: Shop) -> None:
    id = give_key(shop.hub, BRAND, ("catalogue:read", "webhooks:write")).id
    key = shop.hub.storage.look(lambda c: keys.find(c, id))
    assert key is not None
    with pytest.raises(HubProblem):
        shop.hub.storage.call(lambda c: hooks.make(c, key, WantedHook("https://a.example", [STOCK_CHANGED]), "x", SECRET, 1))
    shop.hub.storage.call(lambda c: hooks.make(c, key, WantedHook("https://a.example"), "x", SECRET, 1))
    shop.happen("s", kind=STOCK_CHANGED)
    shop.happen("theirs", brand="oost")
    shop.happen("mine", brand=BRAND)
    shop.happen("all", kind=CATALOGUE_RESET)
    shop.tell("x")
    assert shop.subjects() == ["mine", "all"]


def test_the_webhooks_of_a_revoked_key_are_silent(shop: Shop) -> None:
    revoke_key(shop.hub, RevokeKey(shop.key.id))
    shop.happen("a")
    shop.tell()
    assert shop.asked == 0


def test_a_turn_that_a_crash_cut_short_is_taken_again_later_and_by_one_process_at_a_time(shop: Shop) -> None:
    shop.happen("a")

    def dies(*_: object) -> Answer:
        raise RuntimeError("the process died")

    with pytest.raises(RuntimeError):
        asyncio.run(tell(shop.hub, TENANT, shop.hook, dies))
    shop.tell()
    assert shop.told == [], "another process may still be at it"
    shop.later(HOUR_MS)
    assert shop.subjects() == ["a"]


def test_waits_grow_to_an_hour_and_are_never_all_alike() -> None:
    longest = [backoff_ms(tries, lambda bits: (1 << bits) - 1) for tries in range(1, 14)]
    assert longest == sorted(longest) and longest[0] == 5_000 and longest[-1] == SLOWEST_MS
    assert all(2 * backoff_ms(tries, lambda bits: 0) == longest[tries - 1] for tries in range(1, 14))


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/x", "https://user:pass@shop.example/", "https://shop.example/#x", "ftp://shop.example", "shop.example",
        "https://127.0.0.1/", "https://localhost/", "https://hub/", "https://printer.local/", "https://[::1]/", "https://[fe80::1]/",
        "https://169.254.169.254/latest", "https://2130706433/", "https://0x7f.1/", "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/", "https://shop.example:0/", "https://shop.example:99999/", "https://shop.example/a b",
        "https://shop.example/\r\nX: y", "https://sh\u00f6p.example/", "https://" + "a" * 1_000, "https://224.0.0.1/", "https://0.0.0.0/",
    ],
)  # fmt: skip
def test_an_address_that_is_none_or_inside_is_refused(url: str) -> None:
    with pytest.raises(HubProblem) as refused:
        check(url, inside=False)
    assert refused.value.code == "shop.url"


@pytest.mark.parametrize("url", ["https://shop.example/hooks?a=b", "https://shop.example:8443/", "https://192.0.2.1.example/"])
def test_a_public_address_is_taken(url: str) -> None:
    check(url, inside=False)


def test_inside_is_allowed_where_the_settings_say_so() -> None:
    check("http://127.0.0.1:8000/hooks", inside=True)


def test_a_public_name_that_means_something_inside_leads_nowhere() -> None:
    for address in ("127.0.0.1", "::1", "fe80::1%eth0", "::ffff:127.0.0.1", "169.254.1.1"):
        assert is_inside(address)
        answer = post("https://shop.example/", b"", {}, False, lambda host, port, address=address: ["93.184.216.34", address])  # type: ignore[misc]
        assert answer.is_away and "inside" in answer.words


@pytest.fixture
def target() -> Iterator[tuple[str, list[tuple[str, dict[str, str], bytes]]]]:
    """A real target that takes everything, and a redirect at /away."""
    heard: list[tuple[str, dict[str, str], bytes]] = []

    class Target(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.append((self.path, dict(self.headers), body))
            self.send_response(302 if self.path == "/away" else 200)
            if self.path == "/away":
                self.send_header("Location", "/hooks")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Target)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", heard
    server.shutdown()
    thread.join(WAIT_S)
    server.server_close()


def test_a_message_goes_over_a_real_line_and_nothing_is_followed(target: tuple[str, list[Any]]) -> None:
    url, heard = target
    assert post(f"{url}/hooks?a=b", b"{}", {"webhook-id": "x"}, True).status == 200
    assert post(f"{url}/away", b"{}", {}, True).status == 302
    assert [path for path, _, _ in heard] == ["/hooks?a=b", "/away"]
    assert heard[0][1]["webhook-id"] == "x" and heard[0][2] == b"{}"
    assert post(url, b"{}", {}, False).is_away and len(heard) == 2
    gone = post("http://shop.example/", b"", {}, True, lambda host, port: _no_such_name())
    assert gone.is_away and "shop.example" in gone.words


def _no_such_name() -> list[str]:
    raise OSError(-2, "Name or service not known")


def test_a_running_hub_tells_by_itself(shops: RunningHub, web: WebShop, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = web.send("POST", "webhooks", {"url": "https://127.0.0.1/"})
    assert inside.json()["code"] == "shop.url"
    made = web.done("POST", "webhooks", {"url": "https://shop.example/", "kinds": ["content.changed"]})
    assert made["secret"].startswith("whsec_")
    heard, said = threading.Event(), []

    def resolve(host: str, port: int) -> list[str]:
        said.append((host, port))
        heard.set()
        return ["127.0.0.1"]

    monkeypatch.setattr(targets.post, "__defaults__", (resolve,))
    web.done("PUT", "content", {"subject": "page/hook", "language": "nl", "title": "", "body": "x"})
    assert heard.wait(WAIT_S) and said[0] == ("shop.example", 443)
    (one,) = [one for one in web.read("webhooks")["webhooks"] if one["id"] == made["id"]]
    assert one["secret"] == "" and one["state"] == ACTIVE
    renewed = web.done("POST", f"webhooks/{made['id']}/secret")
    assert renewed["secret"] not in ("", made["secret"])
    assert web.done("POST", f"webhooks/{made['id']}/resume")["state"] == ACTIVE
    web.done("DELETE", f"webhooks/{made['id']}")
