// Should be, counted, and the difference: large enough to read from where one stands.
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Card {
    id: card
    required property ClosingModel closing

    implicitHeight: inside.implicitHeight + 40
    ColumnLayout {
        id: inside
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.margins: 22
        spacing: 8
        RowLayout {
            Layout.fillWidth: true
            Label {
                text: qsTr("Should be in the drawer")
                muted: true
                font.pixelSize: Theme.textStrong
                Layout.fillWidth: true
            }
            Label {
                text: card.closing.expectedText
                figures: true
                font.pixelSize: Theme.textHeading
            }
        }
        RowLayout {
            Layout.fillWidth: true
            Label {
                text: qsTr("Counted")
                muted: true
                font.pixelSize: Theme.textStrong
                Layout.fillWidth: true
            }
            Label {
                text: card.closing.countedText
                figures: true
                font.pixelSize: Theme.textHeading
            }
        }
        Rectangle {
            color: Theme.hairline
            Layout.fillWidth: true
            Layout.preferredHeight: 1
        }
        RowLayout {
            spacing: 10
            Layout.fillWidth: true
            Icon {
                name: card.closing.differs ? "alert-triangle" : "check-circle"
                side: 28
                colour: card.closing.needsSecond ? Theme.bad : card.closing.differs ? Theme.warn : Theme.good
            }
            Label {
                text: card.closing.differenceName
                strong: true
                font.pixelSize: Theme.textHeading
                Layout.fillWidth: true
            }
            Label {
                visible: card.closing.differs
                text: card.closing.differenceText
                strong: true
                figures: true
                color: card.closing.needsSecond ? Theme.bad : Theme.ink
                font.pixelSize: Theme.displayTotal
            }
        }
    }
}
