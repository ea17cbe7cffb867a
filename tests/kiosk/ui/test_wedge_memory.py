"""The keys that a keyboard scanner's filter holds are plain values, and the events made of them are ours."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from shiboken6 import Shiboken

from kiosk.ui.wedge import HeldKey


def test_a_held_key_goes_on_as_the_same_key_and_is_owned_by_whoever_made_it() -> None:
    press = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_A, Qt.KeyboardModifier.ShiftModifier, 38, 97, 1, "A", False, 1)
    press.setTimestamp(4711)
    made = HeldKey.of(press).event()
    assert (made.type(), made.key(), made.text(), made.modifiers()) == (press.type(), press.key(), "A", press.modifiers())
    assert (made.nativeScanCode(), made.nativeVirtualKey(), made.nativeModifiers()) == (38, 97, 1)
    assert (made.isAutoRepeat(), made.count(), made.timestamp()) == (False, 1, 4711)
    assert Shiboken.ownedByPython(made)
    assert not Shiboken.ownedByPython(press.clone())  # which is why it is not used: nobody would ever free it
