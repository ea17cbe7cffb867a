// Before the count: what is unfinished, and what happens to it when the shift is closed all the same.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

GridLayout {
    id: step
    required property ClosingModel closing
    required property bool upright
    required property int sideWidth

    columns: step.upright ? 1 : 2
    columnSpacing: 24
    rowSpacing: 20

    ColumnLayout {
        spacing: 12
        Layout.fillWidth: true
        Layout.fillHeight: true
        Label {
            text: qsTr("Close the shift")
            strong: true
            font.pixelSize: Theme.displayHeading
            Accessible.role: Accessible.Heading
        }
        Card {
            Layout.fillWidth: true
            Layout.fillHeight: true
            EmptyState {
                visible: step.closing.isClear
                width: Math.min(420 * Theme.textScale, parent.width - 40)
                anchors.centerIn: parent
                iconName: "check"
                title: qsTr("Nothing is unfinished")
                hint: qsTr("Count the drawer; then the Z report is printed.")
            }
            ListView {
                visible: !step.closing.isClear
                anchors.fill: parent
                anchors.margins: 16
                clip: true
                spacing: 12
                boundsBehavior: Flickable.StopAtBounds
                model: step.closing.hindrances
                delegate: Rectangle {
                    id: item
                    required property string title
                    required property string hint
                    required property bool grave
                    width: ListView.view.width
                    height: inside.implicitHeight + 28
                    radius: Theme.radiusSmall
                    color: item.grave ? Theme.warnSoft : Theme.raised
                    border.width: 1
                    border.color: item.grave ? Theme.warn : Theme.hairline
                    RowLayout {
                        id: inside
                        anchors.left: parent.left
                        anchors.right: parent.right
                        anchors.verticalCenter: parent.verticalCenter
                        anchors.margins: 16
                        spacing: 14
                        Icon {
                            name: item.grave ? "alert-triangle" : "info"
                            side: 26
                            colour: item.grave ? Theme.warn : Theme.inkMuted
                            Layout.alignment: Qt.AlignTop
                        }
                        ColumnLayout {
                            spacing: 4
                            Layout.fillWidth: true
                            Label {
                                text: item.title
                                strong: true
                                font.pixelSize: Theme.textStrong
                                wrapMode: Text.WordWrap
                                Layout.fillWidth: true
                            }
                            Label {
                                text: item.hint
                                wrapMode: Text.WordWrap
                                Layout.fillWidth: true
                            }
                        }
                    }
                }
            }
        }
    }
    ColumnLayout {
        spacing: 14
        Layout.preferredWidth: step.sideWidth
        Layout.maximumWidth: step.upright ? -1 : step.sideWidth
        Layout.fillWidth: step.upright
        Layout.fillHeight: !step.upright
        Item {
            visible: !step.upright
            Layout.fillHeight: true
        }
        Label {
            visible: step.closing.errorText !== ""
            text: step.closing.errorText
            color: Theme.bad
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
            Accessible.role: Accessible.AlertMessage
        }
        PushButton {
            text: qsTr("Back to the sale")
            keyCap: "Esc"
            onClicked: step.closing.leave()
            Layout.fillWidth: true
            Layout.preferredHeight: 64
        }
        PushButton {
            visible: step.closing.hasDrawer
            text: qsTr("Close without counting")
            note: qsTr("The next float shows what was there")
            kind: "danger"
            onClicked: step.closing.goHome()
            Layout.fillWidth: true
            Layout.preferredHeight: 72
        }
        PushButton {
            text: step.closing.hasDrawer ? qsTr("Count the drawer") : qsTr("Close the shift")
            kind: "primary"
            iconName: step.closing.hasDrawer ? "coins" : "log-out"
            keyCap: "F9"
            onClicked: step.closing.count()
            Layout.fillWidth: true
            Layout.preferredHeight: 80
        }
    }
}
