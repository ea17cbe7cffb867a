// The paper as it came out: finished receipts above, the piece still hanging from the printer last.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Controls.Basic

Item {
    id: roll

    required property var receipts
    required property string hanging
    readonly property int paperWidth: width - 36

    LabLabel {
        anchors.centerIn: parent
        width: parent.width - 48
        visible: list.count === 0 && roll.hanging === ""
        horizontalAlignment: Text.AlignHCenter
        wrapMode: Text.WordWrap
        color: LabTheme.quietInk
        text: qsTr("No paper yet. Point a till's receipt printer at the printer address shown here and print.")
    }

    ListView {
        id: list
        anchors.fill: parent
        clip: true
        model: roll.receipts
        spacing: 18
        topMargin: 18
        cacheBuffer: 2000
        activeFocusOnTab: true
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Receipts")
        boundsBehavior: Flickable.StopAtBounds
        onCountChanged: Qt.callLater(list.positionViewAtEnd)
        onContentHeightChanged: if (!list.moving) Qt.callLater(list.positionViewAtEnd)
        ScrollBar.vertical: ScrollBar { policy: ScrollBar.AsNeeded }

        delegate: Column {
            id: receipt
            required property string number
            required property string picture
            required property bool torn

            width: ListView.view.width
            spacing: 4

            Row {
                anchors.horizontalCenter: parent.horizontalCenter
                spacing: 8
                LabLabel {
                    text: qsTr("Receipt %1").arg(receipt.number)
                    font.pixelSize: LabTheme.small
                    color: LabTheme.quietInk
                }
                LabLabel {
                    visible: receipt.torn
                    text: "✂ " + qsTr("torn, not cut")
                    font.pixelSize: LabTheme.small
                    font.weight: Font.DemiBold
                    color: LabTheme.alarmInk
                }
            }
            PaperPiece {
                anchors.horizontalCenter: parent.horizontalCenter
                width: roll.paperWidth
                source: receipt.picture
                torn: receipt.torn
                name: qsTr("Picture of receipt %1").arg(receipt.number)
            }
        }

        footer: Item {
            width: ListView.view.width
            height: hangingPiece.visible ? hangingPiece.height + 18 : 10

            PaperPiece {
                id: hangingPiece
                anchors.horizontalCenter: parent.horizontalCenter
                anchors.bottom: parent.bottom
                visible: roll.hanging !== ""
                width: roll.paperWidth
                source: roll.hanging
                hanging: true
                name: qsTr("Paper that is not cut yet")
            }
        }
    }
}
