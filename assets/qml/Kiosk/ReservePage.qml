// K4, second step: what is to be held, where and how many; a first name if the shopper likes.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Parts
import Toonbank

FocusScope {
    id: page
    required property KioskModel kiosk
    readonly property bool tight: page.kiosk.reach || Theme.textScale > 2
    readonly property KioskReserveModel wish: page.kiosk.reserve

    Keys.onPressed: event => {
        if (!page.wish.isNaming)
            return;
        if (event.key === Qt.Key_Backspace) {
            page.wish.backspace();
            event.accepted = true;
        } else if (event.text !== "" && event.key !== Qt.Key_Return && event.key !== Qt.Key_Enter
                   && event.key !== Qt.Key_Tab && event.key !== Qt.Key_Backtab && event.key !== Qt.Key_Escape
                   && !(event.modifiers & (Qt.ControlModifier | Qt.AltModifier))) {
            page.wish.type(event.text);
            event.accepted = true;
        }
    }
    Flickable {
        id: sheet
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.bottom: page.wish.isNaming ? keys.top : foot.top
        contentHeight: content.implicitHeight + 60
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        Column {
            id: content
            x: 48
            y: 20
            width: parent.width - 96 - (page.tight ? 96 : 0)
            spacing: 28
            KioskButton {
                visible: !page.wish.isNaming
                iconName: "arrow-left"
                text: qsTr("Back")
                onClicked: page.kiosk.back()
            }
            GridLayout {
                visible: page.wish.isNaming
                width: parent.width
                columns: Theme.textScale > 2 ? 1 : 2
                columnSpacing: 20
                rowSpacing: 20
                Rectangle {
                    radius: 18
                    color: Theme.surface
                    border.width: 4
                    border.color: Theme.accent
                    clip: true
                    Layout.fillWidth: true
                    Layout.preferredHeight: 116
                    Accessible.role: Accessible.EditableText
                    Accessible.name: qsTr("First name")
                    Accessible.description: page.wish.name
                    Text {
                        id: typed
                        anchors.left: parent.left
                        anchors.leftMargin: 28
                        anchors.verticalCenter: parent.verticalCenter
                        text: page.wish.name
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
                KioskButton {
                    kind: "soft"
                    iconName: "check"
                    text: qsTr("That is my name")
                    onClicked: page.wish.askName()
                    Layout.fillWidth: Theme.textScale > 2
                    Layout.preferredHeight: Math.max(116, implicitHeight)
                }
            }
            KioskLabel {
                visible: !page.wish.isNaming
                text: qsTr("Reserve")
                strong: true
                font.pixelSize: Math.min(Theme.textHeading, 84)
                width: parent.width
                Accessible.role: Accessible.Heading
            }
            RowLayout {
                width: parent.width
                spacing: 30
                Picture {
                    visible: !page.tight
                    name: page.wish.picture
                    side: 200
                }
                ColumnLayout {
                    spacing: 12
                    Layout.fillWidth: true
                    KioskLabel {
                        text: page.wish.what
                        strong: true
                        font.pixelSize: Math.min(Theme.textTitle, 64)
                        Layout.fillWidth: true
                    }
                    KioskLabel {
                        text: page.wish.storeText
                        muted: true
                        Layout.fillWidth: true
                    }
                    KioskLabel {
                        text: page.wish.holdText
                        Layout.fillWidth: true
                    }
                }
            }
            NoteLine {
                visible: page.wish.problem !== ""
                width: parent.width
                iconName: "alert-triangle"
                text: page.wish.problem
                Accessible.role: Accessible.AlertMessage
                Accessible.name: page.wish.problem
            }
            ChoiceRow {
                wanted: !page.wish.isNaming
                width: parent.width
                title: qsTr("Where?")
                choices: page.wish.stores
                onChosen: key => page.wish.chooseStore(key)
            }
            GridLayout {
                visible: !page.wish.isNaming
                width: parent.width
                columns: page.tight ? 1 : 2
                columnSpacing: 30
                rowSpacing: 20
                Stepper {
                    count: page.wish.count
                    what: page.wish.what
                    canLess: page.wish.canLess
                    onLess: page.wish.less()
                    onMore: page.wish.more()
                }
                KioskButton {
                    iconName: "user"
                    text: page.wish.name !== "" ? page.wish.name : qsTr("Leave a first name (not needed)")
                    spoken: page.wish.name !== "" ? qsTr("First name") + " " + page.wish.name : text
                    onClicked: page.wish.askName()
                    Layout.fillWidth: true
                    Layout.preferredHeight: Math.max(116, implicitHeight)
                }
            }
            KioskButton {
                visible: page.wish.problem !== ""
                kind: "soft"
                iconName: "help"
                text: qsTr("Ask a colleague")
                onClicked: page.kiosk.openPanel("help")
                width: parent.width
                height: Math.max(116, implicitHeight)
            }
        }
    }
    ScrollKeys {
        upright: page.tight
        over: sheet
        anchors.right: parent.right
        anchors.rightMargin: 24
        anchors.bottom: sheet.bottom
        anchors.bottomMargin: 16
    }
    KeyBoard {
        id: keys
        visible: page.wish.isNaming
        kiosk: page.kiosk
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: 20
        anchors.rightMargin: 20
        anchors.bottom: foot.top
        anchors.bottomMargin: 16
        onTyped: letters => page.wish.type(letters)
        onRubbed: page.wish.backspace()
        onCleared: page.wish.clear()
    }
    Rectangle {
        id: foot
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        height: page.kiosk.reach ? 150 : 176
        color: Theme.surface
        Rectangle {
            width: parent.width
            height: 2
            color: Theme.hairline
        }
        KioskButton {
            anchors.fill: parent
            anchors.leftMargin: 36
            anchors.rightMargin: 28
            anchors.topMargin: 18
            anchors.bottomMargin: 18
            kind: "primary"
            iconName: "check"
            off: !page.wish.canGo
            text: page.wish.reserveText
            textSize: Math.min(Theme.textTitle, 58)
            onClicked: page.wish.reserve()
        }
    }
}
