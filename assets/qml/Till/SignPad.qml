// Where a customer signs for goods with finger or pen; for who cannot, the ways on paper.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import Toonbank
import Parts

ColumnLayout {
    id: pad
    required property SignModel signing
    spacing: 10

    RowLayout {
        spacing: Theme.gap
        Layout.fillWidth: true
        Label {
            text: pad.signing.isOnPaper ? qsTr("Why on paper?") : qsTr("Sign here for what you take along")
            strong: true
            font.pixelSize: Theme.textStrong
            wrapMode: Text.WordWrap
            Accessible.role: Accessible.Heading
            Layout.fillWidth: true
        }
        PushButton {
            text: qsTr("Back")
            keyCap: "Esc"
            onClicked: pad.signing.isOnPaper ? pad.signing.askPaper() : pad.signing.left()
        }
    }
    Label {
        text: pad.signing.isOnPaper ? qsTr("The slip gets a line to sign on. Keep it with the day's papers.") : pad.signing.goodsText
        wrapMode: Text.WordWrap
        maximumLineCount: 3
        elide: Text.ElideRight
        Layout.fillWidth: true
    }
    Item {
        visible: !pad.signing.isOnPaper
        Layout.fillWidth: true
        Layout.fillHeight: true
        Layout.minimumHeight: 120
        Rectangle {
            id: paper
            readonly property real step: Math.min(parent.width / pad.signing.wide, parent.height / pad.signing.high)
            width: Math.floor(paper.step * pad.signing.wide)
            height: Math.floor(paper.step * pad.signing.high)
            anchors.horizontalCenter: parent.horizontalCenter
            anchors.bottom: parent.bottom
            radius: Theme.radius
            color: Theme.surface
            border.width: 2
            border.color: pad.signing.isWritten ? Theme.accent : Theme.outline
            Accessible.role: Accessible.Graphic
            Accessible.name: qsTr("Field to sign in with finger or pen")
            Rectangle {
                x: 24
                width: parent.width - 48
                height: 1
                y: Math.round(parent.height * 0.76)
                color: Theme.outline
            }
            Label {
                visible: !pad.signing.isDrawn && canvas.live.length === 0
                text: qsTr("With finger or pen")
                muted: true
                anchors.horizontalCenter: parent.horizontalCenter
                y: Math.round(parent.height * 0.76) + 6
            }
            Canvas {
                id: canvas
                property var live: []
                anchors.fill: parent
                onPaint: {
                    const brush = canvas.getContext("2d");
                    brush.reset();
                    brush.scale(paper.step, paper.step);
                    brush.strokeStyle = Theme.ink;
                    brush.lineWidth = 5;
                    brush.lineCap = "round";
                    brush.lineJoin = "round";
                    for (const stroke of [...pad.signing.strokes, canvas.live]) {
                        if (stroke.length === 0)
                            continue;
                        brush.beginPath();
                        brush.moveTo(stroke[0], stroke[1]);
                        brush.lineTo(stroke[0] + 0.1, stroke[1]);
                        for (let n = 2; n + 1 < stroke.length; n += 2)
                            brush.lineTo(stroke[n], stroke[n + 1]);
                        brush.stroke();
                    }
                }
                onWidthChanged: canvas.requestPaint()
                Connections {
                    target: pad.signing
                    function onDrawn() {
                        canvas.live = [];
                        canvas.requestPaint();
                    }
                }
            }
            MouseArea {
                id: pen
                anchors.fill: parent
                preventStealing: true
                function to(mouse) {
                    canvas.live = [...canvas.live, mouse.x / paper.step, mouse.y / paper.step];
                    canvas.requestPaint();
                }
                onPressed: mouse => pen.to(mouse)
                onPositionChanged: mouse => pen.to(mouse)
                onReleased: pad.signing.stroke(canvas.live)
                onCanceled: pad.signing.stroke(canvas.live)
            }
        }
    }
    ColumnLayout {
        visible: pad.signing.isOnPaper
        spacing: Theme.gap
        Layout.fillWidth: true
        Repeater {
            model: pad.signing.reasons
            PushButton {
                required property string key
                required property string title
                required keyCap
                text: title
                iconName: "edit"
                onClicked: pad.signing.onPaper(key)
                Layout.fillWidth: true
                Layout.preferredHeight: 60
            }
        }
    }
    Item {
        visible: pad.signing.isOnPaper
        Layout.fillHeight: true
    }
    Flow {
        visible: !pad.signing.isOnPaper
        spacing: Theme.gap
        Layout.fillWidth: true
        PushButton {
            text: qsTr("Done")
            iconName: "check"
            keyCap: "Enter"
            kind: "primary"
            enabled: pad.signing.isWritten
            height: Math.max(56, implicitHeight)
            onClicked: pad.signing.done()
        }
        PushButton {
            text: qsTr("Last stroke away")
            iconName: "undo"
            keyCap: "⌫"
            enabled: pad.signing.isDrawn
            height: Math.max(56, implicitHeight)
            onClicked: pad.signing.undo()
        }
        PushButton {
            text: qsTr("Sign once more")
            iconName: "refresh"
            keyCap: "Del"
            enabled: pad.signing.isDrawn
            height: Math.max(56, implicitHeight)
            onClicked: pad.signing.clear()
        }
        PushButton {
            text: qsTr("Sign on paper")
            iconName: "edit"
            keyCap: "F4"
            height: Math.max(56, implicitHeight)
            onClicked: pad.signing.askPaper()
        }
    }
}
