// What the camera sees, with a frame to aim by. Beside the basket, never over it: what is read must be seen to come in.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

Rectangle {
    id: sheet
    required property CameraModel camera
    // Where the key that opened it stands right below, that one closes it too.
    property bool hasWayOut: true

    radius: Theme.radius
    color: Theme.strip
    border.width: Theme.highContrast ? 2 : 0
    border.color: Theme.outline
    Accessible.role: Accessible.Pane
    Accessible.name: qsTr("Scan with the camera")

    MouseArea {
        anchors.fill: parent // what lies behind is out of reach
    }
    ColumnLayout {
        anchors.fill: parent
        anchors.margins: 12
        spacing: 12

        Item {
            id: ground
            clip: true
            Layout.fillWidth: true
            Layout.fillHeight: true
            Image {
                // Read at once, on this thread: no Python may run where pictures are read in the background.
                visible: sheet.camera.address !== "" && !sheet.camera.isBlind
                source: sheet.camera.address
                asynchronous: false
                cache: false
                fillMode: ground.width < ground.height ? Image.PreserveAspectFit : Image.PreserveAspectCrop
                anchors.fill: parent
                Accessible.ignored: true
            }
            Item {
                id: aim
                visible: !sheet.camera.isBlind
                width: Math.min(ground.width * 0.7, ground.height * 1.2)
                height: Math.min(ground.height * 0.6, width * 0.6)
                anchors.centerIn: parent
                Repeater {
                    model: 4
                    Item {
                        id: corner
                        required property int index
                        readonly property bool isRight: corner.index % 2 === 1
                        readonly property bool isLow: corner.index > 1
                        width: 40
                        height: 40
                        x: corner.isRight ? aim.width - width : 0
                        y: corner.isLow ? aim.height - height : 0
                        Rectangle {
                            width: parent.width
                            height: 4
                            y: corner.isLow ? parent.height - height : 0
                            color: Theme.stripText
                        }
                        Rectangle {
                            width: 4
                            height: parent.height
                            x: corner.isRight ? parent.width - width : 0
                            color: Theme.stripText
                        }
                    }
                }
            }
            ColumnLayout {
                visible: sheet.camera.isBlind
                width: Math.min(parent.width - 32, 460 * Theme.textScale)
                spacing: 10
                anchors.centerIn: parent
                Icon {
                    name: "camera-off"
                    side: 44
                    colour: Theme.stripWarn
                    Layout.alignment: Qt.AlignHCenter
                }
                Label {
                    text: sheet.camera.reason
                    strong: true
                    color: Theme.stripText
                    font.pixelSize: Theme.textTitle
                    wrapMode: Text.WordWrap
                    horizontalAlignment: Text.AlignHCenter
                    Layout.fillWidth: true
                }
                Label {
                    text: sheet.camera.wayOut
                    color: Theme.stripText
                    font.pixelSize: Theme.textStrong
                    wrapMode: Text.WordWrap
                    horizontalAlignment: Text.AlignHCenter
                    Layout.fillWidth: true
                }
            }
            Rectangle {
                visible: !sheet.camera.isBlind
                color: Theme.strip
                radius: Theme.radiusSmall
                width: Math.min(hint.implicitWidth + 28, ground.width - 16)
                height: hint.implicitHeight + 14
                anchors.horizontalCenter: parent.horizontalCenter
                anchors.top: parent.top
                anchors.topMargin: 8
                Label {
                    id: hint
                    text: sheet.camera.address === "" ? qsTr("The camera is starting") : qsTr("Hold the code in the frame")
                    color: Theme.stripText
                    font.pixelSize: Theme.textStrong
                    wrapMode: Text.WordWrap
                    horizontalAlignment: Text.AlignHCenter
                    anchors.centerIn: parent
                    width: Math.min(implicitWidth, ground.width - 44)
                }
            }
        }
        RowLayout {
            visible: sheet.hasWayOut || sheet.camera.hasLight
            spacing: Theme.gap
            Layout.fillWidth: true
            PushButton {
                visible: sheet.camera.hasLight
                text: sheet.camera.isLit ? qsTr("Light off") : qsTr("Light on")
                iconName: "flashlight"
                kind: sheet.camera.isLit ? "soft" : "secondary"
                onClicked: sheet.camera.turnLight()
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.target + 12
            }
            PushButton {
                visible: sheet.hasWayOut
                text: qsTr("Camera off")
                iconName: "x"
                keyCap: Theme.large ? "" : "Esc"
                onClicked: sheet.camera.dismiss()
                Layout.fillWidth: true
                Layout.preferredHeight: Theme.target + 12
            }
        }
    }
}
