"""Every address of the office pages, and what happens where somebody may not or may not any more."""

from typing import Any

from litestar import Request, Response, Router
from litestar.di import Provide
from litestar.response import Redirect

from kiosk.text import Words
from sync.hub.office import (
    customer_pages,
    journal_pages,
    order_pages,
    pages,
    service_pages,
    sign_in,
    stock_pages,
    stop_pages,
    task_pages,
    terminal_pages,
)
from sync.hub.office.access import NotSignedIn, language_of
from sync.hub.office.rendering import page
from sync.hub.problems import HubProblem


def make_office(door: Provide, entrance: Provide) -> Router:
    """The pages of the hub behind a door. Nobody sees any of them without signing in."""
    return Router(
        "/office",
        route_handlers=[
            *sign_in.HANDLERS, *pages.HANDLERS, *terminal_pages.HANDLERS, *order_pages.HANDLERS, *task_pages.HANDLERS,
            *stock_pages.HANDLERS, *stop_pages.HANDLERS, *journal_pages.HANDLERS,
            *service_pages.HANDLERS, *customer_pages.HANDLERS,
        ],
        dependencies={"door": door, "entrance": entrance},
        exception_handlers={NotSignedIn: _away, HubProblem: _refused},
        include_in_schema=False,
    )  # fmt: skip


def _away(request: Request[Any, Any, Any], _: NotSignedIn) -> Response[Any]:
    return Redirect("/office/login", status_code=303)


def _refused(request: Request[Any, Any, Any], problem: HubProblem) -> Response[bytes]:
    words = Words(language_of(request))
    title = words("That did not work")
    texts = {
        "office.right": words("Your role has not this right. Ask whoever runs the hub."),
        "office.terminal": words("There is no such terminal: it was replaced, or never stood here."),
        "order.unknown": words("There is no such order, or it is not of your stores."),
        "article.unknown": words("There is no such article."),
        "service.unknown": words("There is no such service request, or it is not of your stores."),
    }
    detail = texts.get(problem.code, problem.detail)
    return page("problem.html", words, None, title=title, detail=detail, code=problem.code, status=problem.status)
