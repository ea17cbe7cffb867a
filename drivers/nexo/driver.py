"""A card terminal over the local nexo protocol: encrypted JSON over HTTPS, one connection per message, deadlines everywhere."""

import json
import secrets
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from drivers.api import DeviceState, Health, OnHealth, Tools
from drivers.errors import AddressRefused, DeviceAbsent, DeviceError, DeviceForeign
from drivers.nexo import crypto, frames
from drivers.nexo.frames import Garbled, Station
from drivers.transport.address import Address
from drivers.transport.https import HttpsAddress, HttpsDevice
from kiosk.domain.cardterminal import (
    Capability,
    CardAnswer,
    CardRequest,
    CardStatus,
    CardTotals,
    Deed,
    Found,
    Verdict,
)

CAPABILITIES = frozenset({Capability.STATUS, Capability.REVERSAL})
PATH = "/nexo"
PORT = 8443
_CONNECT_S = 5.0
_PROBE_S = 5.0
_STATUS_S = 10.0
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Papers:
    """How the terminal and the till know each other: the key's name and version, and the file with its passphrase."""

    poi_id: str
    key_identifier: str
    key_version: int
    passphrase: Path


class NexoTerminal:
    """See PaymentTerminal. `answer_s` is how long a shopper may take until the outcome counts as unknown."""

    capabilities = CAPABILITIES

    def __init__(self, address: HttpsAddress, papers: Papers, answer_s: float, tools: Tools) -> None:
        self._papers, self._answer_s, self._tools = papers, answer_s, tools
        self._device = HttpsDevice(address)
        self._station = Station("", papers.poi_id)
        self._key: crypto.SharedKey | None = None
        self._logged_in = False
        self._lock = threading.Lock()
        self._on_health: OnHealth = _nobody
        self._health = Health(DeviceState.CLOSED, since_ns=tools.clock_ns())

    @property
    def name(self) -> str:
        """See PaymentTerminal.name."""
        return self._papers.poi_id

    def open(self, station: str, on_health: OnHealth) -> None:
        """See PaymentTerminal.open."""
        self._station = Station(station, self._papers.poi_id)
        self._on_health = on_health
        self._tell(DeviceState.OPENING)

    def close(self) -> None:
        """See PaymentTerminal.close."""
        self._device.close()
        self._on_health = _nobody
        self._tell(DeviceState.CLOSED)

    def carry_out(self, request: CardRequest) -> CardAnswer:
        """See PaymentTerminal.carry_out."""
        why = self._log_in()
        if why:
            return CardAnswer(Verdict.DECLINED, why, sent=False, terminal=self.name)
        self._tell(DeviceState.BUSY)
        category = frames.CATEGORY[request.deed]
        try:
            body = self._ask(category, request.reference, frames.deed(request, self._station), self._answer_s)
            answer = frames.read_deed(body, request.deed, request.currency, self.name)
        except (DeviceAbsent, DeviceForeign, AddressRefused) as error:
            self._tell(DeviceState.LOST, error.code)
            return CardAnswer(Verdict.DECLINED, error.code, sent=False, terminal=self.name)
        except (DeviceError, Garbled, crypto.Unsealed) as error:
            code = self._trouble(error)
            return CardAnswer(Verdict.UNKNOWN, code, terminal=self.name)
        self._logged_in = answer.code != "card.logged_out"
        self._tell(DeviceState.READY)
        return answer

    def status(self, about: Deed, reference: str, currency: str) -> CardStatus:
        """See PaymentTerminal.status."""
        service = self._own_id()
        try:
            message = frames.status(about, reference, service, self._station)
            opened = self._exchange(message, _STATUS_S)
            if frames.poi_of(opened) != self.name:
                return CardStatus(Found.STRANGER, code="device.foreign")
            body = frames.response(opened, "TransactionStatus", service, self._station)
            found = frames.read_status(body, about, reference, currency, self.name)
        except (DeviceError, Garbled, crypto.Unsealed) as error:
            foreign = isinstance(error, DeviceForeign)
            return CardStatus(Found.STRANGER if foreign else Found.NO_ANSWER, code=self._trouble(error))
        self._tell(DeviceState.READY)
        return found

    def abort(self, about: Deed, reference: str) -> None:
        """See PaymentTerminal.abort."""
        message = frames.abort(about, reference, self._own_id(), self._station)
        try:
            self._device.post(self._seal(message), connect_s=_CONNECT_S, answer_s=_PROBE_S)
        except (DeviceError, crypto.Unsealed):
            return  # the payment's own answer, or its silence, says how it ended

    def reconcile(self, currency: str) -> CardTotals | None:
        """See PaymentTerminal.reconcile."""
        service = self._own_id()
        try:
            body = self._ask("Reconciliation", service, frames.reconciliation(service, self._station), _STATUS_S)
            return frames.read_totals(body, currency, self.name)
        except (DeviceError, Garbled, crypto.Unsealed) as error:
            self._trouble(error)
            return None

    def probe(self) -> Health:
        """See PaymentTerminal.probe."""
        service = self._own_id()
        try:
            body = self._ask("Diagnosis", service, frames.diagnosis(service, self._station), _PROBE_S)
            code = frames.read_ok(body)
            self._tell(DeviceState.DEGRADED if code else DeviceState.READY, code)
        except (DeviceError, Garbled, crypto.Unsealed) as error:
            self._logged_in = False
            self._trouble(error)
        return self._health

    def health(self) -> Health:
        """See PaymentTerminal.health."""
        return self._health

    # inside

    def _log_in(self) -> str:
        """Open a session where there is none; empty when it is open. A terminal that knows no sessions says so, and is fine."""
        if self._logged_in:
            return ""
        service = self._own_id()
        at = datetime.now(UTC).isoformat(timespec="seconds")
        try:
            body = self._ask("Login", service, frames.login(service, self._station, at, "nl"), _PROBE_S)
            code = frames.read_ok(body)
        except (DeviceError, Garbled, crypto.Unsealed) as error:
            return self._trouble(error)
        self._logged_in = not code or code in ("card.not_understood", "card.not_allowed", "card.no_service")
        return "" if self._logged_in else code

    def _ask(self, category: str, service: str, message: bytes, answer_s: float) -> Mapping[str, Any]:
        return frames.response(self._exchange(message, answer_s), category, service, self._station)

    def _exchange(self, message: bytes, answer_s: float) -> Mapping[str, Any]:
        data = self._device.post(self._seal(message), connect_s=_CONNECT_S, answer_s=answer_s)
        try:
            sealed = json.loads(data)["SaleToPOIResponse"]
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise Garbled("the answer does not read") from error
        return crypto.unseal(sealed, self._shared())

    def _seal(self, message: bytes) -> bytes:
        key = self._shared()
        head = json.loads(message)["SaleToPOIRequest"]["MessageHeader"]
        sealed = {"MessageHeader": head, **crypto.seal(message, key, secrets.token_bytes(crypto.NONCE_BYTES))}
        return json.dumps({"SaleToPOIRequest": sealed}).encode()

    def _shared(self) -> crypto.SharedKey:
        """The key, made once; the file is read when first needed, because the terminal may be set up after the till."""
        with self._lock:
            if self._key is None:
                papers = self._papers
                try:
                    passphrase = papers.passphrase.read_text("utf-8").strip()
                except (OSError, UnicodeDecodeError) as error:
                    raise AddressRefused(f"the passphrase {papers.passphrase} cannot be read: {error}") from error
                self._key = crypto.derive(passphrase, papers.key_identifier, papers.key_version)
            return self._key

    def _own_id(self) -> str:
        """An id for a message that moves no money: ten characters, so never a payment's, which are shorter."""
        number = int(self._tools.chance() * 36**9)
        digits = ""
        for _ in range(9):
            number, digit = divmod(number, 36)
            digits += _LETTERS[digit]
        return f"X{digits}"

    def _trouble(self, error: Exception) -> str:
        code = error.code if isinstance(error, DeviceError) else "card.not_understood"
        self._tell(DeviceState.LOST if isinstance(error, DeviceError) else DeviceState.DEGRADED, code)
        return code

    def _tell(self, state: DeviceState, code: str = "") -> None:
        before = self._health
        if (before.state, before.code) != (state, code):
            self._health = Health(state, since_ns=self._tools.clock_ns(), code=code)
            self._on_health(self._health)


def _nobody(health: Health) -> None:
    """Nobody listens."""


def create(address: Address, tools: Tools) -> NexoTerminal:
    """A card terminal from `nexo+https://host:8443?poi=...&root=...&passphrase=...`; opens nothing. Raises AddressRefused.

    `poi` is the terminal's own id, `root` the file of the root certificate, `passphrase` the file of the key's passphrase, `key`
    and `version` the key's name and version, `wait` the seconds a payment may take, `name` how its certificate is named.
    """
    address.allow("poi", "root", "passphrase", "key", "version", "wait", "name")
    missing = [name for name in ("poi", "root", "passphrase", "key") if not address.options.get(name)]
    if address.transport != "https" or not address.host or missing:
        raise AddressRefused(f"{address.text}: use nexo+https://host:8443?poi=ID&root=FILE&passphrase=FILE&key=NAME")
    poi = address.options["poi"]
    where = HttpsAddress(
        address.host, address.port or PORT, address.path or PATH, Path(address.options["root"]), address.options.get("name", poi)
    )
    version = int(address.number("version", 1, 0, 999))
    papers = Papers(poi, address.options["key"], version, Path(address.options["passphrase"]))
    return NexoTerminal(where, papers, address.number("wait", 120, 1, 600), tools)
