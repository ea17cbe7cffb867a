// Less, how many, more.
import QtQuick
import Toonbank

Row {
    id: stepper
    required property string count
    required property string what
    property bool canLess: true
    property string lessIcon: "minus"
    signal less
    signal more

    spacing: Theme.gap
    KioskButton {
        width: Theme.kioskTarget + 7
        height: Theme.kioskTarget + 7
        iconName: stepper.lessIcon
        off: !stepper.canLess
        spoken: qsTr("One less") + ", " + stepper.what
        onClicked: stepper.less()
    }
    KioskLabel {
        text: stepper.count
        figures: true
        strong: true
        font.pixelSize: Math.min(Theme.textTitle, 54)
        width: 78
        height: Theme.kioskTarget + 7
        horizontalAlignment: Text.AlignHCenter
        verticalAlignment: Text.AlignVCenter
    }
    KioskButton {
        width: Theme.kioskTarget + 7
        height: Theme.kioskTarget + 7
        iconName: "plus"
        spoken: qsTr("One more") + ", " + stepper.what
        onClicked: stepper.more()
    }
}
