"""A real kiosk beside a real till and hub: tickets, calls for help, and the day on which the hub is away."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import httpx
import pytest
import zxingcpp
from PIL import Image
from PySide6.QtCore import QEventLoop, QTimer

from kiosk.apps.demo import DemoShop, LabAddresses, printer_address
from kiosk.apps.kiosk import Ear, open_face
from kiosk.apps.terminal import Silence, Terminal
from kiosk.domain.ticket import decode, open_ticket
from kiosk.ui.kiosk_face import KioskFace
from kiosk.ui.sounds import Sounds
from tests.journeys.prepared import copy_shop, prepare

SHIRT_CODE = "8799999000017"
CEILING_MS = 30_000


@dataclass
class Floor:
    """A shop floor: hub, till and kiosk."""

    shop: DemoShop
    till: Terminal
    kiosk: Terminal
    face: KioskFace
    sounds: Sounds
    lab: LabAddresses

    def until(self, held: Callable[[], bool]) -> None:
        """Turn the event loop until something holds."""
        loop, ceiling, look = QEventLoop(), QTimer(), QTimer()
        ceiling.setSingleShot(True)
        ceiling.timeout.connect(loop.quit)
        look.timeout.connect(lambda: held() and loop.quit())
        ceiling.start(CEILING_MS)
        look.start(5)
        loop.exec()
        assert held(), "it did not happen in time"


@pytest.fixture(scope="module")
def floor(shared_folder: Path) -> Iterator[Floor]:
    """Everything enrolled at a running hub, and the lab's printer on the kiosk."""
    with tempfile.TemporaryDirectory(prefix="floor-") as folder:
        shop = copy_shop(prepare(shared_folder, "fashion"), Path(folder) / "s", "fashion")
        shop.start_hub()
        shop.settle("till-01", discovery=False)
        lab = shop.start_lab(headless=True)
        shop.settle("kiosk-k1", discovery=False, printer=printer_address(lab.printer))
        till = Terminal(shop.folder / "till-01", Silence())
        ear = Ear()
        kiosk = Terminal(shop.folder / "kiosk-k1", ear)
        face, sounds = open_face(kiosk, ear, (1080, 1920), ())
        till.start()
        kiosk.start()
        made = Floor(shop, till, kiosk, face, sounds, lab)
        yield made
        face.close()
        sounds.close()
        kiosk.close()
        till.close()
        shop.stop()


def test_it_opens_with_the_brand_the_store_and_its_goods(floor: Floor) -> None:
    model = floor.face.model
    floor.until(lambda: model.page == "attract" and model.brandName == "Noord & Zuid")
    assert model.storeName == "Noord & Zuid Amsterdam"
    model.start()
    floor.until(lambda: len(model.browse.property("cards").rows) > 10)


def test_the_tills_of_the_store_take_its_ticket_once(floor: Floor) -> None:
    model = floor.face.model
    model.start()
    model.on_scan(SHIRT_CODE, "]E0")
    floor.until(lambda: model.page == "item")
    model.addItem()
    floor.until(lambda: model.basket.countText == "1 artikel")
    model.basket_model.makeTicket()
    floor.until(lambda: model.page == "ticket")
    ticket = model.basket_model.ticket
    assert ticket is not None
    floor.until(lambda: decode(ticket.text)[0].kiosk in floor.till.ticket_verifiers())  # the till has heard of the kiosk
    opened = open_ticket(ticket.text, dict(floor.till.ticket_verifiers()))
    assert floor.till.selling.take_ticket(opened).added == 1
    model.finish()


def test_printed_is_said_when_the_printer_confirmed_and_its_paper_reads_back(floor: Floor) -> None:
    model = floor.face.model
    model.start()
    model.on_scan(SHIRT_CODE, None)
    floor.until(lambda: model.page == "item")
    model.addItem()
    floor.until(lambda: model.basket.countText == "1 artikel")
    floor.until(lambda: floor.kiosk.printer is not None and floor.kiosk.printer.health().can_print)
    model.basket_model.makeTicket()
    floor.until(lambda: model.page == "ticket")
    floor.until(lambda: str(model.basket.paperText).startswith("Geprint"))
    ticket = model.basket_model.ticket
    assert ticket is not None
    count = len(httpx.get(f"{floor.lab.control}/receipts").json())
    paper = httpx.get(f"{floor.lab.control}/receipts/{count}.png").content
    (found,) = zxingcpp.read_barcodes(Image.open(BytesIO(paper)).convert("L"))
    assert found.text == ticket.text
    model.finish()


def test_a_call_is_delivered_when_a_till_shows_it_and_answered_by_name(floor: Floor) -> None:
    model = floor.face.model
    model.start()
    model.openPanel("help")
    model.help.call("find")
    floor.until(lambda: bool(floor.till.help_calls()))
    (call,) = floor.till.help_calls()
    assert (call.reason, call.language, call.terminal) == ("find", "nl", "K1")
    floor.till.help_desk.shown(call)
    floor.until(lambda: model.help.phase == "delivered")
    floor.till.help_desk.answer(call, "Zoë")
    floor.until(lambda: model.help.phase == "coming")
    assert model.help.title == "Zoë komt naar je toe"
    model.finish()


def test_with_the_hub_gone_it_says_so_and_never_says_called(floor: Floor) -> None:
    model = floor.face.model
    floor.shop.kill("hub")
    model.start()
    model.openPanel("help")
    model.help.call("find")
    phases: set[str] = set()

    def ended() -> bool:
        phases.add(str(model.help.phase))
        return "unreachable" in phases

    floor.until(ended)
    assert phases <= {"calling", "unreachable"}
    assert "kassa" in model.help.hint
    floor.until(lambda: bool(model.isOffline))
    model.on_scan(SHIRT_CODE, None)  # the shop goes on
    floor.until(lambda: model.page == "item")
    model.finish()
