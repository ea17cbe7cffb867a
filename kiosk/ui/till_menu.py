"""What the till's menu is made of: entries, and the face of the view-models that bring them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Qt

from kiosk.ui.flow import Dialog

Action = Callable[[], object]
Keys = tuple[Action | None, Mapping[Qt.Key, Action]]
"""What Enter does, and what the other keys do."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """Something to choose: what it is called, what it does, and why it cannot be done now (empty when it can)."""

    key: str
    title: str
    icon: str
    act: Action
    why_not: str = ""
    note: str = ""


class Family(Protocol):
    """A view-model with something in the menu, and with dialogs of its own."""

    def menu(self) -> Sequence[MenuEntry]:
        """What it adds to the menu, as things stand."""
        ...

    def keys(self, dialog: Dialog) -> Keys | None:
        """What the keyboard does in one of its dialogs; None for a dialog that is not its own."""
        ...

    def digits(self, dialog: Dialog) -> Callable[[str], object] | None:
        """Where a digit goes in one of its dialogs."""
        ...

    def retell(self) -> None:
        """The language changed."""
        ...
