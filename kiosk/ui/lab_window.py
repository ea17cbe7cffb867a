"""Opens the lab window on the control port of running simulators."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtNetwork import QNetworkProxyFactory
from PySide6.QtQml import QQmlApplicationEngine
from PySide6.QtQuick import QQuickWindow, QSGRendererInterface
from PySide6.QtQuickControls2 import QQuickStyle

from kiosk.ui.lab_client import LabClient
from kiosk.ui.lab_model import LabModel
from kiosk.ui.translate import CatalogueTranslator

ASSETS = Path(__file__).resolve().parents[2] / "assets"
LAB = ASSETS / "qml" / "Lab"
FONTS = ("fonts/inter", "fonts/plex-mono")


def load(engine: QQmlApplicationEngine, model: LabModel) -> None:
    """Load the window's QML on this model; the engine has no root object when that fails."""
    engine.addImportPath(str(LAB.parent))
    engine.setInitialProperties({"lab": model})
    engine.load(QUrl.fromLocalFile(str(LAB / "LabWindow.qml")))


def open_window(url: str, samples: Sequence[Mapping[str, str]], *, language: str, arguments: Sequence[str]) -> int:
    """Show the window until it is closed; returns Qt's exit code."""
    # The window shows paper and text: it needs no graphics card, and has none in a test room.
    QQuickWindow.setGraphicsApi(QSGRendererInterface.GraphicsApi.Software)
    QQuickStyle.setStyle("Basic")
    application = QGuiApplication(["toonbank-lab", *arguments])
    application.setApplicationDisplayName("Toonbank lab")
    # Pictures come from this machine; a proxy of the network must not come between.
    QNetworkProxyFactory.setUseSystemConfiguration(False)
    for folder in FONTS:
        for file in sorted((ASSETS / folder).glob("*.[tw]*f*")):
            QFontDatabase.addApplicationFont(str(file))
    application.installTranslator(CatalogueTranslator(language, application))
    model = LabModel(LabClient(url), samples)
    engine = QQmlApplicationEngine()
    load(engine, model)
    if not engine.rootObjects():
        return 1
    model.start()
    code = application.exec()
    model.stop()
    # The engine must go before the model that its objects look at.
    del engine
    return code
