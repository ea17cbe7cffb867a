// How the goods of a line come that is not taken along: the ways on one side, whom they are for on the other.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property OrderModel order
    readonly property bool stacked: dialog.width < 900 || Theme.large

    title: qsTr("Deliver or collect")
    hint: dialog.order.subject
    iconName: "truck"
    sheetWidth: dialog.stacked ? 700 : 960
    onDismissed: dialog.till.close()

    component Entry: Field {
        id: entry
        required property string part
        text: dialog.order.address[entry.part] ?? ""
        faulty: dialog.order.faulty === entry.part
        maximumLength: dialog.order.textMax
        inputMethodHints: Qt.ImhNoPredictiveText | Qt.ImhSensitiveData
        placeholderText: entry.label
        onTextEdited: dialog.order.write(entry.part, entry.text)
        onAccepted: dialog.order.order()
        Keys.onUpPressed: dialog.order.step(-1)
        Keys.onDownPressed: dialog.order.step(1)
        Layout.fillWidth: true
    }

    GridLayout {
        columns: dialog.stacked ? 1 : 2
        columnSpacing: 24
        rowSpacing: 12
        Layout.fillWidth: true
        ListView {
            id: list
            readonly property int place: dialog.order.place
            model: dialog.order.ways
            clip: true
            spacing: 8
            boundsBehavior: Flickable.StopAtBounds
            Accessible.role: Accessible.List
            Accessible.name: qsTr("Ways")
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            Layout.preferredHeight: dialog.stacked ? Math.min(contentHeight, 300) : Math.max(330, Math.min(contentHeight, 420))
            Layout.alignment: Qt.AlignTop
            onPlaceChanged: list.positionViewAtIndex(list.place, ListView.Contain)
            delegate: T.AbstractButton {
                id: item
                required property int key
                required property string iconName
                required property string title
                required property string detail
                required property string sure
                required property bool firm
                required property bool chosen
                width: list.width
                height: Math.max(Theme.target, inside.implicitHeight + 18)
                focusPolicy: Qt.TabFocus
                Accessible.role: Accessible.RadioButton
                Accessible.name: item.title + ", " + item.detail + ", " + item.sure
                Accessible.checkable: true
                Accessible.checked: item.chosen
                Accessible.onPressAction: item.click()
                onClicked: dialog.order.choose(item.key)
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: item.chosen ? Theme.accentSoft : Theme.raised
                    border.width: item.chosen ? 2 : 1
                    border.color: item.chosen ? Theme.accent : Theme.hairline
                    FocusRing {
                        around: item
                    }
                }
                contentItem: RowLayout {
                    id: inside
                    spacing: 12
                    Icon {
                        name: item.iconName
                        side: 22
                        colour: item.chosen ? Theme.accentInk : Theme.inkMuted
                        Layout.leftMargin: 14
                    }
                    ColumnLayout {
                        spacing: 1
                        Layout.fillWidth: true
                        Label {
                            text: item.title
                            strong: true
                            wrapMode: Text.WordWrap
                            Layout.fillWidth: true
                        }
                        Label {
                            text: item.detail
                            muted: true
                            figures: true
                            font.pixelSize: Theme.textSmall
                            wrapMode: Text.WordWrap
                            Layout.fillWidth: true
                        }
                    }
                    RowLayout {
                        spacing: 5
                        Layout.rightMargin: 14
                        Icon {
                            name: item.firm ? "check-circle" : "clock"
                            side: 16
                            colour: item.firm ? Theme.good : Theme.warn
                        }
                        Label {
                            text: item.sure
                            color: item.firm ? Theme.good : Theme.warn
                            font.pixelSize: Theme.textSmall
                            strong: true
                        }
                    }
                }
            }
        }
        ColumnLayout {
            spacing: 8
            Layout.fillWidth: true
            Layout.preferredWidth: 1
            Layout.alignment: Qt.AlignTop
            Label {
                text: dialog.order.isShipped ? qsTr("Deliver to") : qsTr("Who collects it")
                strong: true
            }
            Entry {
                id: first
                part: "name"
                label: qsTr("Name")
                iconName: "user"
            }
            RowLayout {
                spacing: 8
                Entry {
                    part: "phone"
                    label: qsTr("Telephone")
                    iconName: "phone"
                }
                Entry {
                    part: "email"
                    label: qsTr("Mail address")
                }
            }
            RowLayout {
                visible: dialog.order.isShipped
                spacing: 8
                Entry {
                    part: "postcode"
                    label: qsTr("Postcode")
                    iconName: "map-pin"
                }
                Entry {
                    part: "house"
                    label: qsTr("House number")
                }
            }
            RowLayout {
                visible: dialog.order.streetText !== ""
                spacing: 8
                Icon {
                    name: dialog.order.isStreetFound ? "check-circle" : "info"
                    side: 18
                    colour: dialog.order.isStreetFound ? Theme.good : Theme.warn
                }
                Label {
                    text: dialog.order.streetText
                    color: dialog.order.isStreetFound ? Theme.good : Theme.warn
                    font.pixelSize: Theme.textSmall
                    wrapMode: Text.WordWrap
                    Layout.fillWidth: true
                    Accessible.role: Accessible.StaticText
                    Accessible.name: text
                }
            }
            Entry {
                visible: dialog.order.isShipped
                part: "street"
                label: qsTr("Street")
            }
            Entry {
                visible: dialog.order.isShipped
                part: "city"
                label: qsTr("Town")
            }
            PushButton {
                visible: dialog.order.others > 0
                text: dialog.order.allLines ? qsTr("All lines come so") : qsTr("Only this line")
                note: dialog.order.allLines ? qsTr("Press for this line only") : qsTr("Press for all lines")
                iconName: dialog.order.allLines ? "list" : "package"
                kind: dialog.order.allLines ? "soft" : "secondary"
                keyCap: "F8"
                onClicked: dialog.order.toggleAll()
                Layout.fillWidth: true
                Layout.preferredHeight: 60
                Layout.topMargin: 4
            }
        }
    }
    Label {
        visible: text !== ""
        text: dialog.order.errorText
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
            visible: dialog.order.isOrdered
            text: qsTr("Taken along")
            keyCap: "Del"
            onClicked: dialog.order.takeAlong()
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
            text: qsTr("It comes so")
            kind: "primary"
            keyCap: "F9"
            onClicked: dialog.order.order()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
    }
}
