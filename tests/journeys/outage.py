"""The hub is cut off, three tills sell on, one of them is destroyed and rebuilt: python -m tests.journeys.outage.

Real processes and files. In the end the hub, the tills and the receipts that were called out must say the same, to the cent.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk import config
from kiosk.apps import enrolment
from kiosk.apps.demo import DemoShop
from kiosk.store import identity
from tests.journeys.reckoning import Reckoning, sales_of
from tests.network.processes import Till

DISAGREES = 1
STORE, NUMBERS = "AMS1", ("01", "02", "03")
BROKEN = "02"
BEFORE, DURING, AFTER = {"01": 4, "02": 5, "03": 3}, {"01": 12, "02": 17, "03": 9}, {"01": 2, "02": 6, "03": 2}
"""Sales of each till while the hub is there, while it is gone, and after it came back."""
PRICE_MINOR = 1_499
Say = Callable[[str], None]


@dataclass(slots=True)
class Outage:
    """One story: its shop, its tills, and every receipt that a till said was paid."""

    shop: DemoShop
    stick: Path
    say: Say
    tills: dict[str, Till] = field(default_factory=dict)
    receipts: list[str] = field(default_factory=list)

    def play(self) -> dict[str, Any]:
        """From the first sale to the hub's report."""
        self.shop.import_sample()
        self.shop.start_hub()
        for number in NUMBERS:
            self._enrol(number)
            self._open(number)
        self._sell(BEFORE)
        self._drain()
        self.say(f"{self._sold()} sales, all at the hub: it says {self._at_hub()['sales']}")
        self._back_up(BROKEN)  # as every night; the first one brings the store's key
        port = int(self.shop.hub_url.rpartition(":")[2])
        self.shop.kill("hub")
        self.say("the hub is gone; the tills sell on")
        self._sell(DURING)
        self._back_up(BROKEN)
        self._destroy(BROKEN)
        self.shop.start_hub(port)
        self._recover(BROKEN)
        self._sell(AFTER)
        self._drain()
        report = self._at_hub(whole=True)
        self.say(f"{self._sold()} sales were called out as paid, the hub says {report['total']['sales']}")
        for number in list(self.tills):
            self._close(number)
        return report

    def stop(self) -> None:
        """End whatever still runs."""
        for till in self.tills.values():
            till.kill()
        self.shop.stop()

    def folder(self, number: str) -> Path:
        """A till's folder."""
        return self.shop.folder / f"till-{number}"

    def _enrol(self, number: str) -> None:
        if not identity.is_enrolled(self.folder(number)):
            made = self.shop.hub_command("enrol-code", "--store", STORE, "--terminal", number, "--kind", "till")
            enrolment.enrol(self.folder(number), self.shop.hub_url, made["code"], lambda step, percent: None)
        self._settle(number)

    def _settle(self, number: str) -> None:
        settings = config.load(self.folder(number))
        assert settings.hub, "enrolment remembers where the hub was"
        self.shop.settle(f"till-{number}", discovery=False, backup_folder=str(self.stick))

    def _open(self, number: str) -> None:
        self.tills[number] = Till(self.folder(number), self.shop.first_pins()["101"])

    def _sell(self, counts: dict[str, int]) -> None:
        for number, count in counts.items():
            self.tills[number].sell(count)
            self.say(f"  till {number} sold {count}")

    def _drain(self) -> None:
        for number, till in self.tills.items():
            till.order(**{"try": True})
            assert till.drained(), f"till {number} does not come to rest"

    def _sold(self) -> int:
        return len(self.receipts) + sum(len(till.all("sold")) for till in self.tills.values())

    def _at_hub(self, *, whole: bool = False) -> dict[str, Any]:
        report = self.shop.hub_command("report", "day", "--store", STORE)
        total: dict[str, Any] = report["total"]
        return report if whole else total

    def _back_up(self, number: str) -> None:
        made = _toonbank("backup", "--data", str(self.folder(number)), "--json")
        self.say(f"till {number} makes its backup on the stick: whole up to fact {made['seq']}")

    def _destroy(self, number: str) -> None:
        till = self.tills[number]
        state = till.state()
        till.kill()
        self._keep_receipts(number)
        shutil.rmtree(self.folder(number))
        self.say(f"till {number} is destroyed, with {state['head'] - state['acked']} facts that no hub has seen")

    def _recover(self, number: str) -> None:
        code = self.shop.hub_command("enrol-code", "--store", STORE, "--terminal", number, "--kind", "till")["code"]
        newest = max((path for path in self.stick.rglob("*") if path.is_file()), key=lambda path: path.stat().st_mtime_ns)
        found = _toonbank(
            "recover", "--hub", self.shop.hub_url, "--code", code, "--from", str(newest),
            "--data", str(self.folder(number)), "--json",
        )  # fmt: skip
        self.say(f"till {number} is rebuilt: {found['from_hub']} facts from the hub, {found['brought']} more from the stick")
        self._settle(number)
        self._open(number)

    def _close(self, number: str) -> None:
        self._keep_receipts(number)
        self.tills[number].close()
        del self.tills[number]

    def _keep_receipts(self, number: str) -> None:
        self.receipts += self.tills[number].all("sold")


def reckon(story: Outage, report: dict[str, Any]) -> Reckoning:
    """What was called out, what the ledgers hold and what the hub says, against the plan."""
    planned = sum(sum(part.values()) for part in (BEFORE, DURING, AFTER))
    found = Reckoning()
    found.same("receipts called out", planned, len(story.receipts))
    found.same("receipts that differ", planned, len(set(story.receipts)))
    found.same("sales at the hub", planned, report["total"]["sales"])
    found.same("gross at the hub", planned * PRICE_MINOR, report["total"]["gross"])
    found.same("held at the hub", 0, report["held"])
    found.same("two histories at the hub", [], report["forked"])
    in_ledgers: list[str] = []
    for number in NUMBERS:
        in_ledgers += [body["receipt"] for body in sales_of(story.folder(number))]
    lost = set(story.receipts) - set(in_ledgers)
    # What the destroyed till sold lies at the hub; the rebuilt one goes on in a series of its own.
    found.same("receipts of other tills that no ledger holds", set(), {one for one in lost if f"-{BROKEN}-" not in one})
    return found


def run(shop: DemoShop, stick: Path, say: Say) -> Reckoning:
    """Play the story in a shop, with the folder that the tills' backups go to, and reckon."""
    story = Outage(shop, stick, say)
    try:
        report = story.play()
    finally:
        story.stop()
    return reckon(story, report)


def main(arguments: Sequence[str]) -> int:
    """Play it in a folder of its own; 0 when everything agrees."""
    argparse.ArgumentParser(prog="python -m tests.journeys.outage", description=__doc__).parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="outage-") as folder:  # short: a socket's path has a limit
        found = run(DemoShop(Path(folder) / "shop", "fashion", lambda line: None), Path(folder) / "stick", _say)
    for line in found.differences:
        _say(f"DIFFERENCE {line}")
    _say("the hub, the tills and the receipts differ" if found.differences else "the hub, the tills and the receipts agree")
    return DISAGREES if found.differences else 0


def _toonbank(*words: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-m", "kiosk", *words], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr or done.stdout
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
