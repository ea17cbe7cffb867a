"""What a cashier does between scans, from the last key to the whole window as it has to look: sign in, discount, retrieve, void."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.bench.display import Area, Reference, changed, pause
from tests.bench.figures import Figures
from tests.bench.options import Options
from tests.bench.tillwindow import BASKET, BELOW_STRIP, PIN, TillWindow

FIGURES = ("sign_in", "discount", "retrieve", "void", "screen_change")
ROUNDS, QUICK_ROUNDS = 5, 1
LINES, TAKEN_OUT, TIMES = 10, 6, 3
PERCENTS = "54321"
"""Each within what a cashier may give alone, and each another basket."""
OPEN = {"menu": "F5", "keys": "F1", "quantity": "F3", "discount": "F6", "void": "F8", "payment": "F9"}
"""Screens and dialogs over the sale that hold no clock, and the key to each."""
MESSAGE_S = 6.5
"""A message of the round before stands so long."""
QUIET_S, LEARN_S = 0.15, 0.6


@dataclass
class Acts:
    """Times acts; what each has to look like is learned the first time that it is done, which counts for nothing."""

    till: TillWindow
    figures: Figures
    area: Area
    known: dict[str, Reference] = field(default_factory=dict)

    def timed(self, figure: str, name: str, key: str) -> None:
        """Press a key on a screen at rest; the time ends when all that it changes looks as it did the first time."""
        screen = self.till.display.screen
        before = screen.settle(self.area, QUIET_S)
        began = self.till.display.keys.press(key)
        if name in self.known:
            self.figures.add(figure, screen.wait_for(self.known[name], began))
            return
        screen.wait_change(self.area, before)
        self.known[name] = changed(self.area, before, screen.settle(self.area, LEARN_S))


def run(till: TillWindow, number: str, codes: Sequence[str], figures: Figures, options: Options) -> None:
    """Round by round one sale with all of it; `number` is at work. The first round teaches the basket's looks."""
    basket = Acts(till, figures, BASKET)
    for _ in range(options.count(ROUNDS, QUICK_ROUNDS) + 1):
        pause(MESSAGE_S)
        for code in codes[:LINES]:
            till.scan(code)
            pause(0.1)
        till.display.screen.settle(BELOW_STRIP)
        _look_round(Acts(till, figures, BELOW_STRIP), number)
        _work(basket)


def _look_round(acts: Acts, number: str) -> None:
    """To each screen and back, away from the till and back. The menu knows more from round to round: each teaches its own looks.

    What is seen for the first time is looked at once more before it counts: the first large figures are painted a little otherwise.
    """
    till = acts.till
    for turn in range(TIMES + 2):
        if turn == 1:
            acts.known.clear()
        for name, key in OPEN.items():
            acts.timed("screen_change", name, key)
            acts.timed("screen_change", f"{name} left", "Escape")
        till.step("F12")
        till.step(number + "\r")
        till.display.keys.type(PIN)
        acts.timed("sign_in", "sign in", "\r")


def _work(acts: Acts) -> None:
    """Discounts on a line and on the sale, put aside and taken up again, lines taken out, the sale voided."""
    till = acts.till
    for percent in PERCENTS:
        for scope in ("F6", "F7"):
            till.step(scope)
            till.display.keys.type(percent)
            acts.timed("discount", scope + percent, "\r")
    for _ in range(TIMES):
        for keys in ("F5", "1", "\r", "F5", "2"):
            till.step(keys)
        acts.timed("retrieve", "retrieve", "\r")
    for turn in range(TAKEN_OUT):
        acts.timed("void", f"line {turn}", "Delete")
    till.step("F8", "Tab", "Tab")
    acts.timed("void", "sale", "\r")
