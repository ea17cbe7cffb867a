"""Who may see the office pages: a session behind a cookie, a token in each form, and a right for each page."""

import hmac
from dataclasses import dataclass, replace
from urllib.parse import parse_qs

from litestar.datastructures import Cookie
from litestar.di import NamedDependency

from kiosk.text import LANGUAGES
from sync.hub import nul, users
from sync.hub.api.access import HubRequest, body_of
from sync.hub.core import Hub
from sync.hub.problems import HubProblem
from sync.hub.roles import Right
from sync.hub.users import OfficeSession

COOKIE = "toonbank_office"
FORM_BYTES_MAX = 128 * 1024
FIELDS_MAX = 48
_MINUTE_MS = 60_000


class NotSignedIn(Exception):
    """Nobody is signed in here; the way out is the sign-in page."""


@dataclass(frozen=True, slots=True)
class Door:
    """Knows who was let in (`entering`), and what they may do."""

    hub: Hub

    async def session(self, request: HubRequest, right: Right | None = None) -> OfficeSession:
        """Who asks. Raises NotSignedIn, and HubProblem for somebody who has not the right."""
        token, now_ms = request.cookies.get(COOKIE, ""), self.hub.world.now_ms()
        found = await self.hub.storage.run(
            lambda connection: users.session_of(connection, token, now_ms, self.idle_ms) if token else None
        )
        if found is None:
            raise NotSignedIn
        if right is not None and not found.may(right):
            raise HubProblem("office.right")
        return found

    async def posted(self, request: HubRequest, right: Right | None = None) -> tuple[OfficeSession, dict[str, str]]:
        """Who sends a form, and what is in it. Raises NotSignedIn, also for a form that these pages did not make."""
        session, form = await self.session(request, right), await form_of(request)
        if not hmac.compare_digest(form.get("csrf", "").encode(), session.csrf.encode()):
            raise NotSignedIn
        return session, form

    async def sign_out(self, request: HubRequest) -> None:
        """End the session."""
        await self.posted(request)
        token = request.cookies.get(COOKIE, "")
        await self.hub.storage.run(lambda connection: users.close_session(connection, token))

    async def named(self, name: str, session: OfficeSession) -> OfficeSession:
        """A session that was opened just now, with the role of its user."""
        found = await self.hub.storage.run(lambda connection: users.find(connection, name))
        return replace(session, role=found.role, stores=found.stores)

    async def speak(self, request: HubRequest) -> OfficeSession:
        """Change the language of the pages."""
        session, form = await self.posted(request)
        language, token = form.get("language", ""), request.cookies.get(COOKIE, "")
        if language in LANGUAGES:
            await self.hub.storage.run(lambda connection: users.speak(connection, token, language))
        return session

    @property
    def idle_ms(self) -> int:
        """How long a session may stand idle."""
        return self.hub.settings.office_idle_minutes * _MINUTE_MS


AskedDoor = NamedDependency[Door]


def cookie(request: HubRequest, name: str, value: str, age_s: int | None = None) -> Cookie:
    """A cookie for these pages only, out of reach of scripts and of other sites; without an age it goes with the browser."""
    secure = request.url.scheme == "https"
    return Cookie(key=name, value=value, path="/office", httponly=True, samesite="strict", secure=secure, max_age=age_s)


def require_store(session: OfficeSession, store: str) -> None:
    """Raise HubProblem for a store that is not among somebody's own."""
    if not session.sees(store):
        raise HubProblem("office.right")


async def form_of(request: HubRequest) -> dict[str, str]:
    """The fields of a form; of a field that comes twice, the first. Raises HubProblem for what is no form."""
    body = await body_of(request)
    try:
        if len(body) > FORM_BYTES_MAX:
            raise ValueError("too long")
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError as error:
        raise HubProblem("request.body", kind="form") from error
    found = {name: values[0] for name, values in fields.items()}
    nul.refuse(*found, *found.values())
    return found


def language_of(request: HubRequest) -> str:
    """The language that a browser asks for first, of those there are."""
    asked = request.headers.get("Accept-Language", "")
    wished = [part.partition(";")[0].strip()[:2].lower() for part in asked.split(",")]
    return next((language for language in wished if language in LANGUAGES), LANGUAGES[0])
