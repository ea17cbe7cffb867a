"""For how long a terminal's certificate holds, from when on it is renewed, and how late that may be."""

from dataclasses import dataclass

from sync.hub.problems import HubProblem

DAY_MS = 86_400_000
DAYS_MIN, DAYS_MAX = 7, 3_650
RENEW_PERCENT_MIN, RENEW_PERCENT_MAX = 1, 50
GRACE_DAYS_MAX = 3_650


@dataclass(frozen=True, slots=True)
class Terms:
    """What the hub's settings say: days that a certificate holds, the last percent of them in which it is renewed, days of grace.

    Grace is for a terminal that was cut off when its certificate ended: so long after the end it is renewed by its key.
    """

    days: int = 3 * 365
    renew_percent: int = 8
    grace_days: int = 180

    def faults(self) -> list[str]:
        """What is outside its bounds, in words; nothing when all is well."""
        bounds = (
            ("days", self.days, DAYS_MIN, DAYS_MAX),
            ("renew_percent", self.renew_percent, RENEW_PERCENT_MIN, RENEW_PERCENT_MAX),
            ("grace_days", self.grace_days, 0, GRACE_DAYS_MAX),
        )
        return [f"{name} from {least} to {most}" for name, value, least, most in bounds if not least <= value <= most]

    def span(self, now_ms: int) -> tuple[int, int]:
        """From when on a certificate that is made now is renewed, and when it ends (ms)."""
        length_ms = self.days * DAY_MS
        return now_ms + length_ms - length_ms * self.renew_percent // 100, now_ms + length_ms

    def require_in_time(self, not_after_ms: int, now_ms: int) -> None:
        """Raise HubProblem when a certificate ended too long ago to be renewed."""
        if not_after_ms + self.grace_days * DAY_MS < now_ms:
            raise HubProblem("certificate.too_late", days=self.grace_days)
