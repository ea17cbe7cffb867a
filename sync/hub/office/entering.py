"""Signing in to the office pages: a name with a password, then a code; and a wait for whoever guesses.

Wrong tries are counted by address and by name, in this process. A browser that somebody signed in with before shows it by a cookie
and is counted by itself: so nobody can shut a person out of their own browser by guessing at their name from elsewhere.
"""

import asyncio
import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field

from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from sqlalchemy import Connection

from kiosk.domain.codec import digest
from sync.hub import factors, staff, totp, users
from sync.hub.api.access import HubRequest
from sync.hub.core import Hub
from sync.hub.factors import BY_RECOVERY, Half
from sync.hub.guard import Guard
from sync.hub.office.access import COOKIE, NotSignedIn, cookie, form_of, language_of
from sync.hub.problems import HubProblem
from sync.hub.users import OfficeSession

FORM, HALF, KNOWN = "toonbank_office_form", "toonbank_office_half", "toonbank_office_known"
KNOWN_S = 180 * 86_400
TRIES_MAX = 10
CODES_MAX = 5
NAME_MAX = 60
SALT_BITS = 128


class Wrong(Exception):
    """Something was wrong with what was typed, or there were too many tries: `wait_s` says for how long to wait.

    `code` says what: `password`, `code`, or `form` for one that these pages did not make or made too long ago.
    """

    def __init__(self, code: str, wait_s: int = 0) -> None:
        self.code = code
        self.wait_s = wait_s
        super().__init__(code)


@dataclass(frozen=True, slots=True)
class Let:
    """Somebody was let in: the cookies to keep, and recovery codes to show once, if a factor was set up just now."""

    session: OfficeSession
    cookies: list[Cookie]
    codes: tuple[str, ...] = ()
    codes_left: int = totp.RECOVERY_CODES


@dataclass(frozen=True, slots=True)
class Entrance:
    """The way in to the pages of a hub."""

    hub: Hub
    strangers: Guard = field(default_factory=lambda: Guard(TRIES_MAX))
    names: Guard = field(default_factory=lambda: Guard(TRIES_MAX))
    known: Guard = field(default_factory=lambda: Guard(TRIES_MAX))
    codes: Guard = field(default_factory=lambda: Guard(CODES_MAX))

    def form_token(self, request: HubRequest) -> str:
        """What the first form has to bring back: the browser has it as a cookie too, and other sites cannot set that."""
        there = request.cookies.get(FORM, "")
        return there if len(there) == users.TOKEN_BITS // 4 else users.new_token(self.hub.world.chance)

    async def password(self, request: HubRequest) -> list[Cookie]:
        """The first step: the cookie under which a code is awaited. Raises Wrong."""
        form, now_ms = await form_of(request), self.hub.world.now_ms()
        mine = request.cookies.get(FORM, "")
        if not mine or not hmac.compare_digest(form.get("csrf", "").encode(), mine.encode()):
            raise Wrong("form")
        name = form.get("name", "")[:NAME_MAX]
        tries = self._tries(request, name)
        _admit("password", tries, now_ms)
        kept, _ = await self.hub.storage.run(lambda connection: users.hash_of(connection, name))
        if not await asyncio.to_thread(users.fits, form.get("password", "")[:200], kept, self.hub.settings):
            _count(tries, now_ms)
            raise Wrong("password")
        chance = self.hub.world.chance
        token, csrf, salt = users.new_token(chance), users.new_token(chance), f"{chance(SALT_BITS):x}"
        language = language_of(request)

        def wait(connection: Connection) -> None:
            factors.begin(connection, name, salt, now_ms)
            factors.open_half(connection, name, csrf, language, token, now_ms)

        await self.hub.storage.run(wait)
        return [cookie(request, HALF, token, factors.HALF_MS // 1000), cookie(request, FORM, "", 0)]

    async def half(self, request: HubRequest) -> Half:
        """Whose code is awaited. Raises NotSignedIn."""
        token, now_ms = request.cookies.get(HALF, ""), self.hub.world.now_ms()
        found = await self.hub.storage.run(lambda connection: factors.half_of(connection, token, now_ms) if token else None)
        if found is None:
            raise NotSignedIn
        return found

    def secret(self, name: str, salt: str) -> bytes:
        """Somebody's secret, for the page on which it is set up."""
        return totp.secret_of(self.hub.key.sign, name, salt)

    async def code(self, request: HubRequest, idle_ms: int) -> Let:
        """The second step: a session. Raises Wrong for a wrong code, and NotSignedIn where none is awaited."""
        half, form, now_ms = await self.half(request), await form_of(request), self.hub.world.now_ms()
        if not hmac.compare_digest(form.get("csrf", "").encode(), half.csrf.encode()):
            raise NotSignedIn
        browser = self._browser(request, half.name)
        tries = [(self.codes, browser or half.name)]
        _admit("code", tries, now_ms)
        chance = self.hub.world.chance
        token, codes = users.new_token(chance), () if half.proven else totp.recovery_codes(chance)
        old = request.cookies.get(HALF, "")
        session = OfficeSession(half.name, half.tenant, users.new_token(chance), half.language)

        def enter(connection: Connection) -> tuple[str, int]:
            by = factors.passes(connection, half.name, form.get("code", "")[:40], now_ms, lambda salt: self.secret(half.name, salt))
            if by:
                factors.close_half(connection, old)
                users.open_session(connection, session, token, now_ms, idle_ms)
            if by and codes:
                factors.prove(connection, half.name, codes, now_ms)
            told = ("second_factor" if codes else f"in_by_{by}") if by else "wrong_code"
            staff.note(connection, half.tenant, session.who, f"office.{told}", {}, now_ms, self.hub.world.new_id)
            return by, factors.codes_left(connection, half.name)

        by, left = await self.hub.storage.run(enter)
        if not by:
            _count(tries, now_ms)
            raise Wrong("code")
        known = browser or f"{half.name}.{users.new_token(chance)}"
        cookies = [
            cookie(request, COOKIE, token), cookie(request, HALF, "", 0),
            cookie(request, KNOWN, f"{known}.{self._mark(known)}", KNOWN_S),
        ]  # fmt: skip
        return Let(session, cookies, codes, left if by == BY_RECOVERY else totp.RECOVERY_CODES)

    def _tries(self, request: HubRequest, name: str) -> list[tuple[Guard, str]]:
        browser = self._browser(request, name)
        if browser:
            return [(self.known, browser)]
        address = request.client.host if request.client else ""
        return [(self.strangers, address), (self.names, name)]

    def _browser(self, request: HubRequest, name: str) -> str:
        """The mark of a browser that this name was signed in with before; empty for any other."""
        known, _, mark = request.cookies.get(KNOWN, "").rpartition(".")
        mine = known.rpartition(".")[0] == name and hmac.compare_digest(mark.encode(), self._mark(known).encode())
        return known if mine else ""

    def _mark(self, known: str) -> str:
        key = digest(self.hub.key.sign(b"toonbank office known browsers"))
        return hmac.digest(key, known.encode(), "sha256").hex()


AskedEntrance = NamedDependency[Entrance]


def _admit(code: str, tries: Iterable[tuple[Guard, str]], now_ms: int) -> None:
    for guard, who in tries:
        try:
            guard.admit(who, now_ms)
        except HubProblem as problem:
            raise Wrong(code, int(problem.values["seconds"])) from problem


def _count(tries: Iterable[tuple[Guard, str]], now_ms: int) -> None:
    for guard, who in tries:
        guard.wrong(who, now_ms)
