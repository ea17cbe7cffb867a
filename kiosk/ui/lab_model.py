"""What the lab window shows and orders: a view over the simulators' control port.

A thread waits for news and fetches it, another carries orders out; both hand plain values to the
GUI thread by signals, so the window never waits for the network.
"""

import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

from PySide6.QtCore import (
    Property,
    QAbstractListModel,
    QByteArray,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)

from kiosk.ui.lab_client import LabClient, LabRefused

RECEIPTS_SHOWN = 60
WIRE_ROWS_SHOWN = 400
WIRE_ROW_BYTES = 12
RETRY_AFTER_S = 1.0

AnyIndex = QModelIndex | QPersistentModelIndex
NO_PARENT = QModelIndex()

# The faults in the order of their buttons, in the groups of the panel.
FAULT_GROUPS: dict[str, tuple[str, ...]] = {
    "printer": ("paper_out", "paper_near_end", "cover_open", "cutter_jam"),
    "power": ("off", "power_cycle"),
    "line": ("cut_line", "stall", "slow", "drop_reply", "half_reply", "double_reply", "garble"),
}


class Rows(QAbstractListModel):
    """Rows of plain values for a list; the newest stand last."""

    def __init__(self, roles: Sequence[str], rows_max: int, parent: QObject) -> None:
        super().__init__(parent)
        self._roles = {Qt.ItemDataRole.UserRole + place: name for place, name in enumerate(roles)}
        self._rows_max = rows_max
        self._rows: list[Mapping[str, object]] = []

    def roleNames(self) -> dict[int, QByteArray]:
        return {number: QByteArray(name.encode()) for number, name in self._roles.items()}

    def rowCount(self, parent: AnyIndex = NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = 0) -> object:
        if not index.isValid() or role not in self._roles:
            return None
        return self._rows[index.row()][self._roles[role]]

    def append(self, rows: Sequence[Mapping[str, object]]) -> None:
        """Add rows at the end; the oldest go when there are too many."""
        rows = rows[-self._rows_max :]
        if not rows:
            return
        surplus = len(self._rows) + len(rows) - self._rows_max
        if surplus > 0:
            self.beginRemoveRows(NO_PARENT, 0, surplus - 1)
            del self._rows[:surplus]
            self.endRemoveRows()
        first = len(self._rows)
        self.beginInsertRows(NO_PARENT, first, first + len(rows) - 1)
        self._rows.extend(rows)
        self.endInsertRows()

    def clear(self) -> None:
        """Take every row out."""
        self.beginResetModel()
        self._rows.clear()
        self.endResetModel()


class LabModel(QObject):
    """The lab window's only view-model."""

    changed = Signal()
    refused = Signal(str)
    _news = Signal(dict, list, list)
    _ordered = Signal(dict)
    _lost = Signal(str)

    def __init__(self, client: LabClient, samples: Sequence[Mapping[str, str]]) -> None:
        """Watch the simulators behind this client; samples are {code, name}."""
        super().__init__()
        self._client = client
        self._samples = [dict(sample) for sample in samples]
        self._state: dict[str, Any] = {}
        self._problem = ""
        self._receipts = Rows(("number", "picture", "torn"), RECEIPTS_SHOWN, self)
        self._wire = Rows(("at", "source", "hex", "letters"), WIRE_ROWS_SHOWN, self)
        self._stopping = threading.Event()
        self._orders = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lab-orders")
        self._watcher = threading.Thread(target=self._watch, name="lab-watcher", daemon=True)
        self._news.connect(self._take_news)
        self._ordered.connect(self._take_state)
        self._lost.connect(self._take_problem)

    def start(self) -> None:
        """Begin to watch."""
        self._watcher.start()

    def stop(self) -> None:
        """Stop watching; a wait for news ends by itself."""
        self._stopping.set()
        self._orders.shutdown(wait=False, cancel_futures=True)

    # --- what the window shows ---

    @Property(QObject, constant=True)
    def receipts(self) -> QObject:
        return self._receipts

    @Property(QObject, constant=True)
    def wire(self) -> QObject:
        return self._wire

    @Property(list, constant=True)
    def samples(self) -> list[dict[str, str]]:
        return self._samples

    @Property(str, constant=True)
    def controlAddress(self) -> str:
        return self._client.url

    @Property(str, notify=changed)
    def problem(self) -> str:
        """Why the window knows nothing of the simulators; empty when all is well."""
        return self._problem

    @Property(str, notify=changed)
    def printerAddress(self) -> str:
        printer = self._printer
        return f"tcp://{printer['host']}:{printer['port']}" if printer else ""

    @Property(str, notify=changed)
    def paper(self) -> str:
        return str(self._printer.get("paper", "ok"))

    @Property(bool, notify=changed)
    def powered(self) -> bool:
        return bool(self._printer.get("power", False))

    @Property(bool, notify=changed)
    def online(self) -> bool:
        return bool(self._printer.get("online", False))

    @Property(bool, notify=changed)
    def coverOpen(self) -> bool:
        return bool(self._printer.get("cover_open", False))

    @Property(bool, notify=changed)
    def cutterJammed(self) -> bool:
        return bool(self._printer.get("cutter_jammed", False))

    @Property(bool, notify=changed)
    def drawerOpen(self) -> bool:
        return bool(self._printer.get("drawer_open", False))

    @Property(str, notify=changed)
    def hosts(self) -> str:
        return str(self._printer.get("connections", 0))

    @Property(str, notify=changed)
    def heldBytes(self) -> str:
        """Bytes that wait in the printer, as text; empty when none does."""
        held = int(self._printer.get("held_bytes", 0))
        return str(held) if held else ""

    @Property(str, notify=changed)
    def hangingPaper(self) -> str:
        """Address of the picture of the paper that was not cut yet; empty when there is none."""
        items = self._printer.get("hanging_items", 0)
        revision = f"{self._printer.get('receipts', 0)}-{items}"
        return f"{self._client.url}/roll.png?revision={revision}" if items else ""

    @Property(list, notify=changed)
    def faultsActive(self) -> list[str]:
        return list(self._printer.get("faults_active", []))

    @Property(list, notify=changed)
    def faultsArmed(self) -> list[str]:
        return list(self._printer.get("faults_armed", []))

    @Property(str, notify=changed)
    def scannerPort(self) -> str:
        return str((self._state.get("scanner") or {}).get("port", ""))

    @Property(bool, notify=changed)
    def scannerFitted(self) -> bool:
        return self._state.get("scanner") is not None

    @Property(bool, notify=changed)
    def keyboardFitted(self) -> bool:
        return self._state.get("keyboard") is not None

    @property
    def _printer(self) -> dict[str, Any]:
        return dict(self._state.get("printer") or {})

    # --- what the window orders ---

    @Slot(str, result="QStringList")
    def faults(self, group: str) -> list[str]:
        """The faults of one group of the panel."""
        return list(FAULT_GROUPS.get(group, ()))

    @Slot(str, str, str)
    def toggleFault(self, effect: str, trigger: str, number: str) -> None:
        """Start a fault by this trigger, or end it when it is in force or armed."""
        printer = self._printer
        if effect in printer.get("faults_active", []) + printer.get("faults_armed", []):
            self._order("/fault/clear", {"effect": effect})
            return
        body: dict[str, object] = {"effect": effect}
        if trigger != "now":
            try:
                body["trigger"] = {"kind": trigger, "n": float(number.replace(",", "."))}
            except ValueError:
                self.refused.emit(self.tr("Type the number at which the fault shall strike."))
                return
        self._order("/fault", body)

    @Slot()
    def clearFaults(self) -> None:
        self._order("/fault/clear", {})

    @Slot()
    def loadPaper(self) -> None:
        self._order("/paper", {})

    @Slot()
    def openDrawer(self) -> None:
        self._order("/drawer/open", {})

    @Slot()
    def closeDrawer(self) -> None:
        self._order("/drawer/close", {})

    @Slot(str, str)
    def scan(self, code: str, via: str) -> None:
        if code:
            self._order("/scan", {"code": code, "via": via})

    @Slot()
    def toggleScanner(self) -> None:
        plugged = (self._state.get("scanner") or {}).get("plugged", False)
        self._order("/scanner/unplug" if plugged else "/scanner/plug", {})

    @Slot()
    def clearWire(self) -> None:
        self._wire.clear()

    def _order(self, path: str, body: Mapping[str, object]) -> None:
        if not self._stopping.is_set():
            self._orders.submit(self._carry_out, path, body)

    def _carry_out(self, path: str, body: Mapping[str, object]) -> None:
        try:
            self._ordered.emit(self._client.order(path, body))
        except LabRefused as reason:
            self.refused.emit(str(reason))

    # --- news ---

    def _watch(self) -> None:
        number, receipts = 0, 0
        first = True
        while not self._stopping.is_set():
            try:
                newest = number if first else self._client.wait_beyond(number)
                if first or newest != number:
                    state = self._client.state()
                    pieces = self._client.receipts(receipts)
                    wire = self._client.wire(number)
                    number = int(state["number"])
                    receipts = pieces[-1]["number"] if pieces else receipts
                    first = False
                    wire = [entry for entry in wire if entry["number"] <= number]
                    self._news.emit(state, pieces, wire)
            except LabRefused as reason:
                self._lost.emit(str(reason))
                self._stopping.wait(RETRY_AFTER_S)
                first = True

    @Slot(dict, list, list)
    def _take_news(self, state: dict[str, Any], pieces: list[Any], wire: list[Any]) -> None:
        self._receipts.append([self._receipt_row(piece) for piece in pieces])
        self._wire.append([row for entry in wire for row in _wire_rows(entry)])
        self._take_state(state)

    def _receipt_row(self, piece: Mapping[str, Any]) -> dict[str, object]:
        number = piece["number"]
        picture = f"{self._client.url}/receipts/{number}.png"
        return {"number": str(number), "picture": picture, "torn": piece["torn"]}

    @Slot(dict)
    def _take_state(self, state: dict[str, Any]) -> None:
        self._state = state
        self._problem = ""
        self.changed.emit()

    @Slot(str)
    def _take_problem(self, problem: str) -> None:
        self._state = {}
        self._problem = problem
        self.changed.emit()


def _wire_rows(entry: Mapping[str, Any]) -> list[dict[str, object]]:
    """Bytes as rows of hexadecimal and letters; the time stands on the first row only."""
    data = bytes.fromhex(entry["hex"])
    moment = datetime.fromtimestamp(entry["at"]).astimezone()
    at = moment.strftime("%H:%M:%S.") + f"{moment.microsecond // 1000:03d}"
    source = f"{entry['device']}-{entry['direction']}"
    rows: list[dict[str, object]] = []
    for start in range(0, len(data), WIRE_ROW_BYTES):
        part = data[start : start + WIRE_ROW_BYTES]
        letters = "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in part)
        rows.append({"at": at, "source": source, "hex": part.hex(" "), "letters": letters})
        at = ""
    return rows
