// X and Z reports: a list to choose from, the chosen one to read, and a key that prints it.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property ReportsModel reports

    title: dialog.reports.title
    iconName: "file-text"
    sheetWidth: 960
    onDismissed: dialog.till.close()

    GridLayout {
        id: inside
        readonly property bool stacked: dialog.width < 760 || Theme.large
        columns: inside.stacked ? 1 : 2
        columnSpacing: 20
        rowSpacing: 12
        Layout.fillWidth: true
        ListView {
            id: list
            model: dialog.reports.rows
            clip: true
            spacing: 6
            currentIndex: -1
            boundsBehavior: Flickable.StopAtBounds
            Layout.preferredWidth: 300
            Layout.fillWidth: inside.stacked
            Layout.preferredHeight: inside.stacked ? 150 : 470
            delegate: T.AbstractButton {
                id: row
                required property int key
                required property int index
                required property string title
                required property string detail
                required property bool chosen
                width: list.width
                height: Math.max(Theme.target, texts.implicitHeight + 16)
                focusPolicy: Qt.TabFocus
                Accessible.role: Accessible.RadioButton
                Accessible.name: row.title + ", " + row.detail
                Accessible.checkable: true
                Accessible.checked: row.chosen
                Accessible.onPressAction: row.click()
                Keys.onReturnPressed: row.click()
                Keys.onEnterPressed: row.click()
                onClicked: dialog.reports.choose(row.key)
                onChosenChanged: if (row.chosen) list.positionViewAtIndex(row.index, ListView.Contain)
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: row.chosen ? Theme.accentSoft : "transparent"
                    border.width: row.chosen ? 2 : 1
                    border.color: row.chosen ? Theme.accent : Theme.hairline
                    FocusRing {
                        around: row
                    }
                }
                contentItem: Item {
                    ColumnLayout {
                        id: texts
                        anchors.left: parent.left
                        anchors.right: parent.right
                        anchors.leftMargin: 12
                        anchors.rightMargin: 8
                        anchors.verticalCenter: parent.verticalCenter
                        spacing: 0
                        Label {
                            text: row.title
                            strong: true
                            Layout.fillWidth: true
                        }
                        Label {
                            text: row.detail
                            muted: true
                            font.pixelSize: Theme.textSmall
                            Layout.fillWidth: true
                        }
                    }
                }
            }
        }
        Card {
            Layout.fillWidth: true
            Layout.preferredHeight: inside.stacked ? 380 : 470
            SheetView {
                anchors.fill: parent
                anchors.margins: 10
                name: dialog.reports.title
                lines: dialog.reports.lines
            }
        }
    }
    RowLayout {
        spacing: 12
        Layout.fillWidth: true
        PushButton {
            text: dialog.reports.isX ? qsTr("Print") : qsTr("Print a copy")
            iconName: "printer"
            keyCap: "F6"
            onClicked: dialog.reports.printIt()
            Layout.preferredHeight: 60
        }
        Item {
            Layout.fillWidth: true
        }
        PushButton {
            text: qsTr("Close")
            kind: "primary"
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.preferredHeight: 60
            Layout.preferredWidth: 160 * Theme.textScale
        }
    }
}
