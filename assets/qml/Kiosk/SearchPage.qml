// K6: results while typing, on keys of our own or on real ones.
import QtQuick
import QtQuick.Layouts
import Parts
import Toonbank

FocusScope {
    id: page
    required property KioskModel kiosk

    Keys.onPressed: event => {
        if (event.key === Qt.Key_Backspace) {
            page.kiosk.search.backspace();
            event.accepted = true;
        } else if (event.text !== "" && event.key !== Qt.Key_Return && event.key !== Qt.Key_Enter
                   && event.key !== Qt.Key_Tab && event.key !== Qt.Key_Backtab && event.key !== Qt.Key_Escape
                   && !(event.modifiers & (Qt.ControlModifier | Qt.AltModifier))) {
            page.kiosk.search.type(event.text);
            event.accepted = true;
        }
    }
    ColumnLayout {
        anchors.fill: parent
        anchors.leftMargin: 20
        anchors.rightMargin: 20
        anchors.topMargin: 16
        anchors.bottomMargin: 16
        spacing: 14
        RowLayout {
            spacing: 14
            Layout.fillWidth: true
            KioskButton {
                iconName: "arrow-left"
                text: page.kiosk.reach || Theme.textScale > 2 ? "" : qsTr("Back")
                spoken: qsTr("Back")
                onClicked: page.kiosk.back()
                Layout.preferredHeight: 96
            }
            Rectangle {
                id: field
                radius: 18
                color: Theme.surface
                border.width: 4
                border.color: Theme.accent
                clip: true
                Layout.fillWidth: true
                Layout.preferredHeight: 96
                Accessible.role: Accessible.EditableText
                Accessible.name: qsTr("Search")
                Accessible.description: page.kiosk.search.text
                Icon {
                    id: glass
                    name: "search"
                    side: 44
                    colour: Theme.accentInk
                    anchors.left: parent.left
                    anchors.leftMargin: 24
                    anchors.verticalCenter: parent.verticalCenter
                }
                Text {
                    id: typed
                    anchors.left: glass.right
                    anchors.leftMargin: 20
                    anchors.verticalCenter: parent.verticalCenter
                    text: page.kiosk.search.text
                    color: Theme.ink
                    font.pixelSize: Math.min(Theme.textTitle, 58)
                    font.weight: Font.DemiBold
                    textFormat: Text.PlainText
                    Accessible.ignored: true
                }
                Rectangle {
                    anchors.left: typed.right
                    anchors.leftMargin: 4
                    anchors.verticalCenter: parent.verticalCenter
                    width: 4
                    height: 52
                    color: Theme.accent
                }
            }
        }
        KioskLabel {
            visible: !page.kiosk.reach
            text: page.kiosk.search.summary
            muted: true
            Accessible.role: Accessible.StaticText
            Layout.fillWidth: true
            Layout.leftMargin: 8
        }
        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true
            RowLayout {
                anchors.fill: parent
                spacing: 10
                CardGrid {
                    id: found
                    kiosk: page.kiosk
                    spoken: qsTr("Search results")
                    model: page.kiosk.search.cards
                    visible: found.count > 0
                    Layout.fillWidth: true
                    Layout.fillHeight: true
                }
                ScrollKeys {
                    over: found
                    upright: true
                    Layout.alignment: Qt.AlignBottom
                }
            }
            Column {
                visible: page.kiosk.search.isEmpty
                anchors.centerIn: parent
                width: parent.width - 120
                spacing: 26
                EmptyHint {
                    visible: !page.kiosk.reach
                    width: parent.width
                    iconName: "search"
                    title: qsTr("We did not find that")
                    hint: qsTr("Try another word or fewer letters, look through the departments, or ask a colleague.")
                }
                KioskLabel {
                    visible: page.kiosk.reach
                    text: page.kiosk.search.summary
                    strong: true
                    width: parent.width
                    horizontalAlignment: Text.AlignHCenter
                }
                Row {
                    spacing: 20
                    anchors.horizontalCenter: parent.horizontalCenter
                    KioskButton {
                        iconName: "grid"
                        text: qsTr("Departments")
                        onClicked: page.kiosk.home()
                    }
                    KioskButton {
                        kind: "soft"
                        iconName: "help"
                        text: qsTr("Ask a colleague")
                        onClicked: page.kiosk.openPanel("help")
                    }
                }
            }
            EmptyHint {
                visible: page.kiosk.search.text === "" && !page.kiosk.reach
                anchors.centerIn: parent
                width: parent.width - 160
                iconName: "barcode"
                title: qsTr("Typing or scanning, both work")
                hint: qsTr("Hold the bars of an article before the scanner below the screen.")
            }
        }
        KeyBoard {
            kiosk: page.kiosk
            onTyped: letters => page.kiosk.search.type(letters)
            onRubbed: page.kiosk.search.backspace()
            onCleared: page.kiosk.search.clear()
            Layout.fillWidth: true
        }
    }
}
