"""The system's Chromium, driven by playwright: started without anything that would call out, one window for each person."""

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
    # No name is ever looked up: a page that asks for anything outside of this machine gets nothing and is found out.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)  # fmt: skip
DESK, TELEPHONE, NARROW = (1280, 900), (390, 844), (320, 640)
"""Sizes in CSS pixels; 320 wide is what WCAG 1.4.10 asks for, a telephone's or 1280 magnified four times."""
WAIT_MS = 30_000


@contextmanager
def started(folder: Path) -> Iterator[Browser]:
    """Chromium until the block ends. What it writes goes into `folder`, which is empty at first."""
    program = shutil.which("chromium")
    assert program is not None, "packaging/dev installs it: the Debian package is called chromium"
    with sync_playwright() as driver:
        home = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", "TMPDIR": str(folder)}
        browser = driver.chromium.launch(executable_path=program, args=[*FLAGS], env={**home}, timeout=30_000)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Window:
    """A window of a person of their own, which notes what no page of ours may do: fail, call out, or complain."""

    page: Page
    home: str
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.line = self.page.context.new_cdp_session(self.page)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._said)
        self.page.on("request", self._asked)
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)

    def go(self, path: str) -> "Window":
        """Open an address of the site."""
        self.page.goto(f"{self.home}{path}", wait_until="domcontentloaded")
        return self

    def text(self) -> str:
        """What a person reads, without spaces that break nothing."""
        return " ".join(self.page.inner_text("body").replace("\u00a0", " ").split())

    def press(self, name: str, role: str = "button") -> "Window":
        """Press what is called so; the name is all that there is."""
        self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]
        return self

    def fill(self, label: str, text: str) -> "Window":
        """Type into the field with this label."""
        self.page.get_by_label(label, exact=True).fill(text)
        return self

    def shot(self, name: str) -> None:
        """Keep a picture for people where TOONBANK_SHOTS names a folder; the whole page, with every picture in it."""
        if folder := os.environ.get("TOONBANK_SHOTS"):
            self.page.evaluate("() => { for (const one of document.images) one.loading = 'eager' }")
            self.page.wait_for_load_state("networkidle")
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)

    def resize(self, size: tuple[int, int]) -> "Window":
        """Make the window so wide and high."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        return self

    def _said(self, message: ConsoleMessage) -> None:
        # A refusal (403, 409) is a page as it should be, and Chromium complains of every one.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.home}/", "data:")):
            self.faults.append(f"outside: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # somebody went on before a picture was there
            self.faults.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500 or (response.status == 404 and not response.request.is_navigation_request()):
            self.faults.append(f"{response.status}: {response.url}")


@contextmanager
def window(
    browser: Browser, home: str, size: tuple[int, int] = DESK, language: str = "nl-NL", cookies: Mapping[str, str] | None = None
) -> Iterator[Window]:
    """Somebody's window on a site, with cookies of its own; in the end nothing in it may have gone wrong."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale=language, timezone_id="Europe/Amsterdam", reduced_motion="reduce"
    )
    context.set_default_timeout(WAIT_MS)
    context.add_cookies([{"name": name, "value": value, "url": home} for name, value in (cookies or {}).items()])
    made = Window(context.new_page(), home)
    try:
        yield made
        assert not made.faults, made.faults
    finally:
        context.close()
