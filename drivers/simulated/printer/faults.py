"""Faults by script: when it begins (trigger), what goes wrong (effect), how it ends (recovery)."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

EFFECTS: dict[str, str] = {
    "paper_out": "no paper; data are held until paper is put in",
    "paper_near_end": "the near-end sensor answers",
    "cover_open": "the cover is open; the printer is offline",
    "cutter_jam": "the cutter is stuck; a recoverable error",
    "off": "no power; connections are refused",
    "stall": "connections are taken, nothing is read or answered",
    "cut_line": "the connection is reset",
    "power_cycle": "off and on again; the buffer is lost unless keep_buffer is true",
    "drop_reply": "answers are lost on their way",
    "half_reply": "only the first half of each answer arrives",
    "double_reply": "each answer arrives twice",
    "garble": "answers arrive as other bytes",
    "slow": "bytes are taken at bytes_per_s",
}
MOMENTARY = frozenset({"cut_line", "power_cycle"})
ON_REPLIES = frozenset({"drop_reply", "half_reply", "double_reply", "garble"})
TRIGGERS = ("now", "byte", "command", "line", "cut", "connection", "after", "probability")
RECOVERIES = ("manual", "after", "replies", "connection")


class FaultRefused(ValueError):
    """A fault script that cannot be understood; the sentence says what is allowed."""


@dataclass(frozen=True)
class Fault:
    """One fault script.

    trigger_at counts from the moment of arming: the number of bytes, commands, printed
    lines, cuts or connections, the seconds of "after", or the probability per command. recovery_at is seconds or replies.
    """

    effect: str
    trigger: str = "now"
    trigger_at: float = 0
    recovery: str = "manual"
    recovery_at: float = 0
    keep_buffer: bool = False
    bytes_per_s: int = 960

    def __post_init__(self) -> None:
        for name, allowed in (
            ("effect", tuple(EFFECTS)),
            ("trigger", TRIGGERS),
            ("recovery", RECOVERIES),
        ):
            if getattr(self, name) not in allowed:
                raise FaultRefused(f"{name} {getattr(self, name)!r} is unknown; choose one of {', '.join(allowed)}")
        if self.trigger != "now" and self.trigger_at <= 0:
            raise FaultRefused(f"trigger {self.trigger!r} needs a number above 0")
        if self.recovery in ("after", "replies") and self.recovery_at <= 0:
            raise FaultRefused(f"recovery {self.recovery!r} needs a number above 0")
        if self.bytes_per_s < 1:
            raise FaultRefused("bytes_per_s must be at least 1")

    @classmethod
    def from_json(cls, value: Mapping[str, object]) -> "Fault":
        """Read {"effect": .., "trigger": {"kind": .., "n": ..}, "recovery": {"kind": .., "n": ..}}.

        Raises FaultRefused with a sentence that says what is allowed.
        """
        trigger, trigger_at = _kind_and_number(value.get("trigger", "now"), "trigger")
        recovery, recovery_at = _kind_and_number(value.get("recovery", "manual"), "recovery")
        speed = value.get("bytes_per_s", 960)
        if isinstance(speed, bool) or not isinstance(speed, int):
            raise FaultRefused("bytes_per_s is a whole number")
        return cls(
            effect=str(value.get("effect", "")),
            trigger=trigger,
            trigger_at=trigger_at,
            recovery=recovery,
            recovery_at=recovery_at,
            keep_buffer=value.get("keep_buffer") is True,
            bytes_per_s=speed,
        )


def _kind_and_number(value: object, name: str) -> tuple[str, float]:
    if isinstance(value, str):
        return value, 0
    if isinstance(value, Mapping):
        number = value.get("n", value.get("seconds", 0))
        if isinstance(number, int | float) and not isinstance(number, bool):
            return str(value.get("kind", "")), float(number)
    raise FaultRefused(f'{name} is a word or an object like {{"kind": "byte", "n": 120}}')


@dataclass
class _Armed:
    fault: Fault
    left: float


@dataclass
class FaultBoard:
    """Which faults wait for their moment and which are in force. It only keeps count."""

    chance: random.Random
    armed: list[_Armed] = field(default_factory=list)
    active: dict[str, Fault] = field(default_factory=dict)
    _replies_left: dict[str, float] = field(default_factory=dict)

    def arm(self, fault: Fault) -> None:
        """Wait for the fault's trigger."""
        self.armed.append(_Armed(fault, fault.trigger_at))

    def bytes_to_next(self) -> int | None:
        """How many bytes may come before a fault strikes; None without such a fault."""
        counts = [int(one.left) for one in self.armed if one.fault.trigger == "byte"]
        return min(counts) if counts else None

    def count(self, trigger: str, amount: int = 1) -> list[Fault]:
        """Count bytes, commands, lines, cuts or connections; returns the faults whose moment has come."""
        due: list[Fault] = []
        for one in list(self.armed):
            if one.fault.trigger == trigger:
                one.left -= amount
                if one.left <= 0:
                    due.append(one.fault)
                    self.armed.remove(one)
            elif self._chances_on(one.fault, trigger):
                due.append(one.fault)
                self.armed.remove(one)
        return due

    def _chances_on(self, fault: Fault, trigger: str) -> bool:
        drawn = fault.trigger == "probability" and trigger == "command"
        return drawn and self.chance.random() < fault.trigger_at

    def disarm(self, fault: Fault) -> bool:
        """Take a waiting fault out; False when it no longer waits."""
        for one in self.armed:
            if one.fault is fault:
                self.armed.remove(one)
                return True
        return False

    def activate(self, fault: Fault) -> None:
        """Put a lasting fault in force."""
        self.active[fault.effect] = fault
        if fault.recovery == "replies":
            self._replies_left[fault.effect] = fault.recovery_at

    def on_reply(self, reply: bytes) -> bytes:
        """What is left of an answer on its way through the faults in force."""
        for effect in [name for name in self.active if name in ON_REPLIES]:
            reply = self._spoil(effect, reply)
            if effect in self._replies_left:
                self._replies_left[effect] -= 1
                if self._replies_left[effect] <= 0:
                    del self._replies_left[effect]
                    del self.active[effect]
        return reply

    def _spoil(self, effect: str, reply: bytes) -> bytes:
        if effect == "drop_reply":
            return b""
        if effect == "half_reply":
            return reply[: len(reply) // 2]
        if effect == "double_reply":
            return reply * 2
        return self.chance.randbytes(len(reply))
