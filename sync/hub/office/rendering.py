"""How an office page becomes HTML: templates, headers, and what every page has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import Response
from litestar.datastructures import Cookie

from kiosk.text import LANGUAGES, Words
from sync.hub.api.access import HubRequest
from sync.hub.roles import Right
from sync.hub.users import OfficeSession

HERE = Path(__file__).parent
FIND_MAX = 80
_NAMES = {"nl": "Nederlands", "en": "English"}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_templates = Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined)


@dataclass(frozen=True, slots=True)
class Told:
    """What a page says of what was just done, and what was typed when it was refused."""

    text: str = ""
    bad: bool = False
    form: Mapping[str, str] | None = None


NOTHING = Told()


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of the menu."""

    name: str
    link: str
    title: str
    chosen: bool
    count: int = 0


def page(
    template: str,
    words: Words,
    session: OfficeSession | None,
    *,
    title: str,
    told: Told = NOTHING,
    status: int = 200,
    cookies: Sequence[Cookie] = (),
    **values: Any,
) -> Response[bytes]:
    """A finished page. `page` names it in the menu, `waiting_count` counts held work there."""
    values = {"page": "", "waiting_count": 0, "hidden": [], "csrf": session.csrf if session else "", **values}
    tabs = _tabs(session, words, values["page"], values["waiting_count"]) if session is not None else []
    html = _templates.get_template(template).render(
        say=words, language=words.language, languages=[(code, _NAMES[code]) for code in LANGUAGES], session=session, title=title,
        message=told.text, message_bad=told.bad, tabs=tabs, **values,
    )  # fmt: skip
    kind = "text/html; charset=utf-8"
    return Response(html.encode(), media_type=kind, status_code=status, headers=_HEADERS, cookies=list(cookies))


def _tabs(session: OfficeSession, words: Words, chosen: str, held: int) -> list[Tab]:
    """The pages that somebody may see."""
    there = [
        (Right.TASKS, "tasks", words("Tasks")), (Right.ORDERS, "orders", words("Orders")),
        (Right.SERVICE, "service", words("Service")), (Right.PEOPLE, "customers", words("Customers")),
        (Right.STOCK, "stock", words("Stock")), (Right.TERMINALS, "terminals", words("Terminals")),
        (Right.HELD, "queue", words("Held work")),
        (Right.PRICES, "prices", words("Prices")), (Right.JOURNAL, "journal", words("Audit log")),
    ]  # fmt: skip
    return [
        Tab(name, "/office" if name == "terminals" else f"/office/{name}", title, name == chosen, held if name == "queue" else 0)
        for right, name, title in there
        if session.may(right)
    ]


def home_of(session: OfficeSession) -> str:
    """Where somebody begins: with what waits for them."""
    return "/office/tasks" if session.may(Right.TASKS) else "/office"


def asked(request: HubRequest, *names: str) -> dict[str, str]:
    """What an address asks for, by name; empty where it does not."""
    return {name: request.query_params.get(name, "")[:FIND_MAX] for name in names}
