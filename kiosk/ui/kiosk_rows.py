"""Rows of finished text for QML lists: frozen values whose fields are the roles, changed with as little noise as can be."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, Protocol

from PySide6.QtCore import QAbstractListModel, QByteArray, QModelIndex, QObject, QPersistentModelIndex, Qt

_FIRST_ROLE = int(Qt.ItemDataRole.UserRole) + 1
Index = QModelIndex | QPersistentModelIndex


class Keyed(Protocol):
    """A row has a key that tells it from the others."""

    @property
    def key(self) -> Any:
        """The key."""
        ...


class Rows(QAbstractListModel):
    """A list model over frozen rows of one dataclass; each field is a role of the same name.

    Rows `in_place` are told apart by their place and not by their key: a list that is another one at every key press keeps
    its delegates, and only their texts change.
    """

    def __init__(self, kind: type, parent: QObject | None = None, *, in_place: bool = False) -> None:
        super().__init__(parent)
        self._in_place = in_place
        self._names = [field.name for field in fields(kind)]
        self._roles = [(_FIRST_ROLE + n, name) for n, name in enumerate(self._names)]
        self._rows: list[Any] = []

    @property
    def rows(self) -> tuple[Any, ...]:
        """The rows as they stand."""
        return tuple(self._rows)

    def put(self, rows: Sequence[Keyed]) -> None:
        """Show these rows. What stays keeps its place in the view: only the difference is told."""
        old = self._marks(self._rows)
        new = self._marks(rows)
        head = _common(old, new)
        tail = _common(old[head:][::-1], new[head:][::-1])
        if len(old) - head - tail:
            self.beginRemoveRows(QModelIndex(), head, len(old) - tail - 1)
            del self._rows[head : len(old) - tail]
            self.endRemoveRows()
        if len(new) - head - tail:
            self.beginInsertRows(QModelIndex(), head, len(new) - tail - 1)
            self._rows[head:head] = rows[head : len(new) - tail]
            self.endInsertRows()
        for place, row in enumerate(rows):
            was = self._rows[place]
            if was is not row and was != row:
                self._rows[place] = row
                others = [role for role, name in self._roles if getattr(was, name) != getattr(row, name)]
                self.dataChanged.emit(self.index(place), self.index(place), others)

    def _marks(self, rows: Sequence[Keyed]) -> list[Any]:
        return list(range(len(rows))) if self._in_place else [row.key for row in rows]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """How many rows there are."""
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """One field of one row."""
        place = role - _FIRST_ROLE
        if not index.isValid() or not 0 <= place < len(self._names):
            return None
        return getattr(self._rows[index.row()], self._names[place])

    def roleNames(self) -> dict[int, QByteArray]:
        """The fields by role."""
        return {role: QByteArray(name.encode()) for role, name in self._roles}


def _common(first: Sequence[Any], second: Sequence[Any]) -> int:
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count
