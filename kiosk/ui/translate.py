"""Hands QML the words of our own catalogue, so that screens, receipts and errors share one."""

from PySide6.QtCore import QObject, QTranslator

from kiosk.text import Words, words


class CatalogueTranslator(QTranslator):
    """Answers qsTr from assets/locales; a text that is not there stays English."""

    def __init__(self, language: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._words: Words = words(language)

    def adopt(self, language: str) -> None:
        """Answer in another language from now on; the engine has to be told to ask again."""
        self._words = words(language)

    def isEmpty(self) -> bool:
        """Never: Qt would not ask an empty one."""
        return False

    def translate(
        self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1
    ) -> str:
        """The translation of an English source text."""
        return self._words(sourceText)
