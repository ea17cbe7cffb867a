// What others bought with the goods that are handed over: each a touch away from the basket.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

ColumnLayout {
    id: row
    required property TogetherModel together
    visible: !row.together.isEmpty
    spacing: 6

    Label {
        text: qsTr("Often bought with it, and here")
        muted: true
        font.pixelSize: Theme.textSmall
        Layout.fillWidth: true
    }
    Flow {
        spacing: Theme.gap
        Layout.fillWidth: true
        Repeater {
            model: row.together.rows
            PushButton {
                required property string key
                required property string title
                required note
                required property bool added
                text: title
                iconName: added ? "check" : "plus"
                kind: added ? "soft" : "secondary"
                height: Math.max(54, implicitHeight)
                width: Math.min(implicitWidth, row.width)
                onClicked: row.together.add(key)
            }
        }
    }
}
