// T2: the float, counted by note and coin or keyed in as one amount.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

Item {
    id: screen
    required property ShiftModel shift
    // Columns grow with the text as far as there is room.
    readonly property real wide: Math.min(1.8, Theme.textScale)
    readonly property int sideWidth: Theme.large ? 400 : 340

    RowLayout {
        width: Math.min(parent.width - 48, 1420)
        height: Math.min(parent.height - 48, 860)
        anchors.centerIn: parent
        spacing: 24

        ColumnLayout {
            spacing: 12
            Layout.fillWidth: true
            Layout.fillHeight: true
            GridLayout {
                columns: Theme.large ? 3 : 4
                columnSpacing: Theme.gap
                rowSpacing: Theme.gap
                Layout.fillWidth: true
                ColumnLayout {
                    spacing: 2
                    Layout.columnSpan: Theme.large ? 3 : 1
                    Layout.fillWidth: true
                    Label {
                        text: qsTr("Open the shift")
                        strong: true
                        font.pixelSize: Theme.displayHeading
                        Accessible.role: Accessible.Heading
                    }
                    Label {
                        text: screen.shift.dayText
                        muted: true
                        font.pixelSize: Theme.textStrong
                    }
                }
                Item {
                    visible: !Theme.large
                    Layout.fillWidth: true
                }
                Chip {
                    text: qsTr("Count")
                    chosen: screen.shift.isCounting
                    onClicked: screen.shift.setCounting(true)
                }
                Chip {
                    text: qsTr("One amount")
                    chosen: !screen.shift.isCounting
                    onClicked: screen.shift.setCounting(false)
                }
            }
            Card {
                Layout.fillWidth: true
                Layout.fillHeight: true
                ListView {
                    id: list
                    visible: screen.shift.isCounting
                    anchors.fill: parent
                    anchors.margins: 8
                    clip: true
                    model: screen.shift.kinds
                    currentIndex: -1
                    boundsBehavior: Flickable.StopAtBounds
                    // The rows next to the view are there at once, for the keyboard; none is made later, when the screen may be gone.
                    cacheBuffer: 0
                    displayMarginBeginning: Theme.target
                    displayMarginEnd: Theme.target
                    activeFocusOnTab: true
                    Accessible.role: Accessible.List
                    Accessible.name: qsTr("Notes and coins")
                    Keys.onUpPressed: screen.shift.step(-1)
                    Keys.onDownPressed: screen.shift.step(1)
                    Rectangle {
                        anchors.fill: parent
                        visible: list.activeFocus
                        color: "transparent"
                        radius: Theme.radiusSmall
                        border.width: Theme.focusLine
                        border.color: Theme.focus
                        z: 3
                    }
                    delegate: T.AbstractButton {
                        id: row
                        required property int index
                        required property int key
                        required property string title
                        required property string count
                        required property string amount
                        required property bool chosen
                        required property string spoken
                        width: list.width
                        height: Math.max(Theme.target, Math.floor(list.height / Math.max(1, list.count)))
                        focusPolicy: Qt.NoFocus
                        Accessible.role: Accessible.Button
                        Accessible.name: row.spoken
                        Accessible.onPressAction: row.click()
                        onClicked: screen.shift.choose(row.key)
                        onChosenChanged: if (row.chosen) list.positionViewAtIndex(row.index, ListView.Contain)
                        background: Rectangle {
                            radius: Theme.radiusSmall
                            color: row.chosen ? Theme.accentSoft : "transparent"
                            border.width: row.chosen ? 2 : 0
                            border.color: Theme.accent
                        }
                        contentItem: Item {
                            RowLayout {
                                anchors.fill: parent
                                anchors.leftMargin: 16
                                anchors.rightMargin: 16
                                Label {
                                    text: row.title
                                    figures: true
                                    strong: true
                                    font.pixelSize: Theme.textStrong
                                    horizontalAlignment: Text.AlignRight
                                    Layout.preferredWidth: 90 * screen.wide
                                    Accessible.ignored: true
                                }
                                Label {
                                    text: "×"
                                    muted: true
                                    Layout.leftMargin: 12
                                    Layout.rightMargin: 12
                                    Accessible.ignored: true
                                }
                                Rectangle {
                                    radius: Theme.radiusSmall
                                    color: row.chosen ? Theme.surface : Theme.raised
                                    border.width: 1
                                    border.color: row.chosen ? Theme.outline : Theme.hairline
                                    Layout.preferredWidth: 110
                                    Layout.preferredHeight: Theme.large ? 46 : 38
                                    Label {
                                        text: row.count === "" ? "0" : row.count
                                        muted: row.count === ""
                                        strong: row.count !== ""
                                        figures: true
                                        font.pixelSize: Theme.textStrong
                                        anchors.fill: parent
                                        anchors.rightMargin: 14
                                        horizontalAlignment: Text.AlignRight
                                        verticalAlignment: Text.AlignVCenter
                                        Accessible.ignored: true
                                    }
                                }
                                Item {
                                    Layout.fillWidth: true
                                }
                                Label {
                                    text: row.amount
                                    figures: true
                                    font.pixelSize: Theme.textStrong
                                    Accessible.ignored: true
                                }
                            }
                        }
                    }
                }
                EmptyState {
                    visible: !screen.shift.isCounting
                    width: Math.min(Theme.large ? 340 * Theme.textScale : 340, parent.width)
                    anchors.centerIn: parent
                    iconName: "coins"
                    title: qsTr("One amount")
                    hint: qsTr("Key in what lies in the drawer. Nothing in it is fine as well.")
                }
            }
        }
        ColumnLayout {
            spacing: 14
            Layout.preferredWidth: screen.sideWidth
            Layout.minimumWidth: Theme.large ? screen.sideWidth : -1
            Layout.maximumWidth: screen.sideWidth
            Layout.fillHeight: true
            Card {
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.large ? sum.implicitHeight + 40 : 132
                ColumnLayout {
                    id: sum
                    anchors.fill: parent
                    anchors.margins: 20
                    spacing: 2
                    Label {
                        text: qsTr("Float in the drawer")
                        muted: true
                        Layout.fillWidth: true
                    }
                    Label {
                        text: screen.shift.totalText
                        figures: true
                        strong: true
                        font.pixelSize: Theme.displayTotal
                        fontSizeMode: Text.HorizontalFit
                        Layout.fillWidth: true
                    }
                }
            }
            Label {
                visible: screen.shift.errorText !== ""
                text: screen.shift.errorText
                color: Theme.bad
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
                Accessible.role: Accessible.AlertMessage
            }
            Item {
                Layout.fillHeight: true
            }
            Keypad {
                onDigit: digit => screen.shift.digit(digit)
                onBackspace: screen.shift.backspace()
                Layout.fillWidth: true
            }
            PushButton {
                text: qsTr("Open the shift")
                kind: "primary"
                keyCap: "F9"
                onClicked: screen.shift.open()
                Layout.fillWidth: true
                Layout.preferredHeight: 72
            }
        }
    }
}
