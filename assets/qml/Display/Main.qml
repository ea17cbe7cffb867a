// The customer's screen: what is in the basket, what it comes to, what was saved, and a thank-you. Nothing on it can be touched.
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Layouts
import QtQuick.Window
import Toonbank
import Parts

Window {
    id: window
    required property DisplayModel display
    readonly property bool upright: window.height > window.width
    readonly property int big: Math.round(Math.min(window.width, window.height) / 9)

    width: 1024
    height: 600
    title: qsTr("Customer display")
    color: Theme.page

    ColumnLayout {
        visible: window.display.mode !== "selling"
        anchors.centerIn: parent
        width: parent.width - 80
        spacing: 24
        Label {
            text: window.display.mode === "thanks" ? qsTr("Thank you, and see you soon!") : window.display.greeting !== "" ? window.display.greeting : qsTr("Welcome")
            strong: true
            color: Theme.accentInk
            font.pixelSize: window.big
            wrapMode: Text.WordWrap
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
            Accessible.role: Accessible.Heading
        }
        Label {
            visible: text !== ""
            text: window.display.mode === "thanks" ? window.display.changeText : window.display.brandText
            font.pixelSize: Math.round(window.big * 0.6)
            wrapMode: Text.WordWrap
            horizontalAlignment: Text.AlignHCenter
            Layout.fillWidth: true
        }
    }
    GridLayout {
        visible: window.display.mode === "selling"
        anchors.fill: parent
        anchors.margins: 20
        columns: window.upright ? 1 : 2
        columnSpacing: 20
        rowSpacing: 20
        Card {
            Layout.fillWidth: true
            Layout.fillHeight: true
            Layout.preferredWidth: 3
            ListView {
                id: list
                anchors.fill: parent
                anchors.margins: 8
                model: window.display.lines
                currentIndex: window.display.newest
                interactive: false
                clip: true
                delegate: Item {
                    id: row
                    required property string name
                    required property string detail
                    required property string quantity
                    required property string amount
                    required property string discount
                    required property bool newest
                    width: list.width
                    height: texts.implicitHeight + 20
                    RowLayout {
                        anchors.fill: parent
                        anchors.leftMargin: 14
                        anchors.rightMargin: 14
                        spacing: 14
                        Label {
                            text: row.quantity
                            figures: true
                            strong: true
                            color: Theme.accentInk
                            font.pixelSize: Theme.textTitle
                        }
                        ColumnLayout {
                            id: texts
                            spacing: 0
                            Layout.fillWidth: true
                            Label {
                                text: row.name
                                strong: row.newest
                                font.pixelSize: Theme.textTitle
                                elide: Text.ElideRight
                                Layout.fillWidth: true
                            }
                            Label {
                                visible: row.detail !== ""
                                text: row.detail
                                muted: true
                                wrapMode: Text.WordWrap
                                Layout.fillWidth: true
                            }
                            Label {
                                visible: row.discount !== ""
                                text: row.discount
                                color: Theme.accentInk
                                wrapMode: Text.WordWrap
                                Layout.fillWidth: true
                            }
                        }
                        Label {
                            text: row.amount
                            figures: true
                            strong: true
                            font.pixelSize: Theme.textTitle
                        }
                    }
                    Rectangle {
                        color: Theme.hairline
                        height: 1
                        anchors.left: parent.left
                        anchors.right: parent.right
                        anchors.bottom: parent.bottom
                    }
                }
            }
        }
        Card {
            Layout.fillWidth: true
            Layout.fillHeight: !window.upright
            Layout.preferredWidth: 2
            Layout.preferredHeight: window.upright ? window.big * 3 : -1
            ColumnLayout {
                anchors.centerIn: parent
                width: parent.width - 40
                spacing: 12
                Label {
                    text: window.display.totalTitle
                    muted: true
                    font.pixelSize: Theme.textTitle
                    horizontalAlignment: Text.AlignHCenter
                    Layout.fillWidth: true
                }
                Label {
                    text: window.display.totalText
                    strong: true
                    figures: true
                    color: Theme.accentInk
                    font.pixelSize: window.big
                    fontSizeMode: Text.HorizontalFit
                    minimumPixelSize: 24
                    horizontalAlignment: Text.AlignHCenter
                    Layout.fillWidth: true
                }
                Label {
                    visible: text !== ""
                    text: window.display.savedText
                    color: Theme.accentInk
                    font.pixelSize: Theme.textTitle
                    horizontalAlignment: Text.AlignHCenter
                    wrapMode: Text.WordWrap
                    Layout.fillWidth: true
                }
            }
        }
    }
    Rectangle {
        visible: window.display.isTraining
        color: Theme.warn
        height: 40
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.bottom: parent.bottom
        Label {
            anchors.centerIn: parent
            text: qsTr("TRAINING: nothing counts")
            strong: true
            color: Theme.stripText
        }
    }
}
