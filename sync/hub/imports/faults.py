"""What is wrong with a file: every fault with its line, column, value and how to mend it."""

from dataclasses import dataclass, field

import msgspec

FAULTS_MAX = 1_000
"""More are counted but not listed; nobody mends the ten-thousandth before the first."""

_VALUE_MAX = 60


class Fault(msgspec.Struct, frozen=True):
    """One fault. `line` counts from 1; `column` is empty when the whole row or file is meant."""

    line: int
    column: str
    value: str
    mend: str


@dataclass(slots=True)
class Faults:
    """Faults as they are found."""

    found: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, line: int, column: str, value: str, mend: str) -> None:
        """Note one fault."""
        self.count += 1
        if len(self.found) < FAULTS_MAX:
            plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in value[: _VALUE_MAX + 1])
            shown = plain if len(value) <= _VALUE_MAX else plain[: _VALUE_MAX - 3] + "..."
            self.found.append(Fault(line, column, shown, mend))

    def in_order(self) -> list[Fault]:
        """The listed faults by line."""
        return sorted(self.found, key=lambda fault: (fault.line, fault.column))
