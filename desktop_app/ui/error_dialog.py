"""The one way in which a window says that something went wrong."""

from __future__ import annotations

import platform
import traceback

from PySide6.QtCore import QCoreApplication, Qt, qVersion
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app import __version__
from desktop_app.errors import KnownError


def sentence_for(error: Exception) -> str:
    """Return what to tell a user, in their language.

    An expected trouble has a sentence of its own; for anything else the sentence only says that
    it was not expected, and the report says the rest.
    """
    if isinstance(error, KnownError):
        template = QCoreApplication.translate("KnownError", type(error).sentence)
        return template.format_map(error.params)
    return QCoreApplication.translate(
        "ErrorDialog", "Something unexpected went wrong. What was saved before is safe."
    )


def show_error(parent: QWidget | None, error: Exception) -> None:
    """Open a dialog about an error, and return at once.

    While the same is still being shown it is not shown again: a trouble that repeats, such as
    one with each frame, must not bury the window.
    """
    dialog = _known(parent, error) if isinstance(error, KnownError) else BugReport(error, parent)
    shown_already = any(
        other.isVisible() and other.parent() is parent and other.property("trouble") == _key(error)
        for other in QApplication.topLevelWidgets()
    )
    if shown_already:
        dialog.deleteLater()
        return
    dialog.setProperty("trouble", _key(error))
    # The connection also keeps a dialog without a parent from being collected while it is open.
    dialog.finished.connect(lambda _result: dialog.deleteLater())
    dialog.open()


def _key(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _known(parent: QWidget | None, error: KnownError) -> QMessageBox:
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(QCoreApplication.translate("ErrorDialog", "Kenspeckle"))
    # A path or a name may look like markup, and must be shown as it is.
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(sentence_for(error))
    box.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    box.setStandardButtons(QMessageBox.StandardButton.Ok)
    return box


class BugReport(QDialog):
    """A report of something that was not expected, to be copied into a message to us."""

    def __init__(self, error: Exception, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Something went wrong"))
        sentence = QLabel(sentence_for(error))
        sentence.setWordWrap(True)
        advice = QLabel(
            self.tr(
                "The report below would help to mend it. It stays on this computer until you copy "
                "it; look it through first, because it may contain names of files."
            )
        )
        advice.setWordWrap(True)

        self.report = QPlainTextEdit(report_of(error))
        self.report.setReadOnly(True)
        self.report.setTabChangesFocus(True)
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.report.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.report.setAccessibleName(self.tr("Report"))

        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        self.copy_button = buttons.addButton(
            self.tr("&Copy report"), QDialogButtonBox.ButtonRole.ActionRole
        )
        self.copy_button.clicked.connect(self._copy)

        layout = QVBoxLayout(self)
        layout.addWidget(sentence)
        layout.addWidget(advice)
        layout.addWidget(self.report)
        layout.addWidget(buttons)
        letter = self.fontMetrics().averageCharWidth()
        self.resize(letter * 90, self.fontMetrics().lineSpacing() * 24)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report.toPlainText())
        self.copy_button.setText(self.tr("Copied"))


def report_of(error: Exception) -> str:
    """Return what a developer needs to know about an error."""
    about = (
        f"Kenspeckle {__version__}, Python {platform.python_version()}, Qt {qVersion()}, "
        f"{platform.platform()}"
    )
    return f"{about}\n\n{''.join(traceback.format_exception(error))}"
