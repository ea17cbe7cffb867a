"""Memory and idleness of a real till and kiosk in their windows, read from outside: PSS, frames, CPU."""

from collections.abc import Sequence
from itertools import cycle

from kiosk.apps.demo import DemoShop, printer_address
from tests.bench.display import display, missing, pause
from tests.bench.figures import Figures
from tests.bench.options import Options
from tests.bench.processes import cpu_s, own_mb, pss_mb
from tests.bench.tillwindow import BASKET, PIN, TillWindow

LINES = 50
"""A large basket; each 50 scans are a sale, as in a shop, and not one cart of thousands of lines."""
QUIET_S = 1.0
"""After a burst the till still works when nothing moves for a while."""
_FRAME = "Frame rendered"
"""What Qt Quick's render loop writes for each frame when its timing is logged."""
FRAMES = {"QT_LOGGING_RULES": "qt.scenegraph.time.renderloop.debug=true"}


FIGURES = ("memory_till", "memory_growth", "idle_frames", "idle_cpu", "memory_kiosk")


def run(shop: DemoShop, codes: Sequence[str], figures: Figures, options: Options) -> None:
    """Memory and idleness of both, as far as they are wanted."""
    if options.wants("memory_till", "memory_growth", "idle_frames", "idle_cpu"):
        till(shop, codes, figures, options)
    if options.wants("memory_kiosk"):
        kiosk(shop, figures, options)


def till(shop: DemoShop, codes: Sequence[str], figures: Figures, options: Options) -> None:
    """The till: after 100 sales, over 20,000 scans, and for a minute without anybody. Staff 102 signs in for the first time."""
    if missing():
        figures.skip("memory_till", missing())
        return
    folder = shop.enrol("till-02")
    lab = shop.start_lab(headless=True)
    shop.settle("till-02", discovery=False, printer=printer_address(lab.printer), scanner=f"serial://{lab.scanner}")
    with display() as shown:
        one = TillWindow(folder, shown, log=shop.folder / "till-memory.log")
        turn = cycle(codes)
        try:
            one.open()
            number = "102"
            one.sign_in(number, shop.first_pins()[number], first=True)
            if options.wants("memory_till", "memory_growth"):
                for _ in range(options.count(100, 5)):
                    sell(one, [next(turn) for _ in range(6)])
                figures.add("memory_till", _pss(one))
            if options.wants("memory_growth"):
                sell(one, [next(turn) for _ in range(LINES * 10)], LINES)
                before = _own(one)
                sell(one, [next(turn) for _ in range(options.count(19_500, 500))], LINES)
                figures.add("memory_growth", _own(one) - before)
            one.close()
            if options.wants("idle_frames", "idle_cpu"):
                one.environment = FRAMES
                one.open()
                one.sign_in(number, PIN)
                idle(one, figures, options.count(60, 10))
        finally:
            one.close()


def kiosk(shop: DemoShop, figures: Figures, options: Options) -> None:
    """The kiosk, after every page was opened once by a touch and its pictures were shown."""
    if missing():
        figures.skip("memory_kiosk", missing())
        return
    folder = shop.enrol("kiosk-k1")
    shop.settle("kiosk-k1", discovery=False)
    with display(1080, 1920) as shown:
        one = TillWindow(folder, shown, log=shop.folder / "kiosk-memory.log", kind="kiosk")
        try:
            one.open()
            for code in ("8790000000019", "8790000000026", "8790000000033"):
                shown.keys.press(*code, "\r")
                shown.screen.settle(shown.screen.all, 0.4)
            figures.add("memory_kiosk", _pss(one))
        finally:
            one.close()


def sell(one: TillWindow, codes: Sequence[str], lines: int = 0) -> None:
    """Scan without gaps and pay, in sales of so many lines."""
    lines = lines or len(codes)
    for start in range(0, len(codes), lines):
        for code in codes[start : start + lines]:
            one.scan(code)
        one.display.screen.settle(BASKET, QUIET_S, 300.0)
        one.pay()


def idle(one: TillWindow, figures: Figures, seconds: float) -> None:
    """Leave the sale screen alone; counts the frames that are rendered and the CPU that is used."""
    assert one.process is not None, "started"
    pause(5.0)
    frames, used = _frames(one), cpu_s(one.process.pid)
    pause(seconds)
    figures.add("idle_frames", _frames(one) - frames)
    figures.add("idle_cpu", (cpu_s(one.process.pid) - used) / seconds * 100)


def _frames(one: TillWindow) -> int:
    return one.log.read_text("utf-8", errors="replace").count(_FRAME)


def _pss(one: TillWindow) -> float:
    assert one.process is not None, "started"
    return pss_mb(one.process.pid)


def _own(one: TillWindow) -> float:
    assert one.process is not None, "started"
    return own_mb(one.process.pid)
