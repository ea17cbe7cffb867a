"""How quickly the screens of money are painted: from the key to the first frame that shows them, with nothing left to wait for."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, Qt

from tests.bench.figures import Figures
from tests.bench.options import Options
from tests.kiosk.ui.shots_money import sell
from tests.kiosk.ui.till_shop import TillShop

FIGURES = ("screen_money",)
ROUNDS, QUICK_ROUNDS = 12, 3
_SALES = 8
_CEILING_S = 5.0


def measure(folder: Path, figures: Figures, options: Options) -> None:
    """Each screen of money, opened and left again, on the software renderer without a display."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    shop = TillShop(folder / "screens", "fashion", (1366, 768))
    try:
        shop.ready()
        for _ in range(_SALES):
            sell(shop)
        more, escape = shop.till.more_model, Qt.Key.Key_Escape
        walks: tuple[tuple[Callable[[], object], ...], ...] = (
            (shop.till.showMenu,), (more.cash_model.begin,), (more.reports_model.begin,), (more.correct_model.begin,),
            (more.journal_model.begin,), (more.closing_model.begin, more.closing_model.count),
        )  # fmt: skip
        for _ in range(options.count(ROUNDS, QUICK_ROUNDS)):
            for walk in walks:
                for step in walk:
                    figures.add("screen_money", _painted_ms(shop, step))
                    shop.settle()
                shop.key(escape)
    finally:
        shop.close()


def _painted_ms(shop: TillShop, act: Callable[[], object]) -> float:
    frames: list[float] = []
    heard = shop.window.frameSwapped.connect(lambda: frames.append(time.perf_counter()))
    began = time.perf_counter()
    act()
    while (not shop.desk.bridge.is_idle or not frames) and time.perf_counter() - began < _CEILING_S:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 5)
    shop.window.frameSwapped.disconnect(heard)
    return (time.perf_counter() - began) * 1_000
