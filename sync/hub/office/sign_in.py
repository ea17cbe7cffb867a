"""The pages by which people come in and go: a password, a code, the language, the end."""

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from kiosk.paper.pdfcodes import runs, squares
from kiosk.text import Words
from sync.hub import totp
from sync.hub.api.access import HubRequest
from sync.hub.factors import Half
from sync.hub.office.access import COOKIE, AskedDoor, cookie, language_of
from sync.hub.office.entering import FORM, AskedEntrance, Entrance, Wrong
from sync.hub.office.rendering import HERE, NOTHING, Told, home_of, page

QUIET = 4
"""Modules of light around a QR code, without which no telephone finds it (ISO/IEC 18004)."""


@get("/office.css", sync_to_thread=False)
def sheet() -> Response[bytes]:
    """The one style sheet; it holds nothing that anybody may not see."""
    return Response((HERE / "office.css").read_bytes(), media_type="text/css", headers={"Cache-Control": "max-age=300"})


@get("/login", sync_to_thread=False)
def login_page(request: HubRequest, entrance: AskedEntrance) -> Response[bytes]:
    """Where people sign in."""
    return _login(request, entrance, NOTHING)


@post("/login", status_code=303)
async def sign_in(request: HubRequest, entrance: AskedEntrance) -> Response[Any]:
    """A name and a password."""
    try:
        cookies = await entrance.password(request)
    except Wrong as wrong:
        return _login(request, entrance, _told(wrong, Words(language_of(request))))
    return Redirect("/office/code", status_code=303, cookies=cookies)


@get("/code")
async def code_page(request: HubRequest, entrance: AskedEntrance) -> Response[bytes]:
    """Where the second factor is typed, or set up by whoever has none yet."""
    return _code(await entrance.half(request), entrance, NOTHING)


@post("/code", status_code=303)
async def type_code(request: HubRequest, entrance: AskedEntrance, door: AskedDoor) -> Response[Any]:
    """A code. Recovery codes are shown in the answer, once."""
    half = await entrance.half(request)
    words = Words(half.language)
    try:
        let = await entrance.code(request, door.idle_ms)
    except Wrong as wrong:
        return _code(half, entrance, _told(wrong, words))
    session = await door.named(let.session.name, let.session)
    if not let.codes and let.codes_left == totp.RECOVERY_CODES:
        return Redirect(home_of(session), status_code=303, cookies=let.cookies)
    return page(
        "recovery.html", words, None, title=words("Recovery codes"), codes=let.codes, home=home_of(session), cookies=let.cookies,
        left=words("This recovery code is used up; {count} are left.", count=let.codes_left),
    )  # fmt: skip


@post("/logout", status_code=303)
async def sign_out(request: HubRequest, door: AskedDoor) -> Response[Any]:
    """End the session."""
    await door.sign_out(request)
    return Redirect("/office/login", status_code=303, cookies=[cookie(request, COOKIE, "", 0)])


@post("/language", status_code=303)
async def speak(request: HubRequest, door: AskedDoor) -> Response[Any]:
    """Have the pages in another language."""
    session = await door.speak(request)
    return Redirect(home_of(session), status_code=303)


@get("/start")
async def start(request: HubRequest, door: AskedDoor) -> Response[Any]:
    """The page with which somebody begins."""
    return Redirect(home_of(await door.session(request)), status_code=303)


HANDLERS = [start, sheet, login_page, sign_in, code_page, type_code, sign_out, speak]


def _login(request: HubRequest, entrance: Entrance, told: Told) -> Response[bytes]:
    words, token = Words(language_of(request)), entrance.form_token(request)
    return page(
        "login.html", words, None, title=words("Sign in"), told=told, status=403 if told.bad else 200, csrf=token,
        cookies=[cookie(request, FORM, token)],
    )  # fmt: skip


def _code(half: Half, entrance: Entrance, told: Told) -> Response[bytes]:
    words, secret = Words(half.language), entrance.secret(half.name, half.salt)
    title = words("The code of your app") if half.proven else words("Set up your second factor")
    picture = None if half.proven else _picture(totp.address(secret, half.name))
    return page(
        "code.html", words, None, title=title, told=told, status=403 if told.bad else 200, csrf=half.csrf, proven=half.proven,
        secret="" if half.proven else totp.written(secret), picture=picture,
    )  # fmt: skip


def _picture(text: str) -> dict[str, Any]:
    """A QR code as one path of squares, and how wide it is with the light around it."""
    rows = squares(text)
    parts = [f"M{QUIET + x} {QUIET + y}h{width}v1h-{width}z" for y, row in enumerate(rows) for x, width in runs(row)]
    return {"path": "".join(parts), "size": len(rows) + 2 * QUIET}


def _told(wrong: Wrong, words: Words) -> Told:
    if wrong.wait_s:
        return Told(words("Too many tries. Wait {seconds} seconds, then try again.", seconds=wrong.wait_s), bad=True)
    texts = {
        "password": words("That name and password do not belong together. Try again."),
        "code": words("That code is not right, or it was used before. Wait for the next one and try again."),
        "form": words("This page stood open for too long. Sign in now."),
    }
    return Told(texts[wrong.code], bad=True)
