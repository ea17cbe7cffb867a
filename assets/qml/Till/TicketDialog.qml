// A kiosk's basket came in, but for some codes that this till does not know.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property NoticeModel notice

    title: qsTr("Not everything on the ticket is known")
    hint: dialog.notice.ticketText
    iconName: "ticket"
    kind: "warn"
    onDismissed: dialog.till.close()

    Repeater {
        model: dialog.notice.codes
        Label {
            required property string title
            text: title
            strong: true
            font.pixelSize: Theme.textStrong
        }
    }
    PushButton {
        text: qsTr("Seen, go on")
        kind: "primary"
        keyCap: "Enter"
        onClicked: dialog.till.close()
        Layout.fillWidth: true
        Layout.preferredHeight: 64
        Layout.topMargin: 8
    }
}
