"""Every address of the office pages, and what happens where somebody may not or may not any more."""

from typing import Any

from litestar import Request, Response, Router
from litestar.di import Provide
from litestar.response import Redirect

from kiosk.text import Words
from sync.hub.office import order_pages, pages, sign_in, task_pages
from sync.hub.office.access import NotSignedIn, language_of
from sync.hub.office.rendering import page
from sync.hub.problems import HubProblem


def make_office(door: Provide, entrance: Provide) -> Router:
    """The pages of the hub behind a door. Nobody sees any of them without signing in."""
    return Router(
        "/office",
        route_handlers=[*sign_in.HANDLERS, *pages.HANDLERS, *order_pages.HANDLERS, *task_pages.HANDLERS],
        dependencies={"door": door, "entrance": entrance},
        exception_handlers={NotSignedIn: _away, HubProblem: _refused},
        include_in_schema=False,
    )


def _away(request: Request[Any, Any, Any], _: NotSignedIn) -> Response[Any]:
    return Redirect("/office/login", status_code=303)


def _refused(request: Request[Any, Any, Any], problem: HubProblem) -> Response[bytes]:
    words = Words(language_of(request))
    title = words("That did not work")
    return page("problem.html", words, None, title=title, detail=problem.detail, code=problem.code, status=problem.status)
