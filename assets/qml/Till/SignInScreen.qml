// T1: tap a name, type a number or scan a badge; then the PIN.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

Item {
    id: screen
    required property TillModel till
    required property SignInModel signing

    // A narrow till (1024 px) has no room for wide margins beside the heading, the languages and the keypad.
    readonly property bool narrow: width < 1100

    RowLayout {
        width: Math.min(parent.width - (screen.narrow ? 40 : 64), 1420)
        height: Math.min(parent.height - (Theme.large ? 32 : 64), 860)
        anchors.centerIn: parent
        spacing: screen.narrow ? 20 : 32

        ColumnLayout {
            spacing: 16
            Layout.minimumWidth: 0
            Layout.fillWidth: true
            Layout.fillHeight: true
            GridLayout {
                columns: tongues.count + 1
                columnSpacing: Theme.gap
                rowSpacing: Theme.gap
                ColumnLayout {
                    spacing: 4
                    Layout.fillWidth: true
                    Layout.columnSpan: Theme.large || screen.width < 1000 ? tongues.count + 1 : 1
                    Label {
                        text: qsTr("Who is at the till?")
                        font.pixelSize: Theme.displayHeading
                        strong: true
                        wrapMode: Text.WordWrap
                        Layout.fillWidth: true
                        Accessible.role: Accessible.Heading
                    }
                    Refusal {
                        visible: Theme.large && screen.signing.errorText !== ""
                        text: screen.signing.errorText
                        Layout.fillWidth: true
                    }
                    Label {
                        visible: !Theme.large || screen.signing.errorText === ""
                        text: qsTr("Tap your name, scan your badge or type your number")
                        muted: true
                        font.pixelSize: Theme.textStrong
                        wrapMode: Text.WordWrap
                        Layout.fillWidth: true
                    }
                }
                Repeater {
                    id: tongues
                    model: screen.signing.languages
                    Chip {
                        required property string key
                        required property string title
                        required chosen
                        text: title
                        onClicked: screen.till.setLanguage(key)
                        Layout.alignment: Qt.AlignTop
                    }
                }
                Item {
                    visible: Theme.large
                    Layout.fillWidth: true
                }
            }
            GridView {
                id: grid
                model: screen.signing.people
                clip: true
                activeFocusOnTab: count > 0
                currentIndex: -1
                readonly property int columns: Math.max(1, Math.floor(width / (250 * Theme.textScale)))
                cellWidth: Math.floor(width / columns)
                // In large text a name takes two lines where there is more than one column.
                cellHeight: Theme.large ? 36 + Math.ceil((columns === 1 ? 40 : 60) * Theme.textScale) : 92
                boundsBehavior: Flickable.StopAtBounds
                Accessible.role: Accessible.List
                Accessible.name: qsTr("Names")
                onActiveFocusChanged: if (activeFocus && currentIndex < 0) currentIndex = 0
                Keys.onReturnPressed: if (currentItem) (currentItem as T.AbstractButton).click()
                Keys.onEnterPressed: if (currentItem) (currentItem as T.AbstractButton).click()
                Layout.fillWidth: true
                Layout.fillHeight: true
                Layout.topMargin: 8

                delegate: T.AbstractButton {
                    id: person
                    required property int index
                    required property string key
                    required property string name
                    required property string initials
                    required property string number
                    required property bool chosen
                    width: grid.cellWidth
                    height: grid.cellHeight
                    focusPolicy: Qt.NoFocus
                    Accessible.role: Accessible.Button
                    Accessible.name: person.name + ", " + person.number
                    Accessible.onPressAction: person.click()
                    onClicked: screen.signing.choose(person.key)
                    background: Item {
                        Rectangle {
                            anchors.fill: parent
                            anchors.rightMargin: 12
                            anchors.bottomMargin: 12
                            radius: Theme.radius
                            color: person.chosen ? Theme.accentSoft : person.down ? Theme.sunken : Theme.surface
                            border.width: person.chosen ? 2 : 1
                            border.color: person.chosen ? Theme.accent : Theme.hairline
                            Rectangle {
                                visible: grid.activeFocus && grid.currentIndex === person.index
                                anchors.fill: parent
                                radius: parent.radius
                                color: "transparent"
                                border.width: Theme.focusLine
                                border.color: Theme.focus
                            }
                        }
                    }
                    contentItem: Item {
                        RowLayout {
                            anchors.fill: parent
                            anchors.leftMargin: 14
                            anchors.rightMargin: 22
                            anchors.bottomMargin: 12
                            spacing: 12
                            Avatar {
                                initials: person.initials
                                side: 48
                                chosen: person.chosen
                            }
                            ColumnLayout {
                                spacing: 0
                                Layout.fillWidth: true
                                Label {
                                    text: person.name
                                    strong: true
                                    font.pixelSize: Theme.textStrong
                                    Layout.fillWidth: true
                                    Accessible.ignored: true
                                }
                                Label {
                                    text: person.number
                                    muted: true
                                    Accessible.ignored: true
                                }
                            }
                        }
                    }
                }
                EmptyState {
                    visible: grid.count === 0
                    width: Math.min(Theme.large ? 360 * Theme.textScale : 360, parent.width)
                    anchors.centerIn: parent
                    iconName: "users"
                    title: qsTr("No staff here yet")
                    hint: qsTr("The hub sends the staff of this store. Check the connection, or add somebody at the hub.")
                }
            }
            LookChoice {
                look: screen.till.look
            }
        }
        Card {
            Layout.preferredWidth: Theme.large ? 400 : screen.narrow ? 340 : 380
            Layout.minimumWidth: Layout.preferredWidth
            Layout.maximumHeight: Theme.large ? 700 : 640
            Layout.fillHeight: true
            Layout.alignment: Qt.AlignVCenter
            ColumnLayout {
                anchors.fill: parent
                anchors.margins: 24
                spacing: 14
                RowLayout {
                    spacing: 14
                    Layout.fillWidth: true
                    Layout.preferredHeight: Theme.large ? implicitHeight : 56
                    Avatar {
                        visible: screen.signing.hasPerson && !Theme.large
                        initials: screen.signing.personInitials
                        side: 56
                        chosen: true
                    }
                    ColumnLayout {
                        spacing: 0
                        Layout.fillWidth: true
                        Label {
                            text: screen.signing.hasPerson ? screen.signing.personName : qsTr("Staff number")
                            strong: true
                            font.pixelSize: Theme.large ? Theme.textStrong : Theme.textTitle
                            Layout.fillWidth: true
                        }
                        Label {
                            text: screen.signing.hasPerson ? qsTr("Key in your PIN") : qsTr("Type it, then Enter")
                            muted: true
                            Layout.fillWidth: true
                        }
                    }
                    PushButton {
                        visible: screen.signing.hasPerson
                        kind: "quiet"
                        iconName: "x"
                        Accessible.name: qsTr("Somebody else")
                        onClicked: screen.signing.back()
                    }
                }
                Rectangle {
                    radius: Theme.radiusSmall
                    color: Theme.raised
                    border.width: 1
                    border.color: Theme.outline
                    Layout.fillWidth: true
                    Layout.preferredHeight: 60
                    PinDots {
                        visible: screen.signing.hasPerson
                        anchors.centerIn: parent
                        count: screen.signing.pinLength
                        label: qsTr("PIN")
                    }
                    Label {
                        visible: !screen.signing.hasPerson
                        anchors.centerIn: parent
                        text: screen.signing.numberText === "" ? qsTr("Number") : screen.signing.numberText
                        muted: screen.signing.numberText === ""
                        font.pixelSize: Theme.textTitle
                        strong: screen.signing.numberText !== ""
                    }
                }
                Refusal {
                    visible: screen.signing.errorText !== "" && !Theme.large
                    text: screen.signing.errorText
                    Layout.fillWidth: true
                }
                Item {
                    Layout.fillHeight: true
                }
                Keypad {
                    onDigit: digit => screen.signing.digit(digit)
                    onBackspace: screen.signing.backspace()
                    Layout.fillWidth: true
                }
                PushButton {
                    text: screen.signing.isBusy ? qsTr("One moment …") : screen.signing.hasPerson ? qsTr("Sign in") : qsTr("Next")
                    kind: "primary"
                    keyCap: "Enter"
                    enabled: screen.signing.canEnter
                    onClicked: screen.signing.enter()
                    Layout.fillWidth: true
                    Layout.preferredHeight: 60
                }
            }
        }
    }
}
