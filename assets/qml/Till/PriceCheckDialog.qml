// The next scan tells a price and is not sold.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property LineModel line

    title: qsTr("Ask a price")
    hint: qsTr("Scan the article. It is shown with its price and its stock, and not sold.")
    iconName: "search"
    onDismissed: dialog.till.close()

    Label {
        visible: dialog.line.errorText !== ""
        text: dialog.line.errorText
        color: Theme.bad
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
    }
    PushButton {
        text: qsTr("Back to the sale")
        keyCap: "Esc"
        onClicked: dialog.till.close()
        Layout.fillWidth: true
        Layout.preferredHeight: 64
    }
}
