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
        RowLayout {
            spacing: 20
            Layout.fillWidth: true
            KioskButton {
                iconName: "arrow-left"
                text: qsTr("Go on shopping")
                onClicked: page.kiosk.back()
            }
            Item {
                Layout.fillWidth: true
            }
            KioskButton {
                visible: page.basket.canUndo
                kind: "soft"
                iconName: "undo"
                text: qsTr("Undo")
                onClicked: page.basket.undo()
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
            ListView {
                id: lines
                anchors.fill: parent
                clip: true
                spacing: 14
                currentIndex: -1
                boundsBehavior: Flickable.StopAtBounds
                cacheBuffer: 4000
                model: page.basket.rows
                delegate: BasketLine {
                    basket: page.basket
                    width: ListView.view.width
                }
                footer: Item {
                    width: lines.width
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
            ScrollKeys {
                over: lines
                anchors.right: parent.right
                anchors.bottom: parent.bottom
                anchors.bottomMargin: 16
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
