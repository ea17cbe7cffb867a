"""The demo shop on one machine, from real processes: a hub with a sample shop, a till, a kiosk, and the device lab."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import IO, Any

from kiosk import config
from kiosk.apps import enrolment
from kiosk.domain.errors import ShopError
from kiosk.store import identity
from kiosk.store.folder import write_whole

SAMPLES = ("fashion", "grocery")
FILES = (
    "settings.toml", "categories.csv", "words.csv", "products.csv", "pricelists.csv", "prices.csv", "promotions.csv",
    "tenders.csv", "staff.csv", "customers.csv",
)  # fmt: skip
"""What is imported, in this order: staff and products belong to stores that the settings name, offers to goods."""

STORES = {"till-01": ("AMS1", "01", "till"), "till-02": ("AMS1", "02", "till"), "kiosk-k1": ("AMS1", "K1", "kiosk")}
"""The demo's terminals by folder name: store, terminal number and kind."""

PINS_FILE = "first-pins.json"
HUB_SETTINGS, MAIL_TABLE, LOCAL = "hub.toml", "[mail]", "127.0.0.1"
_READY_S = 60.0
_STOP_S = 15.0
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class LabAddresses:
    """Where the simulated devices are: printer and control over TCP, scanner as a tty, card terminal by HTTPS."""

    printer: str
    scanner: str
    control: str
    card_terminal: str = ""


@dataclass(slots=True)
class DemoShop:
    """The processes of a demo shop in one folder. Everything it starts it stops; what it stored stays for the next time."""

    folder: Path
    sample: str = "fashion"
    say: Say = print
    _running: list[tuple[str, "subprocess.Popen[str]"]] = field(default_factory=list)
    _logs: list[IO[str]] = field(default_factory=list)
    hub_url: str = ""

    @property
    def hub_folder(self) -> Path:
        """The hub's data."""
        return self.folder / "hub"

    def first_pins(self) -> dict[str, str]:
        """The one-time PINs of the sample's staff, by number."""
        found: dict[str, str] = json.loads((self.folder / PINS_FILE).read_text("utf-8"))
        return found

    def import_sample(self) -> None:
        """Fill an empty hub with the sample shop."""
        if (self.folder / PINS_FILE).exists():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        pins: dict[str, str] = {}
        home = Path(str(resources.files("assets"))) / "samples" / self.sample
        for name in FILES:
            self.say(f"importing {name}")
            pins |= self.hub_command("import", str(home / name)).get("pins", {})
        write_whole(self.folder / PINS_FILE, json.dumps(pins).encode(), 0o600)

    def start_hub(self, port: int = 0, *, announce: bool = False) -> str:
        """Start the hub, open to the local network and announced there if asked for; gives its URL once it answers."""
        argv = ["-m", "sync.hub", "serve", "--data", str(self.hub_folder), "--port", str(port)]
        argv += ["--host", "0.0.0.0", "--announce"] if announce else []
        hub = self.spawn("hub", argv, capture=True)
        self.hub_url = _first_line(hub, "hub").rpartition(" ")[2]
        self.say(f"hub ready at {self.hub_url}")
        return self.hub_url

    def start_mailbox(self) -> None:
        """Start a mail server that delivers nothing and keeps each mail as a file, and have the hub write to it.

        A hub whose settings name another one is left as it is.
        """
        path = self.hub_folder / HUB_SETTINGS
        before, _, own = path.read_text("utf-8").partition(MAIL_TABLE)
        if 'host = "' in own and not any(f'host = "{host}"' in own for host in ("", LOCAL)):
            return
        argv = ["-m", "drivers.simulated.mailbox", "--port", "0", "--folder", str(self.folder / "mails")]
        port = _first_line(self.spawn("mailbox", argv, capture=True), "mailbox").rpartition(":")[2]
        table = f'{MAIL_TABLE}\nhost = "{LOCAL}"\nport = {port}\ntls = "none"\nsender = "orders@toonbank.example"\n'
        write_whole(path, (before + table).encode(), 0o600)
        self.say(f"mails to customers are kept in {self.folder / 'mails'}")

    def hub_command(self, *words: str) -> dict[str, Any]:
        """Run a command of toonbank-hub and give its JSON; raises ShopError with what it said."""
        argv = [sys.executable, "-m", "sync.hub", *words, "--data", str(self.hub_folder), "--json"]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=_READY_S, check=False)
        if done.returncode:
            reason = done.stderr.strip() or done.stdout
            raise ShopError("demo.hub_command", command=" ".join(words[:2]), reason=reason[-400:])
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def enrol(self, name: str) -> Path:
        """Make one of STORES' terminals, if it is not there yet, and give its folder."""
        folder = self.folder / name
        if not identity.is_enrolled(folder):
            store, terminal, kind = STORES[name]
            made = self.hub_command("enrol-code", "--store", store, "--terminal", terminal, "--kind", kind)
            enrolment.enrol(folder, self.hub_url, made["code"], lambda step, percent: None)
            self.say(f"enrolled {kind} {terminal} of {store}")
        return folder

    def settle(self, name: str, **settings: Any) -> None:
        """Change settings of a terminal that is not running."""
        path = self.folder / name / config.FILE
        changed = replace(config.load(self.folder / name), hub=self.hub_url, **settings)
        write_whole(path, config.text(changed).encode())

    def start_lab(self, *, headless: bool) -> LabAddresses:
        """Start the simulated devices, with their window unless headless."""
        argv = ["-m", "kiosk", "lab", "--data", str(self.folder / "paper"), "--card-terminal", str(self.folder / "card-terminal")]
        argv += ["--headless"] if headless else []
        lab = self.spawn("lab", argv, capture=True)
        found = json.loads(_first_line(lab, "lab"))
        return LabAddresses(found["printer"], found["scanner"], found["control"], found["poi"])

    def spawn(self, name: str, argv: list[str], *, capture: bool = False) -> "subprocess.Popen[str]":
        """Start a process of the shop; its errors go to a log in the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        log = (self.folder / f"{name}.log").open("a", encoding="utf-8")
        self._logs.append(log)
        process = subprocess.Popen(
            [sys.executable, *argv], stdin=subprocess.PIPE if capture else None,
            stdout=subprocess.PIPE if capture else log, stderr=log, text=True,
        )  # fmt: skip
        self._running.append((name, process))
        return process

    def kill(self, name: str) -> None:
        """End a process as a power cut would."""
        found = next(one for one in self._running if one[0] == name)
        self._running.remove(found)
        found[1].kill()
        _reap(found[1])

    def stop(self) -> None:
        """Stop what runs, the newest first."""
        while self._running:
            _, process = self._running.pop()
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
            _reap(process)
        while self._logs:
            self._logs.pop().close()


def printer_address(url: str) -> str:
    """The till's address of a lab printer: `tcp://host:port` becomes `escpos+tcp://host:port`."""
    return f"escpos+{url}"


def run_demo(folder: Path, sample: str, say: Say) -> int:
    """Open the demo shop's windows; ends when the till is closed. Gives the till's exit code."""
    shop = DemoShop(folder, sample, say)
    try:
        shop.import_sample()
        shop.start_mailbox()
        shop.start_hub()
        till, kiosk = shop.enrol("till-01"), shop.enrol("kiosk-k1")
        lab = shop.start_lab(headless=False)
        scanner = f"serial://{lab.scanner}"
        shop.settle("till-01", printer=printer_address(lab.printer), scanner=scanner, payment_terminal=lab.card_terminal)
        shop.settle("kiosk-k1", printer=printer_address(lab.printer))
        say("sign in with: " + ", ".join(f"{number} PIN {pin}" for number, pin in shop.first_pins().items()))
        shop.spawn("kiosk", ["-m", "kiosk", "kiosk", "--data", str(kiosk)])
        return shop.spawn("till", ["-m", "kiosk", "till", "--data", str(till)]).wait()
    finally:
        shop.stop()


def _reap(process: "subprocess.Popen[str]") -> None:
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _first_line(process: "subprocess.Popen[str]", name: str) -> str:
    assert process.stdout is not None, "started with its output captured"
    line = process.stdout.readline().strip()
    if not line:
        raise ShopError("demo.not_started", part=name)
    return line
