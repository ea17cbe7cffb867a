// A titled panel; its children stand in a column below the title.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts

Rectangle {
    id: card

    required property string title
    property string note: ""
    property alias trailing: corner.data
    default property alias content: column.data

    color: LabTheme.card
    radius: LabTheme.radius + 2
    border.color: LabTheme.faintEdge
    implicitHeight: frame.implicitHeight + 2 * LabTheme.gap

    ColumnLayout {
        id: frame
        anchors.fill: parent
        anchors.margins: LabTheme.gap
        spacing: 8

        RowLayout {
            Layout.fillWidth: true
            spacing: 8

            LabLabel {
                text: card.title
                font.pixelSize: LabTheme.normal + 1
                font.weight: Font.Bold
            }
            LabLabel {
                Layout.fillWidth: true
                text: card.note
                color: LabTheme.quietInk
                font.family: LabTheme.monoFamily
                font.pixelSize: LabTheme.small
            }
            RowLayout {
                id: corner
            }
        }
        ColumnLayout {
            id: column
            Layout.fillWidth: true
            Layout.fillHeight: true
            spacing: 8
        }
    }
}
