// One piece of paper: the printer's own dots on paper white, with the edge that cut or tear left.
pragma ComponentBehavior: Bound
import QtQuick

Item {
    id: piece

    required property string source
    required property string name
    property bool torn: false
    property bool hanging: false

    height: sheet.height + (hanging ? 0 : 6)

    Rectangle {
        id: sheet
        width: parent.width
        height: picture.height + 24
        color: LabTheme.paper
        border.color: LabTheme.paperEdge

        Image {
            id: picture
            x: 1
            y: 12
            width: parent.width - 2
            height: sourceSize.width > 0 && implicitWidth > 0
                    ? implicitHeight * width / implicitWidth : 60
            source: piece.source
            fillMode: Image.PreserveAspectFit
            smooth: true
            mipmap: true
            cache: false
            retainWhileLoading: true
            asynchronous: true
            Accessible.role: Accessible.Graphic
            Accessible.name: piece.name
        }
    }

    // The lower edge: teeth of the cutter, or the ragged line of a tear.
    Row {
        visible: !piece.hanging
        anchors.top: sheet.bottom
        anchors.topMargin: -4
        clip: true
        height: 9
        width: parent.width

        Repeater {
            model: Math.max(0, Math.ceil(piece.width / (piece.torn ? 17 : 9)))
            Item {
                required property int index
                width: piece.torn ? 17 : 9
                height: 9
                Rectangle {
                    anchors.horizontalCenter: parent.horizontalCenter
                    y: piece.torn && parent.index % 3 === 1 ? -7 : -5
                    width: piece.torn ? 12 : 6.4
                    height: width
                    rotation: 45
                    color: LabTheme.paper
                    border.color: LabTheme.paperEdge
                }
            }
        }
    }
}
