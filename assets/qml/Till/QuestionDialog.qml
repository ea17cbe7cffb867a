// A question with two answers. `safe` makes the careful answer the main one.
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: question
    required property string yesText
    required property string noText
    property bool safe: false
    signal agreed

    RowLayout {
        spacing: 12
        uniformCellSizes: true
        Layout.fillWidth: true
        Layout.topMargin: 8
        PushButton {
            text: question.noText
            keyCap: "Esc"
            kind: question.safe ? "primary" : "secondary"
            onClicked: question.dismissed()
            Layout.fillWidth: true
            Layout.preferredHeight: 64
        }
        PushButton {
            text: question.yesText
            keyCap: question.safe ? "" : "Enter"
            kind: question.safe ? "danger" : "primary"
            onClicked: question.agreed()
            Layout.fillWidth: true
            Layout.preferredHeight: 64
        }
    }
}
