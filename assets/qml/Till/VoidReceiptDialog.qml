// A finished sale is undone: why.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property ReturnsModel returns

    title: qsTr("Void receipt %1?").arg(dialog.returns.chosenReceipt)
    hint: qsTr("The whole sale is undone and its money goes back. Why?")
    iconName: "ban"
    kind: "bad"
    onDismissed: dialog.returns.begin()

    Repeater {
        model: dialog.returns.voidReasons
        PushButton {
            id: reason
            required property string key
            required property string title
            required property int index
            text: reason.title
            keyCap: (reason.index + 1).toString()
            onClicked: dialog.returns.void(reason.key)
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
    }
    PushButton {
        text: qsTr("Back")
        keyCap: "Esc"
        onClicked: dialog.returns.begin()
        Layout.fillWidth: true
        Layout.preferredHeight: 60
        Layout.topMargin: 8
    }
}
