// Whose sale it is: one field for a card, a telephone number or a name, those who may be meant below it, digits for touch beside it.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property CustomerModel customer
    readonly property bool stacked: Theme.large

    title: qsTr("Customer")
    hint: dialog.customer.nowText
    iconName: "user"
    sheetWidth: dialog.stacked ? 640 : 760
    onDismissed: dialog.till.close()
    // After the stage has taken the keyboard back, which it does for every dialog.
    Component.onCompleted: Qt.callLater(field.forceActiveFocus)

    GridLayout {
        columns: dialog.stacked ? 1 : 2
        columnSpacing: 20
        rowSpacing: 12
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 10
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            Field {
                id: field
                label: qsTr("Card, telephone number or name")
                placeholderText: dialog.customer.mayFind ? field.label : qsTr("Scan the card, or key in its number")
                iconName: "search"
                text: dialog.customer.text
                maximumLength: dialog.customer.textMax
                faulty: dialog.customer.errorText !== ""
                inputMethodHints: Qt.ImhNoPredictiveText | Qt.ImhSensitiveData
                Layout.fillWidth: true
                onTextEdited: dialog.customer.type(field.text)
                onAccepted: dialog.customer.enter()
                Keys.onUpPressed: dialog.customer.step(-1)
                Keys.onDownPressed: dialog.customer.step(1)
                Keys.onEscapePressed: dialog.till.close()
                Keys.onDeletePressed: event => {
                    event.accepted = field.text === "";
                    if (event.accepted)
                        dialog.customer.detach();
                }
            }
            Label {
                visible: text !== ""
                text: dialog.customer.errorText !== "" ? dialog.customer.errorText : dialog.customer.hintText
                color: dialog.customer.errorText !== "" ? Theme.bad : Theme.inkMuted
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
                Accessible.role: Accessible.StaticText
                Accessible.name: text
            }
            ListView {
                id: list
                readonly property int place: dialog.customer.place
                model: dialog.customer.rows
                clip: true
                spacing: 6
                boundsBehavior: Flickable.StopAtBounds
                Layout.fillWidth: true
                Layout.preferredHeight: dialog.stacked ? Math.min(contentHeight, 230) : 300
                onPlaceChanged: {
                    if (list.place >= 0)
                        list.positionViewAtIndex(list.place, ListView.Contain);
                }
                delegate: T.AbstractButton {
                    id: item
                    required property string key
                    required property string title
                    required property string detail
                    required property bool chosen
                    width: list.width
                    height: Math.max(Theme.target, inside.implicitHeight + item.topPadding + item.bottomPadding)
                    topPadding: 7
                    bottomPadding: 7
                    focusPolicy: Qt.TabFocus
                    Accessible.name: item.title + ", " + item.detail
                    Accessible.checkable: true
                    Accessible.checked: item.chosen
                    Accessible.onPressAction: item.click()
                    onClicked: dialog.customer.take(item.key)
                    background: Rectangle {
                        radius: Theme.radiusSmall
                        color: item.chosen ? Theme.accentSoft : Theme.raised
                        border.width: item.chosen ? 2 : 1
                        border.color: item.chosen ? Theme.accent : Theme.hairline
                        FocusRing {
                            around: item
                        }
                    }
                    contentItem: ColumnLayout {
                        id: inside
                        spacing: 0
                        Label {
                            text: item.title
                            strong: true
                            elide: Text.ElideRight
                            Layout.fillWidth: true
                            Layout.leftMargin: 14
                            Layout.rightMargin: 14
                        }
                        Label {
                            visible: item.detail !== ""
                            text: item.detail
                            muted: true
                            figures: true
                            font.pixelSize: Theme.textSmall
                            elide: Text.ElideRight
                            Layout.fillWidth: true
                            Layout.leftMargin: 14
                            Layout.rightMargin: 14
                        }
                    }
                }
            }
        }
        Keypad {
            onDigit: digit => dialog.customer.digit(digit)
            onBackspace: dialog.customer.backspace()
            Layout.preferredWidth: dialog.stacked ? -1 : 260
            Layout.fillWidth: dialog.stacked
            Layout.alignment: Qt.AlignTop
        }
    }
    RowLayout {
        spacing: 12
        uniformCellSizes: true
        Layout.fillWidth: true
        PushButton {
            visible: dialog.customer.hasCustomer
            text: qsTr("No customer")
            keyCap: "Del"
            onClicked: dialog.customer.detach()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        PushButton {
            text: qsTr("Back")
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        PushButton {
            text: dialog.customer.enterText
            kind: "primary"
            keyCap: "Enter"
            enabled: dialog.customer.text !== ""
            onClicked: dialog.customer.enter()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
    }
}
