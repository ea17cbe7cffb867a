"""The kiosk as its screens see it: which page stands, who is there, how it looks, and one way to forget it all."""

from dataclasses import replace
from functools import partial
from typing import Protocol

from PySide6.QtCore import Property, QObject, QTimer, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.domain.cardnumbers import is_card
from kiosk.domain.errors import NotFound, Refused, ShopError
from kiosk.services.selfservice import PaperState, ScannedGoods
from kiosk.ui import sounds
from kiosk.ui.images import Coded
from kiosk.ui.kiosk_basket import KioskBasketModel
from kiosk.ui.kiosk_browse import KioskBrowseModel, KioskSearchModel
from kiosk.ui.kiosk_desk import Desk, Offering, read_offering
from kiosk.ui.kiosk_help import KioskHelpModel
from kiosk.ui.kiosk_idle import Idle, Presence
from kiosk.ui.kiosk_item import KioskItemModel
from kiosk.ui.kiosk_reserve import KioskReserveModel
from kiosk.ui.kiosk_wish import KioskWishModel
from kiosk.ui.theme import Look

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

ATTRACT, BROWSE, SEARCH, ITEM, BASKET, TICKET, RESERVE, RESERVED = (
    "attract", "browse", "search", "item", "basket", "ticket", "reserve", "reserved",
)  # fmt: skip
TEXT_BASE = 1.75
"""A kiosk is read from further away than a till: the theme's sizes times this are its ordinary text."""

TEXT_SCALES = (1.0, 1.5, 2.0)
TOAST_MS = 6_000
RELOAD_MS = 1_000
_NAMES = {"nl": "Nederlands", "en": "English"}
_TRAIL_MAX = 20


class Face(Protocol):
    """What the model needs of the application around it: the language and the look of all screens."""

    def set_language(self, language: str) -> None:
        """Speak another language from now on."""
        ...

    def adopt(self, look: Look) -> None:
        """Look different from now on."""
        ...


@QmlElement
class KioskModel(QObject):
    """The root of a kiosk's view-models. GUI thread only; listeners of the terminal come in by `bridge.post`."""

    fixed = Signal()  # never sent: what it stands for stays, and the lint knows no constants
    changed = Signal()
    toastChanged = Signal()
    secondsChanged = Signal()

    def __init__(self, desk: Desk, face: Face, look: Look, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._face = desk, face
        self._home_look = self._look = replace(look, text_scale=TEXT_BASE)
        self._home_language = desk.language
        self._page = ATTRACT
        self._trail: list[str] = []
        self._panel = ""
        self._reach = False
        self._scale = 0
        self._notice: ShopError | None = None
        self._toast, self._toast_undo, self._toast_end_ms = "", False, 0
        self._offline = False
        self._idle = Idle(60_000, 20_000)
        self._presence = Presence.AWAY
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.tick)
        self._stale = False
        self._cooldown = QTimer(self)
        self._cooldown.setSingleShot(True)
        self._cooldown.timeout.connect(self._cooled)
        self._browse = KioskBrowseModel(desk, self)
        self._search = KioskSearchModel(desk, self)
        self._item = KioskItemModel(desk, self)
        self._basket = KioskBasketModel(desk, self)
        self._reserve = KioskReserveModel(desk, self)
        self._wish = KioskWishModel(desk, self)
        self._help = KioskHelpModel(desk, self)
        self._item.opened.connect(self._show_item)
        self._item.missed.connect(self._refuse)
        self._basket.refused.connect(self._refuse)
        self._basket.told.connect(self._tell)
        self._basket.ticketMade.connect(lambda: self._go(TICKET))
        for looker in (self._reserve, self._wish):
            self._item.changed.connect(partial(self._looked_at, looker))
            looker.refused.connect(self._refuse)
        self._reserve.made_one.connect(lambda: self._go(RESERVED, keep=False))
        self._help.changed.connect(self._schedule)

    # what happens around the shopper

    def reload(self) -> None:
        """Read what the catalogue and the store's settings say now; at the start and when new data is in."""
        counter, bridge = self._desk.counter, self._desk.bridge

        def reloaded(done: None) -> None:
            bridge.search(lambda: read_offering(counter), self._take_offering)

        bridge.run(counter.reload, reloaded)

    def on_rows(self) -> None:
        """New data is in. A feed of 100,000 rows comes in hundreds of pieces: they are read together."""
        if self._cooldown.isActive():
            self._stale = True
        else:
            self._stale = False
            self._cooldown.start(RELOAD_MS)
            self.reload()

    def on_scan(self, text: str, aim: str | None) -> None:
        """Something was scanned, on any page: it is looked up; on the basket's page it goes in."""
        self.touch()
        if is_card(text):
            self._refuse(Refused("scan.card_here"))
            return
        service = self._desk.selfservice
        into_basket = self._page == BASKET

        def done(goods: ScannedGoods) -> None:
            self._notice = None
            if self._panel in ("notice", "access"):
                self._panel = ""
            article = goods.offer.article
            if into_basket:
                self._basket.add(article.id, goods.code, goods.quantity_milli)
            else:
                self._desk.sounds.play(sounds.GOOD)
                self._item.open_scanned(goods)
            self.changed.emit()

        self._desk.bridge.run(lambda: service.look_up_scan(text, aim), done, self._refuse)

    def on_reachable(self, reachable: bool | None) -> None:
        """Whether the hub answers; None before it was asked."""
        if (reachable is False) != self._offline:
            self._offline = reachable is False
            self.changed.emit()

    def on_printer(self, works: bool) -> None:
        """Whether the printer would print a ticket now."""
        self._basket.on_printer(works)
        self._reserve.on_printer(works)

    def on_paper(self, job: str, state: PaperState) -> None:
        """How a print job is."""
        self._basket.on_paper(job, state)
        self._reserve.on_paper(job, state)

    # presence

    @Slot()
    def touch(self) -> None:
        """Somebody is here: a touch, a key, a scan. A warning is answered by it."""
        now = self._desk.now_ms()
        self._idle = self._idle.touched(now)
        self._set_presence(Presence.HERE)
        self._schedule()

    @property
    def is_warned(self) -> bool:
        """Whether the shopper is being asked if they are still there."""
        return self._presence is Presence.WARNED

    @property
    def is_away(self) -> bool:
        """Whether nobody has begun."""
        return self._presence is Presence.AWAY

    def tick(self) -> None:
        """Time has passed: warn, wipe, take a message away."""
        now = self._desk.now_ms()
        self._help.tick()
        if self._toast and now >= self._toast_end_ms:
            self._toast = ""
            self.toastChanged.emit()
        presence = self._idle.presence(now)
        if presence is Presence.GONE:
            self.wipe()
            return
        if presence is Presence.WARNED and self._presence is not Presence.WARNED:
            self._desk.sounds.play(sounds.ATTENTION)
        self._set_presence(presence)
        if presence is Presence.WARNED:
            self.secondsChanged.emit()
        self._schedule()

    @Slot()
    def wipe(self) -> None:
        """Forget everything of this shopper and stand as in the morning."""
        self._idle = self._idle.left()
        self._presence = Presence.AWAY
        self._page, self._trail, self._panel, self._notice = ATTRACT, [], "", None
        self._toast, self._toast_undo = "", False
        self._scale, self._reach = 0, False
        self._help.wipe()
        self._item.wipe()
        self._reserve.wipe()
        self._wish.wipe()
        self._search.clear()
        self._speak(self._home_language)
        self._wear(self._home_look)
        self._basket.wipe(self._browse.wipe)
        self._browse.wipe()
        self._schedule()
        self.toastChanged.emit()
        self.secondsChanged.emit()
        self.changed.emit()

    @property
    def look(self) -> Look:
        """How all screens look now."""
        return self._look

    @property
    def basket_model(self) -> KioskBasketModel:
        """The basket, for Python."""
        return self._basket

    def state(self) -> dict[str, object]:
        """Everything that a shopper can leave behind, for the proof that nothing is left."""
        own: dict[str, object] = {
            "page": self._page, "trail": tuple(self._trail), "panel": self._panel, "notice": self._notice,
            "toast": self._toast, "language": self._desk.language, "look": self._look,
            "reach": self._reach, "scale": self._scale, "presence": self._presence,
            "counter.language": self._desk.counter.language,
        }  # fmt: skip
        for part in (self._browse, self._search, self._item, self._basket, self._reserve, self._wish, self._help):
            own |= part.state()
        return own

    # pages

    @Slot()
    def start(self) -> None:
        """Somebody touched the attract screen."""
        self.touch()
        self._go(BROWSE)

    @Slot()
    def home(self) -> None:
        """To the shelves; the basket stays, and what was reserved is held on."""
        self._basket.drop_ticket()
        self._reserve.wipe()
        self._trail = []
        self._go(BROWSE, keep=False)

    @Slot()
    def back(self) -> None:
        """To where the shopper was before; it never leaves the kiosk."""
        if self._panel:
            self.closePanel()
            return
        if self._page == RESERVE:
            self._reserve.give_up()
            self._go(ITEM, keep=False)
            return
        if self._page == RESERVED:
            self._reserve.wipe()
        if self._page == TICKET:
            self._basket.drop_ticket()
        page = self._trail.pop() if self._trail else BROWSE
        self._go(page, keep=False)

    @Slot()
    def openSearch(self) -> None:
        """To the search."""
        self._go(SEARCH)

    @Slot()
    def openBasket(self) -> None:
        """To the basket."""
        self._go(BASKET)

    @Slot(str)
    def openItem(self, style: str) -> None:
        """To an article's page, when it is read."""
        self._item.open_style(style)

    @Slot()
    def addItem(self) -> None:
        """Put the article on the screen into the basket and go back to where it was found."""
        if not self._item.can_add():
            return
        self._basket.add(*self._item.chosen())
        self.back()

    @Slot()
    def openReserve(self) -> None:
        """To reserving the article on the screen."""
        if self._reserve.begin(self._item.pieces):
            self._go(RESERVE, keep=False)

    @Slot()
    def finish(self) -> None:
        """The shopper has the ticket and goes: nothing of them stays."""
        self.wipe()

    @Slot(str)
    def openPanel(self, panel: str) -> None:
        """Open `help` or `access` over the page."""
        self.touch()
        self._panel = panel
        self.changed.emit()

    @Slot()
    def closePanel(self) -> None:
        """Close what is open over the page. A call for help goes on."""
        self._panel, self._notice = "", None
        if self._help.is_unreachable:
            self._help.cancel()
        self.changed.emit()

    # language and accessibility

    @Slot()
    def nextLanguage(self) -> None:
        """Speak the next language."""
        self.touch()
        self._speak(self._following())
        self._basket.use_language(self._desk.language)
        for part in (self._browse, self._search, self._item, self._help):
            part.refresh()
        self._reserve.retell()
        self._wish.changed.emit()
        self.changed.emit()

    @Slot(bool)
    def setHighContrast(self, on: bool) -> None:
        """Black on white, strong borders."""
        self._wear(replace(self._look, high_contrast=on))

    @Slot(int)
    def setTextScale(self, step: int) -> None:
        """Text larger: 0, 1 or 2."""
        self._scale = min(max(step, 0), len(TEXT_SCALES) - 1)
        self._wear(replace(self._look, text_scale=TEXT_BASE * TEXT_SCALES[self._scale]))

    @Slot(bool)
    def setReach(self, on: bool) -> None:
        """Everything to touch in the lower half of the screen."""
        self._reach = on
        self.changed.emit()

    # what the screens bind to

    @Property(KioskBrowseModel, notify=fixed)
    def browse(self) -> KioskBrowseModel:
        """The shelves."""
        return self._browse

    @Property(KioskSearchModel, notify=fixed)
    def search(self) -> KioskSearchModel:
        """The search."""
        return self._search

    @Property(KioskItemModel, notify=fixed)
    def item(self) -> KioskItemModel:
        """The article."""
        return self._item

    @Property(KioskBasketModel, notify=fixed)
    def basket(self) -> KioskBasketModel:
        """The basket and its ticket."""
        return self._basket

    @Property(KioskReserveModel, notify=fixed)
    def reserve(self) -> KioskReserveModel:
        """Reserving the article on the screen, and what was reserved."""
        return self._reserve

    @Property(KioskWishModel, notify=fixed)
    def wish(self) -> KioskWishModel:
        """Telling the shop what was wanted and is not here."""
        return self._wish

    def codes(self) -> tuple[Coded | None, ...]:
        """Whose code may stand on the screen: the basket's ticket, and the one of what is put aside."""
        return (self._basket.ticket, self._reserve.made)

    @Property(KioskHelpModel, notify=fixed)
    def help(self) -> KioskHelpModel:
        """The call for a colleague."""
        return self._help

    @Property(str, notify=changed)
    def page(self) -> str:
        """The page: attract, browse, search, item, basket, ticket, reserve, reserved; or closed where there is nothing to sell."""
        return self._page if self._desk.offering.count else "closed"

    @Property(str, notify=changed)
    def panel(self) -> str:
        """What is open over the page: help, access, notice or nothing."""
        return self._panel

    @Property(bool, notify=changed)
    def isAsking(self) -> bool:
        """Whether "are you still there" stands over everything."""
        return self._presence is Presence.WARNED

    @Property(str, notify=secondsChanged)
    def secondsLeft(self) -> str:
        """The countdown."""
        return str(self._idle.seconds_left(self._desk.now_ms()))

    @Property(bool, notify=changed)
    def reach(self) -> bool:
        """Whether everything to touch is in the lower half."""
        return self._reach

    @Property(int, notify=changed)
    def textStep(self) -> int:
        """How large text is: 0, 1 or 2."""
        return self._scale

    @Property(bool, notify=changed)
    def isContrasted(self) -> bool:
        """Whether high contrast is on."""
        return self._look.high_contrast

    @Property(str, notify=changed)
    def language(self) -> str:
        """The language's code."""
        return self._desk.language

    @Property(str, notify=changed)
    def nextLanguageName(self) -> str:
        """The language that the button changes to, in that language."""
        code = self._following()
        return _NAMES.get(code, code)

    @Property(str, notify=changed)
    def brandName(self) -> str:
        """The brand."""
        return self._desk.offering.settings.brand_name or self._desk.offering.store_name

    @Property(str, notify=changed)
    def storeName(self) -> str:
        """The store."""
        return self._desk.offering.store_name

    @Property(str, notify=changed)
    def tillPlace(self) -> str:
        """Where there is a person, as a sentence."""
        say, place = self._desk.say, self._desk.till_place
        return say("Please go to the till {place}.", place=place) if place else say("Please go to the till.")

    @Property("QStringList", notify=changed)  # type: ignore[arg-type]
    def showcase(self) -> list[str]:
        """Pictures for the attract screen."""
        return list(self._desk.offering.showcase)

    @Property(bool, notify=changed)
    def isOffline(self) -> bool:
        """Whether the hub is away: prices hold, stock may be older."""
        return self._offline

    @Property(str, notify=changed)
    def noticeTitle(self) -> str:
        """What was refused, kindly."""
        if isinstance(self._notice, NotFound):
            return self._desk.say("We do not know this code")
        return self._desk.say("That does not work here") if self._notice else ""

    @Property(str, notify=changed)
    def noticeText(self) -> str:
        """Why, and what to do."""
        if isinstance(self._notice, NotFound):
            code = str(self._notice.values.get("code", ""))
            return self._desk.say("{code} is not in our range. Search by name, or ask a colleague.", code=code)
        return self._desk.say.error(self._notice) if self._notice else ""

    @Property(str, notify=changed)
    def noticeCode(self) -> str:
        """The code for whoever helps."""
        return self._notice.code if self._notice else ""

    @Property(str, notify=toastChanged)
    def toast(self) -> str:
        """A short message of what just happened."""
        return self._toast

    @Property(bool, notify=toastChanged)
    def toastUndo(self) -> bool:
        """Whether what happened can be undone from the message."""
        return self._toast_undo

    # inside

    def _cooled(self) -> None:
        if self._stale:
            self.on_rows()

    def _take_offering(self, offering: Offering) -> None:
        self._desk.offering = offering
        settings = offering.settings
        self._idle = replace(self._idle, idle_ms=settings.idle_s * 1000, warning_ms=settings.kiosk_warning_s * 1000)
        for part in (self._browse, self._search, self._item):
            part.refresh()
        self._basket.refresh()
        self._schedule()
        self.changed.emit()

    def _go(self, page: str, *, keep: bool = True) -> None:
        if keep and page != self._page and self._page not in (ATTRACT, ITEM):
            self._trail = [*self._trail, self._page][-_TRAIL_MAX:]
        self._page = page
        self._panel = "" if self._panel != "help" else self._panel
        self.changed.emit()

    def _looked_at(self, looker: KioskReserveModel | KioskWishModel) -> None:
        looker.look_at(self._item.shown)

    def _show_item(self) -> None:
        self._go(ITEM)

    def _refuse(self, error: ShopError) -> None:
        self._desk.sounds.play(sounds.REFUSED)
        if self._page == ATTRACT:
            self._page = BROWSE
        self._notice, self._panel = error, "notice"
        self.changed.emit()

    def _tell(self, text: str, undo: bool) -> None:
        self._toast, self._toast_undo = text, undo
        self._toast_end_ms = self._desk.now_ms() + TOAST_MS
        self._schedule()
        self.toastChanged.emit()

    def _set_presence(self, presence: Presence) -> None:
        if presence is not self._presence:
            self._presence = presence
            self.secondsChanged.emit()
            self.changed.emit()

    def _following(self) -> str:
        known = self._desk.offering.settings.languages
        place = known.index(self._desk.language) if self._desk.language in known else -1
        return known[(place + 1) % len(known)]

    def _speak(self, language: str) -> None:
        self._desk.language = language
        self._face.set_language(language)

    def _wear(self, look: Look) -> None:
        if look != self._look:
            self._look = look
            self._face.adopt(look)
        self.changed.emit()

    def _schedule(self) -> None:
        """One timer for whatever changes next; nothing runs while nobody is here."""
        now = self._desk.now_ms()
        due = [self._idle.next_change_ms(now), self._help.next_change_ms()]
        if self._toast:
            due.append(max(0, self._toast_end_ms - now))
        waits = [one for one in due if one is not None]
        if waits:
            self._timer.start(min(waits))
        else:
            self._timer.stop()
