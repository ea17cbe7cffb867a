"""The night before: head office brings in goods and settings, the till hears of them, and then its hub is gone for the day."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from typer.testing import CliRunner

from kiosk.apps.demo import DemoShop, printer_address
from sync.hub.commands.line import app
from tests.journeys.realtill import RealTill
from tests.journeys.selling_day.counter import Day
from tests.journeys.support import free_port
from tests.kiosk.ui.kiosk.shop import SAMPLES

OFFICE = Path(__file__).parent / "office"


def prepare(shop: DemoShop, folder: Path) -> Day:
    """A till that knows everything and works alone. `folder` is head office's own."""
    lab, port = shop.start_lab(headless=True), free_port()
    shop.start_hub(port)
    shop.settle("till-01", printer=printer_address(lab.printer), wedge="", payment_terminal=lab.card_terminal, discovery=False)
    till = RealTill(shop.folder / "till-01")
    _bring(shop.hub_folder, _files(folder))
    catalog, counter = till.terminal.catalog, till.terminal.counter
    till.terminal.try_sync()
    till.wait(lambda: catalog.article("KLOK") is not None and len(counter.settings.patterns) == 2)
    till.wait(lambda: till.terminal.ledger.push_state().acked == till.terminal.ledger.head())
    shop.kill("hub")
    till.terminal.try_sync()
    till.wait(lambda: not till.terminal.is_connected())
    return Day(shop, lab, till, port, till.terminal.ledger.push_state().acked)


def _files(folder: Path) -> Sequence[Path]:
    """The sample's settings with some more, and products."""
    shutil.copy(SAMPLES / "fashion" / "logo.png", folder)
    settings = folder / "settings.toml"
    parts = (SAMPLES / "fashion" / "settings.toml", OFFICE / "more_settings.toml")
    settings.write_text("".join(part.read_text("utf-8") for part in parts), "utf-8")
    return settings, OFFICE / "products.csv"


def _bring(hub: Path, files: Sequence[Path]) -> None:
    """Have the running hub import files, by the command that head office types."""
    for file in files:
        done = CliRunner().invoke(app, ["import", str(file), "--data", str(hub), "--json"])
        assert done.exit_code == 0, done.output
