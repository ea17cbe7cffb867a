// What was just done or refused, for as long as it takes to read; a touch takes it away.
import QtQuick
import QtQuick.Layouts
import QtQuick.Templates as T
import Toonbank
import Parts

T.AbstractButton {
    id: bar
    required property TillModel till
    required property int maximumWidth

    visible: bar.till.message !== ""
    text: bar.till.message
    width: Math.min(bar.maximumWidth, row.implicitWidth + 44)
    height: Math.max(Theme.target, row.implicitHeight + (Theme.large ? 12 : 24))
    z: 5
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.AlertMessage
    Accessible.name: bar.till.message
    Accessible.onPressAction: bar.click()
    onClicked: bar.till.clearMessage()

    background: Rectangle {
        radius: Theme.radius
        color: bar.till.messageWarns ? Theme.warnSoft : Theme.goodSoft
        border.width: 1
        border.color: bar.till.messageWarns ? Theme.warn : Theme.good
    }
    contentItem: Item {
        RowLayout {
            id: row
            anchors.verticalCenter: parent.verticalCenter
            x: 20
            width: Math.min(implicitWidth, parent.width - 40)
            spacing: 12
            Icon {
                name: bar.till.messageWarns ? "alert-triangle" : "check-circle"
                colour: bar.till.messageWarns ? Theme.warn : Theme.good
                side: 22
            }
            Label {
                text: bar.till.message
                font.pixelSize: Theme.large ? Theme.textBody : Theme.textStrong
                lineHeight: Theme.large ? 0.9 : 1
                wrapMode: Text.WordWrap
                Layout.fillWidth: true
                Accessible.ignored: true
            }
            Label {
                visible: bar.till.messageCode !== ""
                text: bar.till.messageCode
                muted: true
                font.pixelSize: Theme.textSmall
                Accessible.ignored: true
            }
        }
    }
}
