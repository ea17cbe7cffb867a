// The drawer without a sale: a reason first, which stays in the journal.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property CashModel cash

    title: qsTr("Open the drawer without a sale?")
    hint: qsTr("The journal keeps who, when and why.")
    iconName: "drawer"
    kind: "warn"
    onDismissed: dialog.till.close()

    Repeater {
        model: dialog.cash.reasons
        PushButton {
            required property int key
            required property string title
            required keyCap
            text: title
            onClicked: dialog.cash.openDrawer(key)
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
    }
    PushButton {
        text: qsTr("Leave it closed")
        kind: "primary"
        keyCap: "Esc"
        onClicked: dialog.till.close()
        Layout.fillWidth: true
        Layout.preferredHeight: 64
    }
}
