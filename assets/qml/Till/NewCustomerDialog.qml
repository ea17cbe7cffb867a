// Somebody becomes a customer: who they are on one side, what they agree to and their card on the other.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property NewCustomerModel person
    readonly property bool stacked: dialog.width < 900 || Theme.large

    title: qsTr("New customer")
    hint: qsTr("Only a name is needed. The details go to the head office and stand on no receipt.")
    iconName: "user-add"
    sheetWidth: dialog.stacked ? 640 : 920
    onDismissed: dialog.till.close()
    // After the stage has taken the keyboard back, which it does for every dialog.
    Component.onCompleted: Qt.callLater(first.forceActiveFocus)

    component Entry: Field {
        id: entry
        required property string part
        text: dialog.person.texts[entry.part] ?? ""
        faulty: dialog.person.faulty === entry.part
        maximumLength: entry.part === "email" ? dialog.person.mailMax : dialog.person.textMax
        inputMethodHints: Qt.ImhNoPredictiveText | Qt.ImhSensitiveData
        placeholderText: entry.label
        onTextEdited: dialog.person.write(entry.part, entry.text)
        onAccepted: dialog.person.save()
        Layout.fillWidth: true
    }

    GridLayout {
        columns: dialog.stacked ? 1 : 2
        columnSpacing: 24
        rowSpacing: 12
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 8
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            Layout.alignment: Qt.AlignTop
            Entry {
                id: first
                part: "given"
                label: qsTr("Given name")
                iconName: "user"
            }
            GridLayout {
                columns: Theme.large ? 1 : 2
                columnSpacing: 8
                rowSpacing: 8
                Entry {
                    part: "infix"
                    label: qsTr("Infix")
                    Layout.preferredWidth: 3
                }
                Entry {
                    part: "family"
                    label: qsTr("Family name")
                    Layout.preferredWidth: 4
                }
            }
            Entry {
                part: "phone"
                label: qsTr("Telephone")
                iconName: "phone"
            }
            Entry {
                part: "email"
                label: qsTr("Mail address")
            }
            Entry {
                part: "postcode"
                label: qsTr("Postcode")
                iconName: "map-pin"
            }
        }
        ColumnLayout {
            spacing: 8
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            Layout.alignment: Qt.AlignTop
            Entry {
                part: "card"
                label: qsTr("Scan the card, or leave it empty")
                iconName: "card"
            }
            Label {
                text: qsTr("Ask for each of these. Nothing is agreed to unless the customer says so.")
                muted: true
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
                Layout.topMargin: 4
            }
            PushButton {
                text: qsTr("Receipts by mail")
                note: dialog.person.byMail ? qsTr("Agreed") : qsTr("Not agreed")
                iconName: dialog.person.byMail ? "check-circle" : "minus"
                kind: dialog.person.byMail ? "soft" : "secondary"
                keyCap: "F7"
                onClicked: dialog.person.toggleByMail()
                Layout.fillWidth: true
                Layout.preferredHeight: 60
            }
            PushButton {
                text: qsTr("Offers and news")
                note: dialog.person.marketing ? qsTr("Agreed") : qsTr("Not agreed")
                iconName: dialog.person.marketing ? "check-circle" : "minus"
                kind: dialog.person.marketing ? "soft" : "secondary"
                keyCap: "F8"
                onClicked: dialog.person.toggleMarketing()
                Layout.fillWidth: true
                Layout.preferredHeight: 60
            }
        }
    }
    Label {
        visible: text !== ""
        text: dialog.person.errorText
        color: Theme.bad
        wrapMode: Text.WordWrap
        Layout.fillWidth: true
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
    RowLayout {
        spacing: 12
        uniformCellSizes: true
        Layout.fillWidth: true
        PushButton {
            text: qsTr("Back")
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        PushButton {
            text: qsTr("Make a customer")
            kind: "primary"
            keyCap: "F9"
            onClicked: dialog.person.save()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
    }
}
