"""How sync, printer and scanner are: the signs of the strip and the page behind them. It says what is known, no more."""

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Property, QObject, Signal, Slot
from PySide6.QtQml import QmlElement

from kiosk.ui.kiosk_rows import Rows
from kiosk.ui.sounds import SoundState
from kiosk.ui.till_desk import Stage, TillDesk
from kiosk.ui.till_paper import PaperJob

QML_IMPORT_NAME = "Toonbank"
QML_IMPORT_MAJOR_VERSION = 1

FAULTS = (
    "paper-out",
    "cover-open",
    "cutter",
    "mechanical",
    "overheated",
    "offline",
    "paper-near-end",
)
"""What a printer reports, gravest first."""

_MINUTE_MS = 60_000


@dataclass(frozen=True, slots=True)
class FactRow:
    """One thing that is known."""

    key: str
    title: str
    value: str
    icon: str
    warns: bool


@dataclass(frozen=True, slots=True)
class JobRow:
    """One print job that is not done."""

    key: int
    title: str
    standing: str
    held: bool


@QmlElement
class StatusModel(QObject):
    """The state of everything around the counter."""

    changed = Signal()
    printerChanged = Signal()

    def __init__(self, desk: TillDesk, stage: Stage, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk, self._stage = desk, stage
        self._facts, self._jobs = Rows(FactRow, self), Rows(JobRow, self)
        self._sync: Any = None
        self._printer: Any = None
        self._scanner: Any = None
        self._open_jobs: tuple[PaperJob, ...] = ()
        place = desk.counter.ledger.identity.place
        self._store, self._terminal = place.store, place.terminal

    # news, on the GUI thread

    def heard_sync(self, status: Any) -> None:
        """How sync is has changed (sync.agent.ports.SyncStatus)."""
        self._sync = status
        self._show()

    def heard_printer(self, health: Any) -> None:
        """How the printer is has changed (drivers.api.Health)."""
        self._printer = health
        self._show()
        self.printerChanged.emit()

    def heard_scanner(self, health: Any) -> None:
        """How the serial scanner is has changed (drivers.api.Health)."""
        self._scanner = health
        self._show()

    def refresh(self) -> None:
        """Read the open print jobs and the store's name again."""
        self._desk.bridge.run(self._read_jobs, self._jobs_in)
        self._desk.bridge.search(self._desk.counter.catalog.stores, self._stores_in)

    def retell(self) -> None:
        """The language changed."""
        self._show()

    # the strip

    @Property(str, notify=changed)
    def storeText(self) -> str:
        """Where this is."""
        return self._store

    @Property(str, notify=changed)
    def tillText(self) -> str:
        """Which till this is."""
        return self._desk.say("Till {number}", number=self._terminal)

    @Property(str, notify=changed)
    def syncText(self) -> str:
        """How sync is, with what was not sent yet."""
        return self.sync_text()

    def sync_text(self) -> str:
        """How sync is, with what was not sent yet."""
        say, status = self._desk.say, self._sync
        if status is None or status.reachable is None:
            return say("Hub: not asked yet")
        unsent = say("{count} unsent", count=status.unsent) if status.unsent else ""
        if not status.reachable:
            return say("Hub away") + (f" · {unsent}" if unsent else "")
        if status.progress < 100:
            return say("Loading {percent} %", percent=status.progress)
        return say("Hub connected") + (f" · {unsent}" if unsent else "")

    @Property(str, notify=changed)
    def syncIcon(self) -> str:
        """How that is drawn."""
        return self.sync_icon()

    def sync_icon(self) -> str:
        """How that is drawn."""
        if self._sync is None or self._sync.reachable is None:
            return "cloud"
        if not self._sync.reachable:
            return "cloud-off"
        if self.sync_warns():
            return "cloud-alert"
        return "cloud-sync" if self._sync.unsent else "cloud-synced"

    @Property(bool, notify=changed)
    def syncWarns(self) -> bool:
        """Whether a person should know. Selling goes on."""
        return self.sync_warns()

    def sync_warns(self) -> bool:
        """Whether a person should know. Selling goes on."""
        status = self._sync
        if status is None or status.reachable is None:
            return False
        return bool(not status.reachable or status.stalled or status.forked or status.clock_warning)

    @Property(str, notify=changed)
    def printerText(self) -> str:
        """How the printer is."""
        return self.printer_text()

    def printer_text(self) -> str:
        """How the printer is."""
        return self.printer_fault() or self._printer_well()

    @Property(str, notify=changed)
    def printerIcon(self) -> str:
        """How that is drawn."""
        return self.printer_icon()

    def printer_icon(self) -> str:
        """How that is drawn."""
        return "printer-off" if self.printer_warns() else "printer"

    @Property(bool, notify=changed)
    def printerWarns(self) -> bool:
        """Whether a person should look."""
        return self.printer_warns()

    def printer_warns(self) -> bool:
        """Whether a person should look."""
        return self.printer_fault() != "" or any(job.isHeld for job in self._open_jobs)

    @Property(str, notify=changed)
    def scannerText(self) -> str:
        """How the scanner is. A keyboard scanner cannot be seen: only a serial one is known to be there."""
        return self.scanner_text()

    def scanner_text(self) -> str:
        """How the scanner is. A keyboard scanner cannot be seen: only a serial one is known to be there."""
        say, health = self._desk.say, self._scanner
        if health is None:
            return say("Scanner: keyboard")
        if health.state.value in ("ready", "busy"):
            return say("Scanner ready")
        return say("Scanner not connected")

    @Property(bool, notify=changed)
    def scannerWarns(self) -> bool:
        """Whether a person should look."""
        return self.scanner_warns()

    def scanner_warns(self) -> bool:
        """Whether a person should look."""
        return self._scanner is not None and self._scanner.state.value not in ("ready", "busy")

    # the page

    @Property(QObject, notify=changed)
    def facts(self) -> QObject:
        """What is known, line by line."""
        return self._facts

    @Property(QObject, notify=changed)
    def jobs(self) -> QObject:
        """What is still to be printed, or waits for a person."""
        return self._jobs

    @Property(bool, notify=changed)
    def hasJobs(self) -> bool:
        """Whether something is still to be printed."""
        return bool(self._open_jobs)

    @Slot()
    def tryNow(self) -> None:
        """Ask the hub now."""
        self._desk.try_sync()

    @Slot()
    def printLast(self) -> None:
        """Print the last receipt again, marked as a copy."""
        self._desk.bridge.run(self._desk.receipts.reprint, self._copied, self._stage.refuse)

    @Slot(int)
    def printJob(self, job: int) -> None:
        """A person wants a held job on paper."""
        paper = self._desk.paper
        if paper is not None:
            self._desk.bridge.run(lambda: paper.release(job), self._job_moved)

    @Slot(int)
    def dropJob(self, job: int) -> None:
        """A person does not want a job any more."""
        paper = self._desk.paper
        if paper is not None:
            self._desk.bridge.run(lambda: paper.give_up(job), self._job_moved)

    def printer_fault(self) -> str:
        """What is wrong with the printer; empty when nothing is known to be."""
        say, health = self._desk.say, self._printer
        if self._desk.paper is None:
            return say("No printer")
        if health is None or health.state.value in ("opening", "closed"):
            return ""
        faults = {fault.value for fault in health.faults}
        texts = {
            "paper-out": say("Printer: paper out"),
            "cover-open": say("Printer: cover open"),
            "cutter": say("Printer: cutter stuck"),
            "mechanical": say("Printer: out of order"),
            "overheated": say("Printer: too hot"),
            "offline": say("Printer: paused"),
            "paper-near-end": say("Printer: paper almost out"),
        }
        found = next((texts[fault] for fault in FAULTS if fault in faults), "")
        if not found and health.state.value in ("lost", "backoff", "absent"):
            return say("Printer not reachable")
        return found

    def _printer_well(self) -> str:
        say, health = self._desk.say, self._printer
        if health is None or health.state.value in ("opening", "closed"):
            return say("Printer: not asked yet")
        if health.state.value == "busy":
            return say("Printer busy")
        return say("Printer ready")

    def _read_jobs(self) -> tuple[PaperJob, ...]:
        return tuple(PaperJob.of(job) for job in self._desk.receipts.jobs())

    def _jobs_in(self, jobs: tuple[PaperJob, ...]) -> None:
        self._open_jobs = tuple(job for job in jobs if job.kind != "drawer")
        self._show()

    def _stores_in(self, stores: dict[str, Any]) -> None:
        place = self._desk.counter.ledger.identity.place
        self._store = stores[place.store].name if place.store in stores else place.store
        self._show()

    def _job_moved(self, job: object) -> None:
        self.refresh()

    def _copied(self, document: object) -> None:
        self._stage.tell(self._desk.say("A copy of the receipt is being printed"))
        self.refresh()

    def _show(self) -> None:
        say = self._desk.say
        rows = [
            FactRow("sync", say("Hub"), self.sync_text(), self.sync_icon(), self.sync_warns()),
            FactRow("contact", say("Last contact"), self._contact(), "clock", False),
            FactRow("unsent", say("Not sent yet"), self._unsent(), "arrow-up", False),
            FactRow(
                "printer", say("Printer"), self.printer_text(), self.printer_icon(), self.printer_warns()
            ),
            FactRow("scanner", say("Scanner"), self.scanner_text(), "scan", self.scanner_warns()),
            self._sound(),
            FactRow("version", say("Version"), self._desk.version(), "info", False),
        ]
        if self._sync is not None and self._sync.clock_warning:
            minutes = abs(self._sync.clock_offset_ms) // _MINUTE_MS
            text = say("{count} minutes off. Ask the help desk to set it.", count=minutes)
            rows.insert(3, FactRow("clock", say("Clock"), text, "timer", True))
        self._facts.put(rows)
        self._jobs.put(
            [
                JobRow(job.key, self._job_title(job), job.standing(say), job.isHeld)
                for job in self._open_jobs
            ]
        )
        self.changed.emit()

    def _job_title(self, job: PaperJob) -> str:
        title = job.title(self._desk.say)
        return f"{title} · {job.first_line}" if job.first_line else title

    def _contact(self) -> str:
        status = self._sync
        if status is None or status.last_contact_ms is None:
            return self._desk.say("None since the start")
        return self._desk.say.ago(max(0, self._desk.now_ms() - status.last_contact_ms))

    def _sound(self) -> FactRow:
        say, state = self._desk.say, self._desk.sounds.state
        if state is SoundState.SILENT:
            text = say("None. Check the speaker and start again. The screen shows every refusal too.")
            return FactRow("sound", say("Sound"), text, "volume-off", True)
        text = say("On") if state is SoundState.READY else say("Not known yet")
        return FactRow("sound", say("Sound"), text, "volume", False)

    def _unsent(self) -> str:
        status, say = self._sync, self._desk.say
        if status is None:
            return say("Not known yet")
        if not status.unsent:
            return say("Everything is sent")
        age = say.ago(status.oldest_unsent_ms)
        return say(
            "{count} facts, the oldest {age}. They are safe here.", count=status.unsent, age=age
        )
