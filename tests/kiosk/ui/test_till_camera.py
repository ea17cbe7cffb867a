"""The camera at the till: it looks only while its sheet is open, reads into the basket that is seen, and says why it is blind."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from drivers import registry
from drivers.api import DeviceState, Health, Scan, Sight
from drivers.simulated.camera.device import SimulatedCamera
from kiosk.apps.system import TOOLS
from tests.drivers.scenes import OTHER, Label, scene
from tests.kiosk.ui.till_shop import TillShop

WHITE_S, SECOND = OTHER, "8799999000024"
HOME, ESC = Qt.Key.Key_Home, Qt.Key.Key_Escape
GREEN = bytes((0, 200, 0)) * (64 * 36)


@dataclass
class PlayedEye:
    """A camera that a test holds in its hand."""

    has_light: bool = True
    lit: bool = False
    looks: int = 0
    on_sight: Callable[[Any], None] | None = field(default=None)

    def look(self, on_sight: Callable[[Any], None]) -> None:
        """Somebody looks."""
        self.looks += 1
        self.on_sight = on_sight

    def rest(self) -> None:
        """Nobody looks."""
        self.on_sight, self.lit = None, False

    def light(self, on: bool) -> None:
        """Its light."""
        self.lit = on


@pytest.fixture
def eye() -> PlayedEye:
    return PlayedEye()


@pytest.fixture
def shop(tmp_path: Path, eye: PlayedEye) -> Iterator[TillShop]:
    made = TillShop(tmp_path, size=(800, 1280), language="en", camera=eye)
    made.ready()
    yield made
    made.close()
    assert not made.warnings and not made.bugs


def read(shop: TillShop, text: str) -> None:
    """The camera read a code."""
    shop.till.scanned(Scan("camera", text.encode(), text, "]E0", time.monotonic_ns()))
    shop.settle()


def blind(shop: TillShop, state: DeviceState, code: str) -> list[str]:
    """The camera says how it is; gives what is shown."""
    shop.till.camera_model.heard(Health(state, code=code))
    shop.settle()
    return shop.texts()


def test_it_looks_only_while_its_sheet_is_open(shop: TillShop, eye: PlayedEye) -> None:
    assert eye.looks == 0
    shop.tap("Scan with the camera")
    assert eye.on_sight is not None and "The camera is starting" in shop.texts()
    shop.tap("Camera off")
    assert eye.on_sight is None and eye.looks == 1
    shop.key(HOME)
    assert eye.on_sight is not None
    shop.key(ESC)
    assert eye.on_sight is None and shop.till.screen == "sale"


def test_what_it_sees_is_shown_beside_the_basket_and_sold_one_after_the_other(shop: TillShop, eye: PlayedEye) -> None:
    shop.key(HOME)
    assert eye.on_sight is not None
    for _ in range(5):
        eye.on_sight(Sight(64, 36, GREEN, 1))
    shop.settle()
    assert shop.till.camera_model.address == "image://sight/1", "five pictures that came at once are one to paint"
    image = shop.window.grabWindow()
    points = [image.pixelColor(x, y) for x in range(0, 800, 20) for y in range(0, 1280, 20)]
    assert sum(point.green() > 180 and point.red() < 60 for point in points) > 200
    read(shop, WHITE_S)
    read(shop, SECOND)
    assert len(shop.till.sale_model.priced.lines) == 2 and eye.on_sight is not None and eye.looks == 1


def test_a_refusal_is_seen_before_it_looks_on_and_paying_switches_it_off(shop: TillShop, eye: PlayedEye) -> None:
    shop.key(HOME)
    read(shop, "8711111111111")
    assert shop.till.dialog == "notice" and eye.on_sight is None
    shop.key(Qt.Key.Key_Return)
    assert shop.till.dialog == "" and eye.on_sight is not None, "it comes back with the place where it was opened"
    read(shop, WHITE_S)
    shop.key(Qt.Key.Key_F9)
    assert shop.till.screen == "payment" and eye.on_sight is None
    shop.key(ESC)
    assert shop.till.screen == "sale" and eye.on_sight is None


def test_in_a_dialog_one_code_is_wanted(shop: TillShop, eye: PlayedEye) -> None:
    shop.till.more_model.line_model.beginPrice()
    shop.settle()
    assert shop.till.dialog == "price_check"
    shop.tap("Scan with the camera")
    assert eye.on_sight is not None
    read(shop, WHITE_S)
    assert eye.on_sight is None and not shop.till.sale_model.priced.lines


def test_a_dialog_that_is_opened_again_does_not_switch_it_on(shop: TillShop, eye: PlayedEye) -> None:
    for _ in range(2):
        shop.till.more_model.line_model.beginPrice()
        shop.settle()
        assert eye.on_sight is None
        if not eye.looks:
            shop.key(HOME)
        shop.till.close()
        shop.settle()
        assert eye.on_sight is None and eye.looks == 1


@pytest.mark.parametrize(
    ("state", "code", "sentence"),
    [
        (DeviceState.BACKOFF, "device.absent", "The camera is not there"),
        (DeviceState.LOST, "device.lost", "The camera was unplugged"),
        (DeviceState.BACKOFF, "device.busy", "Another program uses the camera"),
        (DeviceState.BACKOFF, "device.access-refused", "This terminal may not use the camera"),
        (DeviceState.BACKOFF, "device.foreign", "This is no camera that can be read"),
    ],
)  # fmt: skip
def test_a_blind_camera_says_why_and_comes_back(shop: TillShop, state: DeviceState, code: str, sentence: str) -> None:
    shop.key(HOME)
    shown = blind(shop, state, code)
    assert sentence in shown and any("key the number in" in text or "comes back by itself" in text for text in shown)
    assert sentence not in blind(shop, DeviceState.READY, "")


def test_the_light_is_offered_where_there_is_one(shop: TillShop, eye: PlayedEye) -> None:
    shop.key(HOME)
    shop.tap("Light on")
    assert eye.lit
    shop.tap("Light off")
    assert not eye.lit
    eye.has_light = False
    assert not any(text.startswith("Light") for text in blind(shop, DeviceState.READY, ""))


def test_forgotten_it_goes_off(shop: TillShop, eye: PlayedEye) -> None:
    shop.key(HOME)
    shop.till.camera_model._unused.timeout.emit()
    shop.settle()
    assert eye.on_sight is None and shop.till.message.startswith("The camera is off")


def test_a_till_without_a_camera_offers_none(tmp_path: Path) -> None:
    shop = TillShop(tmp_path, language="en")
    try:
        shop.ready()
        shop.key(HOME)
        assert not shop.till.camera_model.is_open()
        assert not [one for one in shop.items() if one.objectName() == "camera" or "camera" in str(one.property("title") or "")]
    finally:
        shop.close()


def test_a_label_held_before_the_camera_is_sold_once_until_it_was_taken_away(tmp_path: Path) -> None:
    with SimulatedCamera() as simulated:
        camera = registry.camera(simulated.address, TOOLS)
        shop = TillShop(tmp_path, size=(800, 1280), language="en", camera=camera)
        try:
            camera.open(
                lambda scan: shop.desk.bridge.post(lambda: shop.till.scanned(scan)),
                lambda health: shop.desk.bridge.post(lambda: shop.till.camera_model.heard(health)),
            )
            shop.ready()
            simulated.show(scene(tmp_path, "label", Label(WHITE_S, turned=20)))
            shop.key(HOME)
            shop.settle(until=lambda: shop.till.sale_model.priced.pieces == 1, ceiling_s=30)
            sent = simulated.sent
            shop.settle(until=lambda: simulated.sent > sent + 30, ceiling_s=30)
            assert shop.till.sale_model.priced.pieces == 1
        finally:
            camera.close()
            shop.close()
