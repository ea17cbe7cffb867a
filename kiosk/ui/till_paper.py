"""A print job as the screens look at it."""

from dataclasses import dataclass
from typing import Any

from kiosk.services.receipts import Receipts
from kiosk.text import Words


@dataclass(frozen=True, slots=True)
class PaperJob:
    """What a screen wants to know of a job of the spool."""

    key: int
    kind: str
    state: str
    isHeld: bool
    code: str
    first_line: str

    @property
    def isPrinted(self) -> bool:
        """The printer confirmed it."""
        return self.state == "confirmed"

    @property
    def hasFailed(self) -> bool:
        """It was given up."""
        return self.state == "failed"

    @classmethod
    def of(cls, job: Any) -> "PaperJob":
        """The job of a row of the spool."""
        lines = [line.strip() for line in job.plain_text.splitlines() if line.strip()]
        first = lines[0] if lines else ""
        return cls(job.job_id, job.kind.value, job.state.value, job.held, job.code, first)

    @classmethod
    def find(cls, receipts: Receipts, key: str) -> "PaperJob | None":
        """The job of a sale."""
        job = receipts.job_of(key)
        return cls.of(job) if job is not None else None

    def title(self, words: Words) -> str:
        """What it prints."""
        kinds = {
            "receipt": words("Receipt"),
            "copy": words("Copy of a receipt"),
            "report": words("Report"),
            "drawer": words("Cash drawer"),
            "test": words("Test print"),
        }
        return kinds.get(self.kind, self.kind)

    def standing(self, words: Words) -> str:
        """How it stands."""
        if self.isHeld:
            return words("Waits for you: it may be on paper already")
        states = {
            "queued": words("Waits for the printer"),
            "sending": words("Is being printed"),
            "uncertain": words("It is being checked whether it is on paper"),
        }
        return states.get(self.state, self.state)
