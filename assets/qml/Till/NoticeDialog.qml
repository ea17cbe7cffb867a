// A refused scan. It stays until somebody has seen it; what was scanned meanwhile waits in order.
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property NoticeModel notice

    title: dialog.notice.title
    hint: dialog.notice.sentence
    iconName: "alert-octagon"
    kind: "bad"
    onDismissed: dialog.notice.acknowledge()

    Label {
        text: qsTr("Code %1").arg(dialog.notice.code)
        muted: true
        font.pixelSize: Theme.textSmall
        Layout.fillWidth: true
    }
    Banner {
        visible: dialog.notice.waitingText !== ""
        iconName: "scan"
        kind: "warn"
        title: dialog.notice.waitingText
        hint: qsTr("They are added one by one when you go on. Nothing is lost.")
        Layout.fillWidth: true
        PushButton {
            visible: dialog.notice.waitingText !== ""
            text: qsTr("Put aside")
            onClicked: dialog.notice.drop()
        }
    }
    PushButton {
        text: qsTr("Seen, go on")
        kind: "primary"
        keyCap: "Enter"
        onClicked: dialog.notice.acknowledge()
        Layout.fillWidth: true
        Layout.preferredHeight: 64
        Layout.topMargin: 8
    }
}
