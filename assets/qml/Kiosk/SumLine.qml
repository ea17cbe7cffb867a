// A name and its amount on one line.
import QtQuick
import QtQuick.Layouts
import Toonbank

RowLayout {
    id: line
    required property string name
    required property string value

    KioskLabel {
        text: line.name
        muted: true
        Layout.fillWidth: true
    }
    KioskLabel {
        text: line.value
        muted: true
    }
}
