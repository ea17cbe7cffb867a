// A sheet from below over a page: what is behind is out of reach until it is closed; Esc closes it.
import QtQuick
import QtQuick.Layouts
import Parts
import Toonbank

FocusScope {
    id: panel
    required property KioskModel kiosk
    required property string iconName
    required property string title
    property string hint: ""
    property string kind: "info"
    property bool closable: true
    default property alias body: body.data

    Accessible.role: Accessible.Dialog
    Accessible.name: panel.hint === "" ? panel.title : panel.title + ". " + panel.hint
    Keys.onEscapePressed: panel.kiosk.closePanel()

    Rectangle {
        anchors.fill: parent
        color: Theme.shade
        MouseArea {
            anchors.fill: parent
            enabled: panel.closable
            onClicked: panel.kiosk.closePanel()
            onWheel: wheel => wheel.accepted = true
        }
    }
    Rectangle {
        id: card
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        height: Math.min(column.implicitHeight + 104, panel.kiosk.reach ? parent.height / 2 : parent.height - 120) + 40
        anchors.bottomMargin: -40
        radius: 40
        color: Theme.surface
        border.width: Theme.highContrast ? 4 : 0
        border.color: Theme.outline
        MouseArea {
            anchors.fill: parent
        }
        Flickable {
            id: sheet
            anchors.fill: parent
            anchors.margins: 48
            anchors.topMargin: 44
            anchors.bottomMargin: 84
            contentHeight: column.implicitHeight
            clip: true
            boundsBehavior: Flickable.StopAtBounds
            ColumnLayout {
                id: column
                width: parent.width
                spacing: 30
                RowLayout {
                    spacing: 28
                    Layout.fillWidth: true
                    Rectangle {
                        implicitWidth: 104
                        implicitHeight: 104
                        radius: 52
                        color: panel.kind === "warn" ? Theme.warnSoft : Theme.accentSoft
                        border.width: Theme.highContrast ? 3 : 0
                        border.color: Theme.outline
                        Layout.alignment: Qt.AlignTop
                        Icon {
                            name: panel.iconName
                            side: 54
                            colour: panel.kind === "warn" ? Theme.warn : Theme.accentInk
                            anchors.centerIn: parent
                        }
                    }
                    ColumnLayout {
                        spacing: 8
                        Layout.fillWidth: true
                        KioskLabel {
                            text: panel.title
                            strong: true
                            font.pixelSize: Math.min(Theme.textTitle + 8, 72)
                            Accessible.role: Accessible.Heading
                            Layout.fillWidth: true
                        }
                        KioskLabel {
                            visible: panel.hint !== ""
                            text: panel.hint
                            muted: true
                            font.pixelSize: Math.min(Theme.textStrong, 56)
                            Layout.fillWidth: true
                        }
                    }
                    KioskButton {
                        visible: panel.closable
                        kind: "quiet"
                        iconName: "x"
                        iconSide: 48
                        spoken: qsTr("Close")
                        onClicked: panel.kiosk.closePanel()
                        Layout.alignment: Qt.AlignTop
                        Layout.preferredWidth: 96
                        Layout.preferredHeight: 96
                    }
                }
                ColumnLayout {
                    id: body
                    spacing: 22
                    Layout.fillWidth: true
                }
            }
        }
        ScrollKeys {
            over: sheet
            anchors.right: parent.right
            anchors.rightMargin: 48
            anchors.bottom: parent.bottom
            anchors.bottomMargin: 60
        }
    }
}
