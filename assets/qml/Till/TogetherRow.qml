// What others bought with the goods that are handed over: each a touch away from the basket.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

ColumnLayout {
    id: row
    required property TogetherModel together
    visible: !row.together.isEmpty
    spacing: 6

    Label {
        text: qsTr("Often bought with it, and here")
        muted: true
        font.pixelSize: Theme.textSmall
        Layout.fillWidth: true
    }
    GridLayout {
        columns: Theme.large ? 1 : 3
        columnSpacing: Theme.gap
        rowSpacing: Theme.gap
        uniformCellWidths: true
        Layout.fillWidth: true
        Repeater {
            model: row.together.rows
            T.AbstractButton {
                id: item
                required property string key
                required property string title
                required property string note
                required property bool added
                implicitHeight: Math.max(Theme.target, inside.implicitHeight + 14)
                focusPolicy: Qt.TabFocus
                Accessible.name: item.title + ", " + item.note
                Accessible.checkable: true
                Accessible.checked: item.added
                Accessible.onPressAction: item.click()
                Keys.onReturnPressed: item.click()
                Keys.onEnterPressed: item.click()
                onClicked: row.together.add(item.key)
                Layout.fillWidth: true
                Layout.minimumWidth: 60
                background: Rectangle {
                    radius: Theme.radiusSmall
                    color: item.added ? Theme.accentSoft : item.down ? Theme.hairline : Theme.sunken
                    FocusRing {
                        around: item
                    }
                }
                contentItem: Item {
                    implicitHeight: inside.implicitHeight
                    RowLayout {
                        id: inside
                        spacing: 8
                        anchors.left: parent.left
                        anchors.right: parent.right
                        anchors.leftMargin: 10
                        anchors.rightMargin: 8
                        anchors.verticalCenter: parent.verticalCenter
                        Icon {
                            name: item.added ? "check" : "plus"
                            side: 18
                            colour: item.added ? Theme.accentInk : Theme.ink
                        }
                        ColumnLayout {
                            spacing: 1
                            Layout.fillWidth: true
                            Label {
                                text: item.title
                                strong: true
                                font.pixelSize: Theme.textSmall
                                wrapMode: Text.WordWrap
                                maximumLineCount: 2
                                elide: Text.ElideRight
                                Layout.fillWidth: true
                            }
                            Label {
                                text: item.note
                                font.pixelSize: Theme.textSmall
                                Layout.fillWidth: true
                            }
                        }
                    }
                }
            }
        }
    }
}
