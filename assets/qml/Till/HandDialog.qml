// The basket as a code: a till of the store scans it from this screen, once.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property HandModel hand

    title: qsTr("Hand to a till")
    hint: dialog.hand.subject
    iconName: "qr-code"
    sheetWidth: 720
    onDismissed: dialog.hand.keep()

    Item {
        id: paper
        readonly property int side: Math.round(Math.min(dialog.width - 120, dialog.height - (Theme.large ? 560 : 460), 560))
        Layout.alignment: Qt.AlignHCenter
        Layout.preferredWidth: paper.side
        Layout.preferredHeight: paper.side
        Image {
            width: paper.side
            height: paper.side
            source: dialog.hand.source
            sourceSize: Qt.size(paper.side, paper.side)
            cache: false
            smooth: false
            Accessible.role: Accessible.Graphic
            Accessible.name: qsTr("The code of this basket")
        }
    }
    Label {
        text: qsTr("Scan this at any till of the store. It works without the network, and once.")
        font.pixelSize: Theme.textStrong
        wrapMode: Text.WordWrap
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    Label {
        visible: dialog.hand.leaves
        text: qsTr("Discounts, notes and the customer stay behind: the till sets them again")
        muted: true
        wrapMode: Text.WordWrap
        horizontalAlignment: Text.AlignHCenter
        Layout.fillWidth: true
    }
    GridLayout {
        columns: Theme.large ? 1 : 2
        columnSpacing: 12
        rowSpacing: 12
        uniformCellWidths: true
        Layout.fillWidth: true
        Layout.topMargin: 8
        PushButton {
            text: qsTr("Keep it here")
            keyCap: "Esc"
            onClicked: dialog.hand.keep()
            Layout.fillWidth: true
            Layout.preferredHeight: 76
        }
        PushButton {
            text: qsTr("The till has it")
            kind: "primary"
            keyCap: "Enter"
            onClicked: dialog.hand.finish()
            Layout.fillWidth: true
            Layout.preferredHeight: 76
        }
    }
}
