// A lost sale: one tap on the reason writes it down. How many and which size may be said before, and need not.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property LostSaleModel lost

    title: qsTr("Why was it not bought?")
    hint: dialog.lost.subject
    iconName: "ban"
    sheetWidth: 640
    onDismissed: dialog.lost.back()

    GridLayout {
        columns: Theme.large ? 1 : 2
        columnSpacing: 12
        rowSpacing: 12
        uniformCellWidths: true
        Layout.fillWidth: true
        Repeater {
            model: dialog.lost.reasons
            PushButton {
                required property string key
                required property string title
                required keyCap
                text: title
                kind: "soft"
                onClicked: dialog.lost.choose(key)
                Layout.fillWidth: true
                Layout.preferredHeight: 72
            }
        }
    }
    Label {
        text: qsTr("Wanted size or colour, and how many (not needed)")
        muted: true
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
        Layout.topMargin: 8
    }
    RowLayout {
        spacing: 12
        Layout.fillWidth: true
        Field {
            id: wanted
            label: qsTr("Wanted size or colour")
            maximumLength: dialog.lost.wantedMax
            onTextChanged: dialog.lost.write(wanted.text)
            Layout.fillWidth: true
            Keys.onEscapePressed: dialog.lost.back()
        }
        PushButton {
            text: "−"
            Accessible.name: qsTr("One less")
            onClicked: dialog.lost.more(-1)
        }
        Label {
            text: dialog.lost.count
            strong: true
            figures: true
            font.pixelSize: Theme.textTitle
            horizontalAlignment: Text.AlignHCenter
            Layout.minimumWidth: 36
        }
        PushButton {
            text: "+"
            Accessible.name: qsTr("One more")
            onClicked: dialog.lost.more(1)
        }
    }
    PushButton {
        text: qsTr("Back to the article")
        keyCap: "Esc"
        onClicked: dialog.lost.back()
        Layout.fillWidth: true
        Layout.preferredHeight: 60
        Layout.topMargin: 8
    }
}
