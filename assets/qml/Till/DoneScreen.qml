// T8: the change, largest on the screen; what became of the receipt; the next customer.
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Item {
    id: screen
    required property TillModel till
    required property DoneModel done

    ColumnLayout {
        width: Math.min(Theme.large ? 720 * Theme.textScale : 720, parent.width - 64)
        anchors.centerIn: parent
        // In a hand the next customer is where the thumb is.
        anchors.verticalCenterOffset: screen.till.isTablet ? Math.max(0, (parent.height - height) / 2 - 12) : 0
        spacing: 20
        ColumnLayout {
            spacing: 4
            Layout.fillWidth: true
            Label {
                text: screen.done.hasChange ? qsTr("Change") : screen.done.creditText !== "" ? qsTr("Store credit given") : screen.done.isPaidOut ? qsTr("Paid out") : qsTr("Paid")
                muted: true
                font.pixelSize: Theme.textTitle
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
            Label {
                text: screen.done.hasChange ? screen.done.changeText : screen.done.totalText
                strong: true
                color: Theme.accentInk
                font.pixelSize: Theme.displayHuge * (Theme.large ? 1.2 : 1.8)
                fontSizeMode: Text.HorizontalFit
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
                Accessible.role: Accessible.Heading
            }
            Label {
                text: screen.done.hasChange ? qsTr("of a sale of %1").arg(screen.done.totalText) : screen.done.isPaidOut ? screen.done.creditText : qsTr("No change")
                muted: true
                font.pixelSize: Theme.textStrong
                horizontalAlignment: Text.AlignHCenter
                Layout.fillWidth: true
            }
        }
        Rectangle {
            radius: Theme.radius
            color: screen.done.paperWarns ? Theme.warnSoft : Theme.surface
            border.width: 1
            border.color: screen.done.paperWarns ? Theme.warn : Theme.hairline
            Layout.fillWidth: true
            Layout.preferredHeight: Math.max(84, paper.implicitHeight + 28)
            RowLayout {
                id: paper
                anchors.fill: parent
                anchors.leftMargin: 20
                anchors.rightMargin: 14
                spacing: 14
                Icon {
                    name: screen.done.paperIcon
                    side: 28
                    colour: screen.done.paperWarns ? Theme.warn : Theme.good
                }
                ColumnLayout {
                    spacing: 2
                    Layout.fillWidth: true
                    Label {
                        text: screen.done.paperText
                        strong: true
                        font.pixelSize: Theme.textStrong
                        wrapMode: Text.WordWrap
                        Layout.fillWidth: true
                    }
                    Label {
                        text: screen.done.paperHint === "" ? qsTr("Receipt %1").arg(screen.done.receiptText) : screen.done.paperHint
                        muted: true
                        wrapMode: Text.WordWrap
                        Layout.fillWidth: true
                    }
                }
                PushButton {
                    text: qsTr("Print again")
                    iconName: "printer"
                    keyCap: "F5"
                    textSize: Theme.textBody
                    Layout.maximumWidth: Theme.large ? paper.width / 3 : -1
                    onClicked: screen.done.printAgain()
                }
            }
        }
        PushButton {
            text: qsTr("Next customer")
            kind: "primary"
            keyCap: "Enter"
            textSize: Theme.textTitle
            iconName: "arrow-right"
            onClicked: screen.till.nextSale()
            Layout.fillWidth: true
            Layout.preferredHeight: 88
        }
        Label {
            text: qsTr("A scan starts the next sale at once")
            muted: true
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
    }
}
