// The top of every page: the brand leads home, the tools are always there.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Parts
import Toonbank

Rectangle {
    id: header
    required property KioskModel kiosk

    implicitHeight: header.kiosk.reach ? 126 : 150
    color: Theme.surface
    Rectangle {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        height: 2
        color: Theme.hairline
    }
    RowLayout {
        anchors.fill: parent
        anchors.leftMargin: 24
        anchors.rightMargin: 20
        anchors.topMargin: 12
        anchors.bottomMargin: 14
        spacing: 14
        T.AbstractButton {
            id: brand
            focusPolicy: Qt.TabFocus
            Accessible.role: Accessible.Button
            Accessible.name: qsTr("To the start of the shop")
            Accessible.onPressAction: brand.click()
            Keys.onReturnPressed: brand.click()
            Keys.onEnterPressed: brand.click()
            onClicked: header.kiosk.home()
            Layout.fillWidth: true
            Layout.fillHeight: true
            background: Rectangle {
                radius: 18
                color: brand.down ? Theme.sunken : "transparent"
                FocusRing {
                    around: brand
                    radiusInside: 18
                    border.width: 6
                }
            }
            contentItem: Item {
                Column {
                    anchors.verticalCenter: parent.verticalCenter
                    anchors.left: parent.left
                    anchors.leftMargin: 8
                    width: parent.width - 16
                    spacing: 2
                    Text {
                        text: header.kiosk.brandName
                        color: Theme.accentInk
                        font.pixelSize: Math.min(Theme.textTitle + 6, 50)
                        font.weight: Font.Bold
                        textFormat: Text.PlainText
                        width: parent.width
                        wrapMode: Text.Wrap
                        fontSizeMode: Text.HorizontalFit
                        minimumPixelSize: 34
                        maximumLineCount: 2
                        Accessible.ignored: true
                    }
                    Row {
                        spacing: 10
                        visible: Theme.textScale < 2.5
                        Icon {
                            name: "home"
                            side: 26
                            colour: Theme.inkMuted
                            anchors.verticalCenter: parent.verticalCenter
                        }
                        Text {
                            text: qsTr("All products")
                            color: Theme.inkMuted
                            font.pixelSize: Theme.textSmall
                            textFormat: Text.PlainText
                            Accessible.ignored: true
                        }
                    }
                }
            }
        }
        ToolButtons {
            kiosk: header.kiosk
            Layout.fillHeight: true
        }
    }
}
