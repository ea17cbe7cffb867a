// A count before it is posted: what was counted against what should be there, the largest differences first.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Item {
    id: screen
    required property StockWorkModel work
    readonly property bool narrow: screen.width < 900 || Theme.large

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 18
        spacing: 12
        Label {
            text: screen.work.title
            strong: true
            font.pixelSize: Theme.displayHeading
            elide: Text.ElideRight
            Layout.fillWidth: true
            Accessible.role: Accessible.Heading
        }
        Label {
            text: screen.work.errorText === "" ? screen.work.sumText : screen.work.errorText
            color: screen.work.errorText === "" ? Theme.ink : Theme.bad
            strong: true
            wrapMode: Text.WordWrap
            Layout.fillWidth: true
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
        Card {
            Layout.fillWidth: true
            Layout.fillHeight: true
            ListView {
                id: list
                anchors.fill: parent
                anchors.margins: 8
                clip: true
                model: screen.work.differences
                boundsBehavior: Flickable.StopAtBounds
                activeFocusOnTab: true
                Keys.onUpPressed: list.flick(0, 900)
                Keys.onDownPressed: list.flick(0, -900)
                Accessible.role: Accessible.List
                Accessible.name: screen.work.sumText
                delegate: Item {
                    id: row
                    required property int index
                    required property string title
                    required property string detail
                    required property string counted
                    required property string expected
                    required property string difference
                    required property string worth
                    required property bool warns
                    width: list.width
                    height: inside.implicitHeight + 18
                    Rectangle {
                        visible: row.index > 0
                        width: parent.width
                        height: 1
                        color: Theme.hairline
                    }
                    GridLayout {
                        id: inside
                        columns: screen.narrow ? 1 : 2
                        anchors.left: parent.left
                        anchors.right: parent.right
                        anchors.verticalCenter: parent.verticalCenter
                        anchors.leftMargin: 10
                        anchors.rightMargin: 10
                        columnSpacing: 14
                        rowSpacing: 4
                        ColumnLayout {
                            spacing: 0
                            Layout.fillWidth: true
                            Label {
                                text: row.title
                                strong: true
                                wrapMode: Text.WordWrap
                                Layout.fillWidth: true
                            }
                            Label {
                                text: row.detail
                                muted: true
                                font.pixelSize: Theme.textSmall
                                wrapMode: Text.WordWrap
                                Layout.fillWidth: true
                            }
                        }
                        RowLayout {
                            spacing: 18
                            Layout.fillWidth: screen.narrow
                            Label {
                                text: row.expected === "" ? qsTr("%1 here").arg(row.counted)
                                    : qsTr("%1 here, should be %2").arg(row.counted).arg(row.expected)
                                figures: true
                                wrapMode: Text.WordWrap
                                Layout.fillWidth: screen.narrow
                            }
                            Label {
                                text: row.difference
                                strong: true
                                figures: true
                                color: row.warns ? Theme.bad : Theme.ink
                                font.pixelSize: Theme.textHeading
                                horizontalAlignment: Text.AlignRight
                                Layout.preferredWidth: Math.max(implicitWidth, 70 * Theme.textScale)
                            }
                            Label {
                                text: row.worth
                                muted: true
                                figures: true
                                horizontalAlignment: Text.AlignRight
                                Layout.preferredWidth: Math.max(implicitWidth, 90 * Theme.textScale)
                            }
                        }
                    }
                }
            }
        }
        RowLayout {
            spacing: 12
            Layout.fillWidth: true
            PushButton {
                text: screen.work.isCount ? qsTr("Back to counting") : qsTr("Back to the delivery")
                keyCap: "Esc"
                onClicked: screen.work.back()
                Layout.preferredHeight: 60
            }
            Item {
                Layout.fillWidth: true
            }
            PushButton {
                text: screen.work.nextText
                kind: "primary"
                keyCap: "F9"
                onClicked: screen.work.next()
                Layout.preferredHeight: 60
                Layout.preferredWidth: 240 * Theme.textScale
            }
        }
    }
}
