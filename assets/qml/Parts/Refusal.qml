// Why something was not taken, beside what was asked for.
import QtQuick
import QtQuick.Layouts
import Toonbank

RowLayout {
    id: refusal
    required property string text
    property int side: 20
    property int textSize: Theme.textBody

    spacing: 8
    Icon {
        name: "alert-triangle"
        colour: Theme.bad
        side: refusal.side
        Layout.alignment: Qt.AlignTop
    }
    Label {
        text: refusal.text
        color: Theme.bad
        font.pixelSize: refusal.textSize
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
        Accessible.role: Accessible.AlertMessage
    }
}
