// K7: what is in the basket, to change and to undo, and the way to the ticket.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank

FocusScope {
    id: page
    required property KioskModel kiosk
    readonly property KioskBasketModel basket: page.kiosk.basket

    ColumnLayout {
        anchors.fill: parent
        anchors.leftMargin: 32
        anchors.rightMargin: 32
        anchors.topMargin: 20
        spacing: 18
        Flow {
            spacing: 20
            Layout.fillWidth: true
            KioskButton {
                iconName: "arrow-left"
                text: qsTr("Go on shopping")
                onClicked: page.kiosk.back()
            }
            KioskButton {
                visible: page.basket.canUndo
                kind: "soft"
                iconName: "undo"
                text: qsTr("Undo")
                onClicked: page.basket.undo()
            }
            ScrollKeys {
                over: lines
            }
        }
        KioskLabel {
            visible: !page.kiosk.reach
            text: qsTr("Your basket")
            strong: true
            font.pixelSize: Math.min(Theme.textHeading, 84)
            Accessible.role: Accessible.Heading
            Layout.fillWidth: true
        }
        Item {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.bottomMargin: page.kiosk.toast === "" ? 0 : Theme.textScale > 2 ? 200 : 150  // where the message stands
            Flickable {
                id: lines
                anchors.fill: parent
                clip: true
                contentHeight: column.implicitHeight + (page.kiosk.basket.canUndo ? 140 : 20)
                boundsBehavior: Flickable.StopAtBounds
                Column {
                    id: column
                    width: parent.width
                    spacing: 14
                    Repeater {
                        model: page.basket.rows
                        BasketLine {
                            basket: page.basket
                            width: column.width
                        }
                    }
                    Item {
                        width: column.width
                        height: sum.implicitHeight + 40
                        visible: !page.basket.isEmpty
                        ColumnLayout {
                            id: sum
                            anchors.left: parent.left
                            anchors.right: parent.right
                            anchors.leftMargin: 26
                            anchors.rightMargin: 26
                            y: 24
                            spacing: 10
                            SumLine {
                                visible: page.basket.deposit !== ""
                                name: qsTr("Articles")
                                value: page.basket.goods
                            }
                            SumLine {
                                visible: page.basket.deposit !== ""
                                name: qsTr("Deposit")
                                value: page.basket.deposit
                            }
                            KioskLabel {
                                text: qsTr("You pay at the till. The price there counts.")
                                muted: true
                                Layout.fillWidth: true
                            }
                        }
                    }
                }
            }
            Column {
                visible: page.basket.isEmpty
                anchors.centerIn: parent
                width: parent.width - 120
                spacing: 34
                EmptyHint {
                    width: parent.width
                    iconName: "basket"
                    title: qsTr("Your basket is still empty")
                    hint: qsTr("Choose something from the departments, or scan an article.")
                }
                KioskButton {
                    kind: "primary"
                    iconName: "grid"
                    text: qsTr("To the departments")
                    anchors.horizontalCenter: parent.horizontalCenter
                    onClicked: page.kiosk.home()
                }
            }
        }
    }
}
