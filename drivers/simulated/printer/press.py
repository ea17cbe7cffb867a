"""The part of the printer that sets type: the line being filled, the paper below it, the cutter.

Nothing here knows the wire. The commands (commands.py) call these methods; what comes out is paper
(paper.py), finished receipts and events that say what happened.
"""

from dataclasses import dataclass, field, replace

from drivers.simulated.printer.mechanism import Mechanism
from drivers.simulated.printer.paper import (
    HEAD_DOTS,
    Bitmap,
    Feed,
    InlinePicture,
    Line,
    PaperItem,
    Picture,
    Span,
    TextStyle,
    has_ink,
    length_mm,
)

LINE_SPACING_DOTS = 30
TAB_EVERY_COLUMNS = 8


@dataclass(frozen=True)
class Happening:
    """One thing the printer did or refused, for people and tests to read."""

    kind: str
    detail: str = ""


@dataclass(frozen=True)
class Piece:
    """Paper from one cut to the next. A torn piece never reached its cut."""

    number: int
    items: tuple[PaperItem, ...]
    cut: str
    happenings: tuple[Happening, ...]

    @property
    def torn(self) -> bool:
        return self.cut == "torn"

    @property
    def length_mm(self) -> float:
        return length_mm(self.items)

    @property
    def lines(self) -> tuple[str, ...]:
        """The text lines, exactly as the host sent them."""
        return tuple(item.text for item in self.items if isinstance(item, Line) and not item.by_printer)

    @property
    def codes(self) -> tuple[tuple[str, str], ...]:
        """Kind and content of every barcode and QR code, in order."""
        return tuple((item.kind, item.data) for item in self.items if isinstance(item, Picture) and item.kind != "picture")


@dataclass
class Settings:
    """What ESC @ puts back."""

    style: TextStyle = field(default_factory=TextStyle)
    align: str = "left"
    page: int = 0
    national_set: int = 0
    line_spacing_dots: int = LINE_SPACING_DOTS
    tabs: tuple[int, ...] = ()
    left_margin_dots: int = 0
    upside_down: bool = False
    barcode_height_dots: int = 162
    barcode_module_dots: int = 3
    barcode_text: int = 0
    barcode_font: str = "A"
    qr_module_dots: int = 3
    qr_level: str = "l"
    qr_data: bytes = b""
    raster: Bitmap | None = None


class Press:
    """Type, paper and cutter of one printer."""

    def __init__(self, mechanism: Mechanism, *, roll_mm: float | None = None) -> None:
        """Start with an empty roll; roll_mm is the paper left, None for a roll without end."""
        self.mechanism = mechanism
        self.settings = Settings()
        self.roll_mm = roll_mm
        self.stored_pictures: dict[bytes, Bitmap] = {}
        self.items: list[PaperItem] = []
        self.pieces: list[Piece] = []
        self.cuts = 0
        self.lines_printed = 0
        self._happenings: list[Happening] = []
        self._news: list[Happening] = []
        self.drawer_pulses = 0
        self._parts: list[Span | InlinePicture] = []
        self._x_dots = 0

    def say(self, kind: str, detail: str = "") -> None:
        """Record what happened."""
        happening = Happening(kind, detail)
        self._happenings.append(happening)
        self._news.append(happening)

    def take_news(self) -> list[Happening]:
        """What happened since this was last asked."""
        news, self._news = self._news, []
        return news

    def initialise(self) -> None:
        """ESC @: throw the unprinted line away and put every setting back."""
        self.settings = Settings()
        self._parts, self._x_dots = [], 0

    def power_off(self, *, keep_line: bool) -> None:
        """Forget what only power keeps; the paper is torn off unless the job goes on after."""
        parts, x_dots = self._parts, self._x_dots
        self.initialise()
        if keep_line:
            self._parts, self._x_dots = parts, x_dots
        else:
            self.tear()

    # --- type ---

    @property
    def _room_dots(self) -> int:
        return HEAD_DOTS - self.settings.left_margin_dots

    def overflows(self, characters: int) -> bool:
        """Tell whether so many characters more would start a new line."""
        return self._x_dots + characters * self.settings.style.cell_dots[0] > self._room_dots

    def write(self, text: str) -> None:
        """Fill the line; what does not fit goes on the next one."""
        style = self.settings.style
        while text:
            if self.overflows(1) and self._parts:
                self.end_line()
            room = max(1, (self._room_dots - self._x_dots) // style.cell_dots[0])
            self._set(text[:room], style)
            text = text[room:]

    def _set(self, text: str, style: TextStyle) -> None:
        last = self._parts[-1] if self._parts else None
        joins = isinstance(last, Span) and last.style == style
        if joins and isinstance(last, Span) and last.x_dots + last.width_dots == self._x_dots:
            self._parts[-1] = replace(last, text=last.text + text)
        else:
            self._parts.append(Span(self._x_dots, text, style))
        self._x_dots += len(text) * style.cell_dots[0]

    def write_strip(self, bitmap: Bitmap) -> None:
        """Put a strip of dots into the line."""
        if self._x_dots + bitmap.width_dots > self._room_dots:
            self.say("picture.cut_off", f"{bitmap.width_dots} dots do not fit on the line")
        self._parts.append(InlinePicture(self._x_dots, bitmap))
        self._x_dots += bitmap.width_dots

    def move_to(self, x_dots: int) -> None:
        """Set the place of the next character, dots from the start of the line."""
        self._x_dots = min(max(0, x_dots), self._room_dots)

    def move_by(self, dots: int) -> None:
        """Move the place of the next character."""
        self.move_to(self._x_dots + dots)

    def tab(self) -> None:
        """Go on to the next tab stop."""
        cell_dots = self.settings.style.cell_dots[0]
        columns = self.settings.tabs or tuple(range(TAB_EVERY_COLUMNS, 64, TAB_EVERY_COLUMNS))
        for column in columns:
            if column * cell_dots > self._x_dots:
                self.move_to(column * cell_dots)
                return

    @property
    def line_is_empty(self) -> bool:
        return not self._parts

    def end_line(self, *, feed_dots: int | None = None, by_printer: bool = False) -> None:
        """Print the line and move the paper by the line spacing, or by feed_dots.

        by_printer marks text that the host did not send, such as the digits under a barcode.
        """
        spacing_dots = self.settings.line_spacing_dots if feed_dots is None else feed_dots
        parts = tuple(self._parts)
        self._parts, self._x_dots = [], 0
        if not parts and feed_dots is not None:
            self._put(Feed(feed_dots))
            return
        tallest = max((self._height_of(part) for part in parts), default=0)
        height_dots = max(spacing_dots, tallest)
        margin = self.settings.left_margin_dots
        if margin:
            parts = tuple(replace(part, x_dots=part.x_dots + margin) for part in parts)
        settings = self.settings
        self.lines_printed += bool(parts)
        self._put(Line(parts, settings.align, height_dots, settings.upside_down, by_printer))

    @staticmethod
    def _height_of(part: Span | InlinePicture) -> int:
        return part.style.cell_dots[1] if isinstance(part, Span) else part.bitmap.height_dots

    def flush_line(self) -> None:
        """Print a half-filled line before something that needs a line of its own."""
        if self._parts:
            self.end_line()

    def picture(self, bitmap: Bitmap, *, label: str, kind: str = "picture", data: str = "") -> None:
        """Print a picture or a code on lines of its own; one that is too wide is left out."""
        self.flush_line()
        if kind != "picture" and bitmap.width_dots > HEAD_DOTS:
            self.say("code.too_wide", f"{kind} needs {bitmap.width_dots} of {HEAD_DOTS} dots")
            return
        if bitmap.width_dots and bitmap.height_dots:
            self._put(Picture(bitmap, self.settings.align, label, kind, data))

    def feed(self, dots: int) -> None:
        """Move the paper."""
        if dots:
            self._put(Feed(dots))

    def _put(self, item: PaperItem) -> None:
        self.items.append(item)
        if self.roll_mm is not None:
            self.roll_mm = max(0.0, self.roll_mm - item.height_dots / 8)

    # --- paper and drawer ---

    def cut(self, kind: str) -> None:
        """Cut the paper: kind is full or partial."""
        self.flush_line()
        self.say("cut", kind)
        self._finish(kind)

    def tear(self) -> None:
        """The paper comes off without a cut: the job ended, the line or the power went."""
        if has_ink(tuple(self.items)):
            self.say("torn")
            self._finish("torn")

    def _finish(self, kind: str) -> None:
        self.cuts += 1
        happenings, self._happenings = tuple(self._happenings), []
        self.pieces.append(Piece(self.cuts, tuple(self.items), kind, happenings))
        self.items = []

    def pulse_drawer(self, pin: int) -> None:
        """The pulse that opens the drawer; a drawer that is open stays open."""
        self.drawer_pulses += 1
        self.say("drawer.pulse", f"pin {pin}")
        if not self.mechanism.drawer_open:
            self.mechanism = replace(self.mechanism, drawer_open=True)
            self.say("drawer.opened")
