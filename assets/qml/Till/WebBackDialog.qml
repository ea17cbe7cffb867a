// Which web order comes back: one field for its number, code or a name, those that may be meant below it, digits for touch beside it.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

Sheet {
    id: dialog
    required property TillModel till
    required property WebBackModel back
    readonly property bool stacked: Theme.large

    title: qsTr("Web order back")
    hint: qsTr("Scan the code of the confirmation, or key in the order's number or the customer's name.")
    iconName: "undo"
    sheetWidth: dialog.stacked ? 640 : 760
    onDismissed: dialog.till.close()
    // After the stage has taken the keyboard back, which it does for every dialog.
    Component.onCompleted: Qt.callLater(field.forceActiveFocus)

    GridLayout {
        columns: dialog.stacked ? 1 : 2
        columnSpacing: 20
        rowSpacing: 12
        Layout.fillWidth: true
        ColumnLayout {
            spacing: 10
            Layout.fillWidth: true
            Layout.alignment: Qt.AlignTop
            Field {
                id: field
                label: qsTr("Order number, code or name")
                placeholderText: field.label
                iconName: "search"
                text: dialog.back.text
                maximumLength: dialog.back.textMax
                faulty: dialog.back.errorText !== ""
                inputMethodHints: Qt.ImhNoPredictiveText | Qt.ImhSensitiveData
                Layout.fillWidth: true
                onTextEdited: dialog.back.type(field.text)
                onAccepted: dialog.back.enter()
                Keys.onUpPressed: dialog.back.step(-1)
                Keys.onDownPressed: dialog.back.step(1)
                Keys.onEscapePressed: dialog.till.close()
            }
            Label {
                visible: text !== ""
                text: dialog.back.errorText !== "" ? dialog.back.errorText : dialog.back.hintText
                color: dialog.back.errorText !== "" ? Theme.bad : Theme.inkMuted
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
                Accessible.role: Accessible.StaticText
                Accessible.name: text
            }
            ListView {
                id: list
                readonly property int place: dialog.back.place
                model: dialog.back.rows
                clip: true
                spacing: 8
                boundsBehavior: Flickable.StopAtBounds
                Layout.fillWidth: true
                Layout.preferredHeight: dialog.stacked ? Math.min(contentHeight, 230) : 300
                onPlaceChanged: {
                    if (list.place >= 0)
                        list.positionViewAtIndex(list.place, ListView.Contain);
                }
                delegate: T.AbstractButton {
                    id: item
                    required property string key
                    required property string title
                    required property string detail
                    required property string total
                    required property bool chosen
                    required property bool isOver
                    width: list.width
                    height: Math.max(Theme.target, inside.implicitHeight + item.topPadding + item.bottomPadding)
                    topPadding: 7
                    bottomPadding: 7
                    focusPolicy: Qt.TabFocus
                    Accessible.name: item.title + ", " + item.total + ", " + item.detail
                    Accessible.checkable: true
                    Accessible.checked: item.chosen
                    Accessible.onPressAction: item.click()
                    onClicked: dialog.back.choose(item.key)
                    background: Rectangle {
                        radius: Theme.radiusSmall
                        color: item.chosen ? Theme.accentSoft : Theme.raised
                        border.width: item.chosen ? 2 : 1
                        border.color: item.chosen ? Theme.accent : Theme.hairline
                        FocusRing {
                            around: item
                        }
                    }
                    contentItem: ColumnLayout {
                        id: inside
                        spacing: 0
                        RowLayout {
                            spacing: 12
                            Layout.fillWidth: true
                            Layout.leftMargin: 14
                            Layout.rightMargin: 14
                            Label {
                                text: item.title
                                strong: true
                                color: item.isOver ? Theme.inkFaint : Theme.ink
                                elide: Text.ElideRight
                                Layout.fillWidth: true
                            }
                            Label {
                                text: item.total
                                strong: true
                                figures: true
                                color: item.isOver ? Theme.inkFaint : Theme.ink
                            }
                        }
                        Label {
                            visible: item.detail !== ""
                            text: item.detail
                            muted: true
                            figures: true
                            font.pixelSize: Theme.textSmall
                            wrapMode: Text.WordWrap
                            maximumLineCount: 2
                            elide: Text.ElideRight
                            Layout.fillWidth: true
                            Layout.leftMargin: 14
                            Layout.rightMargin: 14
                        }
                    }
                }
            }
        }
        Keypad {
            onDigit: digit => dialog.back.digit(digit)
            onBackspace: dialog.back.backspace()
            Layout.preferredWidth: dialog.stacked ? -1 : 260
            Layout.fillWidth: dialog.stacked
            Layout.alignment: Qt.AlignTop
        }
    }
    RowLayout {
        spacing: 12
        uniformCellSizes: true
        Layout.fillWidth: true
        PushButton {
            text: qsTr("Back")
            keyCap: "Esc"
            onClicked: dialog.till.close()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
        PushButton {
            text: dialog.back.enterText
            kind: "primary"
            keyCap: "Enter"
            enabled: dialog.back.canEnter
            onClicked: dialog.back.enter()
            Layout.fillWidth: true
            Layout.preferredHeight: 60
        }
    }
}
