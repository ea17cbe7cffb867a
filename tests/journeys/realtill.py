"""A till of the demo shop in this process: real terminal, real screens, real printer wire; driven by keys, touches and scans."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from kiosk.apps.terminal import Terminal
from kiosk.apps.till import TillEar, open_till
from kiosk.domain.facts import Fact, read_fact
from tests.kiosk.ui.till_shop import TillShop

ENTER, F9 = Qt.Key.Key_Return, Qt.Key.Key_F9
NEW_PIN = "2580"


class RealTill(TillShop):
    """The same hands as on a till for tests, on a whole terminal: nothing below the window is ours."""

    def __init__(self, folder: Path, size: tuple[int, int] = (1366, 768)) -> None:
        self.ear = TillEar()
        self.terminal = Terminal(folder, self.ear)
        self.face = open_till(self.terminal, self.ear, size)
        self.till, self.window = self.face.till, self.face.window
        self.desk = self.till._desk
        self.terminal.start()
        self.settle()

    def start_work(self, number: str, first_pin: str) -> None:
        """Sign in for the first time: the one-time PIN gives way to one's own."""
        for digits in (number, first_pin):
            self.type(digits)
            self.key(ENTER)
        if self.till.screen == "new_pin":
            for _ in range(2):
                self.type(NEW_PIN)
                self.key(ENTER)

    def sign_in(self, number: str = "101") -> None:
        """Sign in with one's own PIN."""
        self.type(number)
        self.key(ENTER)
        self.type(NEW_PIN)
        self.key(ENTER)

    def menu(self, key: str) -> None:
        """An entry of the menu, by the letter that stands on it."""
        self.key(Qt.Key.Key_F5)
        self.type(next(row.keyCap for row in self.till.more_model.rows_shown() if row.key == key))

    def agree(self, number: str = "201") -> None:
        """A second person's number and PIN."""
        self.type(number)
        self.key(ENTER)
        self.type(NEW_PIN)
        self.key(ENTER)

    def facts(self, kind: str = "") -> list[Fact]:
        """The ledger's facts, of one kind or all."""
        found = [read_fact(sealed.data) for sealed in self.terminal.ledger.facts()]
        return [fact for fact in found if not kind or fact.kind == kind]

    def wait(self, what: Callable[[], bool], ceiling_s: float = 30.0) -> None:
        """Let the till work until something holds."""
        self.settle(until=what, ceiling_s=ceiling_s)

    def close(self) -> None:
        """Take it all down."""
        self.face.close()
        self.terminal.close()
