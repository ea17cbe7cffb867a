// The journal: what happened at this till, with filters to tap, newest first.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Item {
    id: screen
    required property JournalModel journal
    readonly property bool narrow: screen.width < 900 || Theme.large

    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 18
        spacing: 10
        RowLayout {
            spacing: 16
            Layout.fillWidth: true
            Label {
                text: qsTr("Journal")
                strong: true
                font.pixelSize: Theme.displayHeading
                Accessible.role: Accessible.Heading
            }
            Item {
                Layout.fillWidth: true
            }
            Field {
                label: qsTr("Receipt or amount")
                placeholderText: qsTr("Receipt or amount")
                iconName: "search"
                onTextEdited: screen.journal.search(text)
                Keys.onEscapePressed: screen.journal.leave()
                Layout.preferredWidth: 300 * Theme.textScale
                Layout.minimumWidth: 180
            }
        }
        Flow {
            spacing: Theme.gap
            Layout.fillWidth: true
            Repeater {
                model: screen.journal.days
                Chip {
                    required property string key
                    required property string title
                    required chosen
                    text: title
                    onClicked: screen.journal.chooseDay(key)
                }
            }
        }
        Flow {
            spacing: Theme.gap
            Layout.fillWidth: true
            Repeater {
                model: screen.journal.groups
                Chip {
                    required property string key
                    required property string title
                    required chosen
                    text: title
                    onClicked: screen.journal.chooseGroup(key)
                }
            }
        }
        Flow {
            visible: screen.narrow
            spacing: Theme.gap
            Layout.fillWidth: true
            Repeater {
                model: screen.narrow ? screen.journal.people : null
                Chip {
                    required property string key
                    required property string title
                    required chosen
                    text: title
                    onClicked: screen.journal.choosePerson(key)
                }
            }
        }
        RowLayout {
            spacing: 12
            Layout.fillWidth: true
            Layout.fillHeight: true
            Card {
                visible: !screen.narrow
                Layout.preferredWidth: 200
                Layout.fillHeight: true
                ListView {
                    anchors.fill: parent
                    anchors.margins: 8
                    clip: true
                    spacing: 8
                    boundsBehavior: Flickable.StopAtBounds
                    model: screen.journal.people
                    delegate: Chip {
                        required property string key
                        required property string title
                        required chosen
                        text: title
                        width: ListView.view.width
                        onClicked: screen.journal.choosePerson(key)
                    }
                }
            }
            Card {
                Layout.fillWidth: true
                Layout.fillHeight: true
                EmptyState {
                    visible: screen.journal.isEmpty
                    width: Math.min(380 * Theme.textScale, parent.width - 40)
                    anchors.centerIn: parent
                    iconName: "search"
                    title: qsTr("Nothing fits")
                    hint: qsTr("Choose other days, kinds or people.")
                }
                ListView {
                    id: list
                    visible: !screen.journal.isEmpty
                    anchors.fill: parent
                    anchors.margins: 8
                    clip: true
                    model: screen.journal.rows
                    boundsBehavior: Flickable.StopAtBounds
                    activeFocusOnTab: true
                    Accessible.role: Accessible.List
                    Accessible.name: qsTr("Journal") + ", " + screen.journal.countText
                    Keys.onUpPressed: list.flick(0, 900)
                    Keys.onDownPressed: list.flick(0, -900)
                    onAtYEndChanged: if (list.atYEnd) screen.journal.more()
                    Rectangle {
                        parent: list
                        anchors.fill: parent
                        visible: list.activeFocus
                        color: "transparent"
                        radius: Theme.radiusSmall
                        border.width: Theme.focusLine
                        border.color: Theme.focus
                        z: 3
                    }
                    delegate: Item {
                        id: entry
                        required property int index
                        required property string when
                        required property string who
                        required property string title
                        required property string detail
                        required property string money
                        width: list.width
                        height: inside.implicitHeight + 16
                        Rectangle {
                            visible: entry.index > 0
                            width: parent.width
                            height: 1
                            color: Theme.hairline
                        }
                        RowLayout {
                            id: inside
                            anchors.left: parent.left
                            anchors.right: parent.right
                            anchors.verticalCenter: parent.verticalCenter
                            anchors.leftMargin: 10
                            anchors.rightMargin: 10
                            spacing: 14
                            ColumnLayout {
                                spacing: 0
                                Layout.preferredWidth: 150 * Theme.textScale
                                Layout.maximumWidth: Layout.preferredWidth
                                Label {
                                    text: entry.when
                                    figures: true
                                    font.pixelSize: Theme.textSmall
                                    Layout.fillWidth: true
                                }
                                Label {
                                    text: entry.who
                                    muted: true
                                    font.pixelSize: Theme.textSmall
                                    Layout.fillWidth: true
                                }
                            }
                            ColumnLayout {
                                spacing: 0
                                Layout.fillWidth: true
                                Label {
                                    text: entry.title
                                    strong: true
                                    wrapMode: Text.WordWrap
                                    Layout.fillWidth: true
                                }
                                Label {
                                    visible: entry.detail !== ""
                                    text: entry.detail
                                    muted: true
                                    font.pixelSize: Theme.textSmall
                                    wrapMode: Text.WordWrap
                                    maximumLineCount: 3
                                    Layout.fillWidth: true
                                }
                            }
                            Label {
                                text: entry.money
                                strong: true
                                figures: true
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
                text: qsTr("Back to the sale")
                keyCap: "Esc"
                onClicked: screen.journal.leave()
                Layout.preferredHeight: 56
            }
            Label {
                text: screen.journal.doneText === "" ? screen.journal.countText : screen.journal.doneText
                muted: screen.journal.doneText === ""
                wrapMode: Text.WordWrap
                maximumLineCount: 2
                Layout.fillWidth: true
            }
            PushButton {
                text: qsTr("Export")
                iconName: "arrow-down"
                keyCap: "F6"
                onClicked: screen.journal.export()
                Layout.preferredHeight: 56
            }
        }
    }
}
