"""Pictures of a tablet: finding by camera, the product's card, a mixed basket, the hand-over to a till, paying."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from drivers import registry
from drivers.simulated.camera.device import SimulatedCamera
from kiosk.apps.system import TOOLS
from kiosk.ui.theme import Look
from tests.drivers.scenes import Label, scene
from tests.kiosk.ui.till_shop import TillShop

Take = Callable[[str], None]
UPRIGHT = (800, 1280)
WHITE_S, WHITE_M = "8799999000017", "8799999000024"
ESC = Qt.Key.Key_Escape


class Tablet:
    """A tablet with a simulated camera."""

    def __init__(self, folder: Path, language: str = "nl", size: tuple[int, int] = UPRIGHT, look: Look | None = None) -> None:
        self.folder, self.seen = folder, SimulatedCamera()
        self.camera = registry.camera(self.seen.address, TOOLS)
        look = look or Look("base", key_caps=False)
        self.shop = TillShop(folder, "fashion", size, language, look, camera=self.camera, tablet=True)
        bridge, till = self.shop.desk.bridge, self.shop.till
        self.camera.open(
            lambda scan: bridge.post(lambda: till.scanned(scan)),
            lambda health: bridge.post(lambda: till.camera_model.heard(health)),
        )

    def close(self) -> None:
        """Put it away."""
        self.camera.close()
        self.shop.close()
        self.seen.stop()


def tablet(held: Tablet, take: Take) -> None:
    """The associate's way, from an empty basket to the payment."""
    shop, till = held.shop, held.shop.till
    shop.sign_in()
    shop.settle(until=lambda: till.screen == "sale")
    take("a0-home")
    other = Label(WHITE_M, across=1050, down=600, scale=3, turned=8)
    held.seen.show(scene(held.folder, "label", Label(WHITE_S, turned=-15), other))
    shop.tap("Scan with the camera" if shop.desk.language == "en" else "Scannen met de camera")
    shop.settle(until=lambda: till.sale_model.priced.pieces == 1)
    shop.settle(until=lambda: till.camera_model.sight is not None)
    take("a1-find-by-camera")
    held.seen.unplug()
    shop.settle(until=till.camera_model.is_blind)
    take("a1-unplugged")
    shop.key(ESC)
    shop.scan(WHITE_M)
    take("a3-basket")
    till.goods.search("shirt")
    shop.settle()
    take("a3-found")
    till.goods.clear()
    till.more_model.line_model.showCard()
    shop.settle()
    take("a4-stock")
    shop.key(ESC)
    till.more_model.order_model.begin()
    shop.settle()
    take("a4-ways")
    shop.key(ESC)
    till.more_model.hand_model.begin()
    shop.settle()
    take("a5-hand-over")
    shop.key(ESC)
    till.showMenu()
    shop.settle()
    take("a-menu")
    shop.key(ESC)
    till.more_model.customer_model.begin()
    shop.settle()
    take("a2-customer")
    shop.key(ESC)
    shop.key(Qt.Key.Key_F9)
    take("a6-payment")
    shop.type("123456")
    shop.tap("Take the card payment" if shop.desk.language == "en" else "Pinbetaling boeken")
    shop.settle(until=lambda: till.screen == "done")
    take("a6-done")


def handing(shop: TillShop) -> None:
    """The code of a basket, to be scanned by a till."""
    shop.ready()
    shop.scan(WHITE_S)
    shop.till.more_model.hand_model.begin()
    shop.settle()
