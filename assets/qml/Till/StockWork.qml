// One stock work: what it is, a field to search, its lines, the keypad for how many, and what ends it.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Item {
    id: screen
    required property StockWorkModel work
    readonly property bool narrow: screen.width < 900 || Theme.large

    Connections {
        target: screen.work.finder
        function onWanted() {
            field.forceActiveFocus();
        }
    }
    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 18
        spacing: 10
        GridLayout {
            columns: screen.narrow ? 1 : 2
            columnSpacing: 16
            rowSpacing: 10
            Layout.fillWidth: true
            ColumnLayout {
                spacing: 0
                Layout.fillWidth: true
                Label {
                    text: screen.work.title
                    strong: true
                    font.pixelSize: Theme.displayHeading
                    elide: Text.ElideRight
                    Layout.fillWidth: true
                    Accessible.role: Accessible.Heading
                }
                Label {
                    text: screen.work.progressText
                    muted: true
                    Layout.fillWidth: true
                }
            }
            Field {
                id: field
                label: qsTr("Search by name or number")
                placeholderText: qsTr("Scan, or search by name or number")
                iconName: "search"
                keyCap: "F2"
                text: screen.work.finder.query
                onTextEdited: screen.work.finder.search(text)
                onAccepted: screen.work.finder.enter()
                Keys.onUpPressed: screen.work.finder.move(-1)
                Keys.onDownPressed: screen.work.finder.move(1)
                Keys.onEscapePressed: event => {
                    event.accepted = text !== "";
                    if (event.accepted)
                        screen.work.finder.search("");
                }
                Layout.fillWidth: screen.narrow
                Layout.preferredWidth: 380 * Theme.textScale
            }
        }
        // In large text what does not fit scrolls; the buttons below stay where they are.
        Flickable {
            id: view
            contentWidth: width
            contentHeight: body.height
            interactive: contentHeight > height + 1
            clip: interactive
            boundsBehavior: Flickable.StopAtBounds
            Layout.fillWidth: true
            Layout.fillHeight: true
            GridLayout {
                id: body
                columns: screen.narrow ? 1 : 2
                columnSpacing: 12
                rowSpacing: 12
                width: view.width
                height: Math.max(body.implicitHeight, view.height)
                ColumnLayout {
                    spacing: 10
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                    Flow {
                        visible: screen.work.isWriteOff
                        spacing: Theme.gap
                        Layout.fillWidth: true
                        Repeater {
                            model: screen.work.reasons
                            Chip {
                                required property string key
                                required property string title
                                required chosen
                                text: title
                                onClicked: screen.work.chooseWhy(key)
                            }
                        }
                    }
                    Field {
                        visible: screen.work.isWriteOff
                        label: qsTr("Note, for instance what happened")
                        placeholderText: label
                        iconName: "edit"
                        text: screen.work.note
                        maximumLength: 200
                        onEditingFinished: screen.work.write(text)
                        Layout.fillWidth: true
                    }
                    Banner {
                        visible: screen.work.stopText !== ""
                        iconName: "ban"
                        kind: "warn"
                        title: screen.work.stopText
                        Layout.fillWidth: true
                    }
                    Label {
                        visible: text !== ""
                        text: screen.work.errorText
                        color: Theme.bad
                        strong: true
                        wrapMode: Text.WordWrap
                        Layout.fillWidth: true
                        Accessible.role: Accessible.AlertMessage
                        Accessible.name: text
                    }
                    StockLines {
                        work: screen.work
                        Layout.fillWidth: true
                        Layout.fillHeight: true
                    }
                }
                StockPad {
                    work: screen.work
                    wide: screen.narrow
                    Layout.fillWidth: screen.narrow
                    Layout.preferredWidth: 320
                    Layout.alignment: Qt.AlignTop
                }
            }
        }
        RowLayout {
            spacing: 12
            Layout.fillWidth: true
            PushButton {
                text: qsTr("Back")
                note: Theme.large || screen.narrow ? "" : qsTr("this is kept")
                keyCap: "Esc"
                onClicked: screen.work.leave()
                Layout.preferredHeight: 60
            }
            PushButton {
                text: screen.work.isDiscarding ? qsTr("Really discard") : qsTr("Discard")
                kind: screen.work.isDiscarding ? "danger" : "quiet"
                iconName: "trash"
                keyCap: "F8"
                onClicked: screen.work.discard()
                Layout.preferredHeight: 60
            }
            Item {
                Layout.fillWidth: true
            }
            PushButton {
                text: screen.work.nextText
                kind: "primary"
                keyCap: "F9"
                enabled: !screen.work.isEmpty
                onClicked: screen.work.next()
                Layout.preferredHeight: 60
                Layout.preferredWidth: 240 * Theme.textScale
                Layout.fillWidth: screen.narrow
            }
        }
    }
}
