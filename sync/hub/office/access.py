"""Who may see the office pages: a session behind a cookie, a token in each form, and a wait after wrong passwords."""

import asyncio
import hmac
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from litestar.datastructures import Cookie

from kiosk.text import LANGUAGES
from sync.hub import nul, users
from sync.hub.api.access import HubRequest, body_of
from sync.hub.core import Hub
from sync.hub.guard import Guard
from sync.hub.problems import HubProblem
from sync.hub.users import OfficeSession

COOKIE = "toonbank_office"
FORM_BYTES_MAX = 128 * 1024
FIELDS_MAX = 48
NAME_MAX = 60
_MINUTE_MS = 60_000


class NotSignedIn(Exception):
    """Nobody is signed in here; the way out is the sign-in page."""


class Wrong(Exception):
    """A name and a password that do not belong together, or too many of them: `wait_s` says for how long."""

    def __init__(self, wait_s: int = 0) -> None:
        self.wait_s = wait_s
        super().__init__(f"wait {wait_s} s")


@dataclass(frozen=True, slots=True)
class Door:
    """Lets people in. Wrong passwords are counted by address, in this process; nobody gets more than a few in ten minutes."""

    hub: Hub
    guard: Guard = field(default_factory=lambda: Guard(10))

    async def session(self, request: HubRequest) -> OfficeSession:
        """Who asks. Raises NotSignedIn."""
        token, now_ms = request.cookies.get(COOKIE, ""), self.hub.world.now_ms()
        found = await self.hub.storage.run(
            lambda connection: users.session_of(connection, token, now_ms, self.idle_ms) if token else None
        )
        if found is None:
            raise NotSignedIn
        return found

    async def posted(self, request: HubRequest) -> tuple[OfficeSession, dict[str, str]]:
        """Who sends a form, and what is in it. Raises NotSignedIn, also for a form that these pages did not make."""
        session, form = await self.session(request), await form_of(request)
        if not hmac.compare_digest(form.get("csrf", "").encode(), session.csrf.encode()):
            raise NotSignedIn
        return session, form

    async def sign_in(self, request: HubRequest) -> Cookie:
        """Open a session for a name and password in a form; gives its cookie. Raises Wrong."""
        form, now_ms = await form_of(request), self.hub.world.now_ms()
        address = request.client.host if request.client else ""
        name = form.get("name", "")[:NAME_MAX]
        try:
            self.guard.admit(address, now_ms)
        except HubProblem as problem:
            raise Wrong(int(problem.values["seconds"])) from problem
        kept, tenant = await self.hub.storage.run(lambda connection: users.hash_of(connection, name))
        if not await asyncio.to_thread(users.fits, form.get("password", "")[:200], kept, self.hub.settings):
            self.guard.wrong(address, now_ms)
            raise Wrong
        chance = self.hub.world.chance
        token = users.new_token(chance)
        session = OfficeSession(name, tenant, users.new_token(chance), language_of(request))
        await self.hub.storage.run(lambda connection: users.open_session(connection, session, token, now_ms, self.idle_ms))
        return self.cookie(request, token)

    def cookie(self, request: HubRequest, token: str) -> Cookie:
        """The cookie of a session: for these pages only, out of reach of scripts and of other sites."""
        secure = request.url.scheme == "https"
        return Cookie(key=COOKIE, value=token, path="/office", httponly=True, samesite="strict", secure=secure)

    async def sign_out(self, request: HubRequest) -> None:
        """End the session."""
        await self.posted(request)
        token = request.cookies.get(COOKIE, "")
        await self.hub.storage.run(lambda connection: users.close_session(connection, token))

    async def speak(self, request: HubRequest) -> None:
        """Change the language of the pages."""
        _, form = await self.posted(request)
        language, token = form.get("language", ""), request.cookies.get(COOKIE, "")
        if language in LANGUAGES:
            await self.hub.storage.run(lambda connection: users.speak(connection, token, language))

    @property
    def idle_ms(self) -> int:
        """How long a session may stand idle."""
        return self.hub.settings.office_idle_minutes * _MINUTE_MS


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
