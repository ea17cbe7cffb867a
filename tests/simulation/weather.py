"""How bad it is: shares of requests and steps that each fault strikes, drawn anew for each run."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Weather:
    """The network's and the hub's faults. All zero is a fair day."""

    drop_request: float = 0.0
    drop_reply: float = 0.0
    double_request: float = 0.0
    double_reply: float = 0.0
    delay: float = 0.0
    garbage: float = 0.0
    flip: float = 0.0
    portal: float = 0.0
    busy: float = 0.0
    silent: float = 0.0
    die_before: float = 0.0
    die_after: float = 0.0


@dataclass
class Luck:
    """One terminal's faults: dying inside a store, a disk that fails, a lost wake-up; hands that lose, are late, or fail."""

    crash: float = 0.0
    disk_fault: float = 0.0
    wake_lost: float = 0.0
    work_lost: float = 0.0
    work_late: float = 0.0
    hands_fail: float = 0.0

    def heal(self) -> None:
        """Nothing strikes any more."""
        self.crash = self.disk_fault = self.wake_lost = self.work_lost = self.work_late = self.hands_fail = 0.0
