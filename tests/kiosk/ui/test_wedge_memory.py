"""The copies of keys that a keyboard scanner's filter holds are ours, and go when they are let go."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from shiboken6 import Shiboken

from kiosk.ui.wedge import copy_of


def test_a_held_key_is_the_same_key_and_is_owned_by_whoever_holds_it() -> None:
    press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier, 38, 97, 1, "A", False, 1)
    press.setTimestamp(4711)
    held = copy_of(press)
    assert (held.type(), held.key(), held.text(), held.modifiers()) == (press.type(), press.key(), "A", press.modifiers())
    assert (held.nativeScanCode(), held.nativeVirtualKey(), held.timestamp()) == (38, 97, 4711)
    assert Shiboken.ownedByPython(held)
    assert not Shiboken.ownedByPython(press.clone())  # which is why it is not used: nobody would ever free it
