"""A small web shop: pages made on the server, no script, no database. All that it keeps is a cookie with a basket's name."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, unquote
from wsgiref.types import StartResponse, WSGIEnvironment

from sync.webshop import pages
from sync.webshop.hubline import HubAwayError, HubLine, HubRefusedError

STYLE = Path(__file__).with_name("shop.css")
COOKIE, BODY_MAX, SHOWN = "basket", 20_000, 24
YEAR_S = 31_536_000
AWAY = "De winkel is even niet bereikbaar. Uw winkelwagen blijft bewaard: probeer het zo nog eens."
_PERSON = ("name", "email", "phone", "postcode", "house", "street", "city")
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"


@dataclass
class Reply:
    """What a page answers; `keep_s` is how long a browser may show it again without asking."""

    body: bytes
    status: HTTPStatus = HTTPStatus.OK
    kind: str = "text/html; charset=utf-8"
    location: str = ""
    basket: str = ""
    keep_s: int = 0


@dataclass
class Visit:
    """One request: its path, what came with it, and the basket of whoever asks."""

    method: str
    path: str
    query: dict[str, str]
    form: dict[str, str]
    basket: str


Page = Callable[..., Reply]


class Shop:
    """The application (WSGI). `secret` marks forms and orders, so that only who was shown one can send or see it."""

    def __init__(self, hub: HubLine, secret: bytes) -> None:
        self._hub, self._secret = hub, secret
        self._routes: list[tuple[str, re.Pattern[str], Page]] = [
            ("GET", re.compile("/"), self.home),
            ("GET", re.compile(r"/product/(.+)"), self.product),
            ("GET", re.compile(r"/picture/([0-9a-f]{64})"), self.picture),
            ("GET", re.compile(r"/shop\.css"), self.style),
            ("GET", re.compile("/basket"), self.basket),
            ("POST", re.compile("/basket"), self.add),
            ("POST", re.compile(r"/basket/(\d{1,6})"), self.change),
            ("GET", re.compile("/checkout"), self.checkout),
            ("POST", re.compile("/checkout"), self.place),
            ("GET", re.compile(r"/order/([\w-]+)/([0-9a-f]{32})/"), self.order),
            ("POST", re.compile(r"/order/([\w-]+)/([0-9a-f]{32})/cancel"), self.cancel),
            ("POST", re.compile(r"/order/([\w-]+)/([0-9a-f]{32})/pay"), self.pay),
            ("POST", re.compile(r"/order/([\w-]+)/([0-9a-f]{32})/withdraw"), self.withdraw),
            ("GET", re.compile(r"/order/([\w-]+)/([0-9a-f]{32})/label/(RT-[0-9A-Z]{10})"), self.label),
        ]

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """One request."""
        reply = self._answer(_visit(environ))
        headers = [
            ("Content-Type", reply.kind), ("Content-Length", str(len(reply.body))), ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", _POLICY), ("Referrer-Policy", "no-referrer"),
        ]  # fmt: skip
        headers += [("Location", reply.location)] if reply.location else []
        headers.append(("Cache-Control", f"public, max-age={reply.keep_s}" if reply.keep_s else "no-cache, private"))
        if reply.basket:
            headers.append(("Set-Cookie", f"{COOKIE}={reply.basket}; Path=/; Max-Age=2592000; HttpOnly; SameSite=Lax"))
        start(f"{reply.status.value} {reply.status.phrase}", headers)
        return [reply.body]

    def _answer(self, visit: Visit) -> Reply:
        for method, pattern, show in self._routes:
            match = pattern.fullmatch(visit.path)
            if match is None or method != visit.method:
                continue
            if method == "POST" and not self._is_ours(visit):
                return _html("Verlopen", "<p>Deze pagina is verlopen. Ga terug en probeer het opnieuw.</p>", HTTPStatus.FORBIDDEN)
            try:
                return show(visit, *match.groups())
            except HubAwayError:
                return _html("Even geduld", f"<p>{AWAY}</p>", HTTPStatus.SERVICE_UNAVAILABLE)
            except HubRefusedError as refused:
                if refused.status == HTTPStatus.NOT_FOUND:
                    break
                words = pages.REFUSALS.get(refused.code, pages.OTHERWISE)
                return _html("Dat lukte niet", f"<p>{words}</p>", HTTPStatus.CONFLICT)
        return _html("Niet gevonden", '<p>Deze pagina is er niet. <a href="/">Naar de winkel</a></p>', HTTPStatus.NOT_FOUND)

    # pages

    def home(self, visit: Visit) -> Reply:
        """Products."""
        query = {name: visit.query[name] for name in ("cursor", "category") if visit.query.get(name)}
        found = self._hub.get("products", include="prices", limit=SHOWN, **query)
        categories = self._hub.get("categories")["categories"]
        title = visit.query.get("category") or "Alle artikelen"
        return self._shown(visit, title, pages.listing(found, categories))

    def product(self, visit: Visit, id: str) -> Reply:
        """One product, with the stores that have it."""
        told = self._hub.get(f"products/{quote(id, safe='')}", include="prices")
        if told["gone"]:
            gone = '<p>Dit artikel verkopen we niet meer. <a href="/">Naar de winkel</a></p>'
            return self._shown(visit, "Niet meer te koop", gone)
        names = self._stores()
        articles = ",".join(one["article"] for one in told["variants"])
        free = {
            one["article"]: [(names.get(place["store"], place["store"]), place["free_milli"]) for place in one["places"]]
            for one in self._hub.get("availability", articles=articles)["articles"]
        }
        texts = [one["body"] for one in self._hub.get("content", subjects=f"product/{id}", language="nl")["contents"]]
        return self._shown(visit, pages.name_of(told["names"]), pages.product(told, free, texts, self._mark(visit.basket)))

    def picture(self, visit: Visit, sha256: str) -> Reply:
        """A picture of the hub's: it is never another under its name."""
        data = self._hub.picture(sha256)
        return Reply(data, kind="image/webp", keep_s=YEAR_S) if data is not None else Reply(b"", HTTPStatus.NOT_FOUND)

    def style(self, visit: Visit) -> Reply:
        """The style sheet."""
        return Reply(STYLE.read_bytes(), kind="text/css; charset=utf-8")

    def basket(self, visit: Visit, note: str = "") -> Reply:
        """What is in the basket, and what it costs now."""
        told = self._basket(visit)
        body = pages.basket(told, self._mark(visit.basket)) if told else pages.basket({"priced": {"lines": []}}, "")
        return self._shown(visit, "Winkelwagen", body, note)

    def add(self, visit: Visit) -> Reply:
        """Put an article into the basket; the first one makes it."""
        line = {"article": visit.form.get("article", ""), "quantity_milli": 1_000 * _pieces(visit.form)}
        id = visit.basket
        if self._basket(visit) is None:
            id = self._hub.ask("POST", "baskets", {"lines": [line]})["id"]
        else:
            self._hub.ask("POST", f"baskets/{id}/lines", line)
        return Reply(b"", HTTPStatus.SEE_OTHER, location="/basket", basket=id)

    def change(self, visit: Visit, line: str) -> Reply:
        """Change how much of a line is wanted."""
        self._hub.ask("PATCH", f"baskets/{visit.basket}/lines/{line}", {"quantity_milli": 1_000 * _pieces(visit.form)})
        return Reply(b"", HTTPStatus.SEE_OTHER, location="/basket")

    def checkout(self, visit: Visit, note: str = "") -> Reply:
        """How it comes and whom it is for; the order's number is made here, so that sent twice it is one order."""
        told = self._basket(visit)
        if not told or not told["priced"]["lines"]:
            return Reply(b"", HTTPStatus.SEE_OTHER, location="/basket")
        number = visit.form.get("number") or f"W{secrets.token_hex(5).upper()}"
        total = told["priced"]["goods_minor"] + told["priced"]["deposit_minor"]
        delivery = self._delivery(told["priced"]["goods_minor"])
        fields = pages.hidden(self._mark(visit.basket), number=number, goods=str(total), delivery=str(delivery))
        body = pages.checkout(total, delivery, self._hub.get("stores")["stores"], visit.form, fields)
        return self._shown(visit, "Bestellen", body, note)

    def place(self, visit: Visit) -> Reply:
        """Place the order for what the customer was shown; where it costs something else now, show it again."""
        form, number = visit.form, visit.form.get("number", "")
        is_shipped = form.get("way") == "ship"
        total = _whole(form.get("goods", "")) + (_whole(form.get("delivery", "")) if is_shipped else 0)
        person = {name: form.get(name, "") for name in (_PERSON if is_shipped else _PERSON[:3])}
        wish: dict[str, Any] = {
            "reference": number, "basket": visit.basket, "total_minor": total, "person": person,
            "ways": [{"kind": "ship"} if is_shipped else {"kind": "collect", "store": form.get("store", "")}],
            "pay": "ahead" if is_shipped else "collection",
            "payments": [{"kind": "pay_link", "amount_minor": total, "reference": number}] if is_shipped else [],
        }  # fmt: skip
        try:
            self._hub.ask("POST", "orders", wish)
        except HubRefusedError as refused:
            visit.form.pop("number", None)
            return self.checkout(visit, pages.REFUSALS.get(refused.code, pages.OTHERWISE))
        return Reply(b"", HTTPStatus.SEE_OTHER, location=f"/order/{number}/{self._mark(f'order {number}')}/", basket="-")

    def order(self, visit: Visit, number: str, mark: str, note: str = "") -> Reply:
        """An order, for whoever has its address."""
        told = self._ordered(number, mark)
        return self._shown(visit, f"Bestelling {number}", pages.order(told, self._stores(), self._mark(visit.basket)), note)

    def cancel(self, visit: Visit, number: str, mark: str) -> Reply:
        """Cancel all that can be."""
        self._hub.ask("POST", f"orders/{self._ordered(number, mark)['id']}/cancel", {})
        return Reply(b"", HTTPStatus.SEE_OTHER, location=f"/order/{number}/{mark}/")

    def pay(self, visit: Visit, number: str, mark: str) -> Reply:
        """Pay what the page showed. It is paid at once here; what the order needs no more goes back, and the customer reads it."""
        order, amount, paid = self._ordered(number, mark), _whole(visit.form.get("amount", "")), _whole(visit.form.get("paid", ""))
        wish = {"kind": "pay_link", "amount_minor": amount, "reference": f"{number}-{paid}-{amount}"}
        back = 0
        try:
            back = self._hub.ask("POST", f"orders/{order['id']}/payments", wish)["back_minor"]
        except HubRefusedError as refused:
            if refused.code != "shop.not_owed":
                raise
            back = refused.values["back"]
        if back:
            return self.order(visit, number, mark, f"Er was minder te betalen. U krijgt {pages.money(back)} terug.")
        return Reply(b"", HTTPStatus.SEE_OTHER, location=f"/order/{number}/{mark}/")

    def withdraw(self, visit: Visit, number: str, mark: str) -> Reply:
        """Withdraw from the contract: no reason is needed, and it is confirmed at once."""
        order = self._ordered(number, mark)
        lines = [
            {"line": one["line"]}
            for one in order["lines"]
            if {"handed_over", "shipped", "delivered"} & one["states"].keys()
        ]  # fmt: skip
        wish = {"lines": lines, "ground": "withdrawal", "words": visit.form.get("words", "")[:400]}
        told = self._hub.ask("POST", f"orders/{order['id']}/returns", wish, **{"Idempotency-Key": f"withdraw {number}"})
        said = "Uw herroeping is ontvangen. Breng of stuur de artikelen binnen 14 dagen terug; daarna krijgt u uw geld terug."
        body = pages.order(self._ordered(number, mark), self._stores(), self._mark(visit.basket))
        label = pages.label(told["number"], f"/order/{number}/{mark}/label/{told['number']}")
        return self._shown(visit, f"Bestelling {number}", label + body, said)

    def label(self, visit: Visit, number: str, mark: str, name: str) -> Reply:
        """The label of a return of this order, to print or to show at a till."""
        if self._hub.get(f"returns/{name}")["order"] != self._ordered(number, mark)["id"]:
            raise HubRefusedError(404, "shop.none", {})
        return Reply(self._hub.label(name), kind="image/svg+xml")

    # what pages share

    def _basket(self, visit: Visit) -> Any:
        """The visitor's basket, None where there is none any more."""
        if not visit.basket:
            return None
        try:
            told = self._hub.get(f"baskets/{quote(visit.basket, safe='')}")
        except HubRefusedError as refused:
            if refused.status == HTTPStatus.NOT_FOUND:
                return None
            raise
        return told if not told["order"] else None

    def _ordered(self, number: str, mark: str) -> Any:
        if not hmac.compare_digest(mark, self._mark(f"order {number}")):
            raise HubRefusedError(404, "shop.none", {})
        return self._hub.get("orders", reference=number)

    def _stores(self) -> dict[str, str]:
        return {one["id"]: one["name"] for one in self._hub.get("stores")["stores"]}

    def _delivery(self, goods_minor: int) -> int:
        told = self._hub.get("delivery")
        is_free = told["free_from_minor"] and goods_minor >= told["free_from_minor"]
        return 0 if is_free else int(told["cost_minor"])

    def _shown(self, visit: Visit, title: str, body: str, note: str = "") -> Reply:
        told = self._basket(visit)
        pieces = sum(one["quantity_milli"] // 1_000 for one in told["content"]["lines"]) if told else 0
        return Reply(pages.page(title, body, pieces, note).encode())

    def _mark(self, of: str) -> str:
        return hmac.new(self._secret, of.encode(), hashlib.sha256).hexdigest()[:32]

    def _is_ours(self, visit: Visit) -> bool:
        return hmac.compare_digest(visit.form.get("mark", ""), self._mark(visit.basket))


def _visit(environ: WSGIEnvironment) -> Visit:
    path = unquote(environ.get("PATH_INFO", "/").encode("latin-1").decode("utf-8", "replace"))
    length = environ.get("CONTENT_LENGTH") or "0"
    sent = environ["wsgi.input"].read(min(int(length), BODY_MAX)) if length.isdigit() else b""
    form = dict(parse_qsl(sent.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50))
    try:
        cookies = SimpleCookie(environ.get("HTTP_COOKIE", ""))
    except CookieError:
        cookies = SimpleCookie()
    basket = cookies[COOKIE].value if COOKIE in cookies else ""
    query = dict(parse_qsl(environ.get("QUERY_STRING", "")))
    return Visit(environ["REQUEST_METHOD"], path, query, form, basket if re.fullmatch(r"[0-9a-f-]{36}", basket) else "")


def _html(title: str, body: str, status: HTTPStatus) -> Reply:
    return Reply(pages.page(title, body).encode(), status)


def _pieces(form: dict[str, str]) -> int:
    return min(_whole(form.get("pieces", "1")), 99)


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
