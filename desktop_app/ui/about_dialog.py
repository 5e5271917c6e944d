"""What this is, and what it is made of."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QTabWidget,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app import __version__
from desktop_app.errors import ModelError
from desktop_app.paths import models_dir
from desktop_app.ui.error_dialog import sentence_for
from desktop_app.vision.catalog import load_catalog

_DISTRIBUTION = "kenspeckle"
_LIBRARIES = (
    "ai-edge-litert",
    "alembic",
    "cryptography",
    "keyring",
    "mediapipe",
    "numpy",
    "opencv-contrib-python",
    "opencv-python-headless",  # in a build of the installer, in place of the other
    "pillow",
    "platformdirs",
    "PySide6-Essentials",
    "SQLAlchemy",
    "XlsxWriter",
)
_CLASSIFIER = "License :: OSI Approved :: "


class AboutDialog(QDialog):
    """Version, the promise to stay offline, and every licence."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About Kenspeckle"))
        title = QLabel(self.tr("Kenspeckle {version}").format(version=__version__))
        font = title.font()
        font.setPointSizeF(font.pointSizeF() * 1.6)
        font.setBold(True)
        title.setFont(font)
        promise = QLabel(
            self.tr(
                "Puts names to the faces in front of a camera and in photos. It works offline and "
                "sends nothing: people, pictures and what was learned from them stay on this "
                "computer."
            )
        )
        promise.setWordWrap(True)

        self.tabs = QTabWidget()
        self.tabs.setAccessibleName(self.tr("Licences"))
        self.tabs.addTab(self._licence(), self.tr("&Licence"))
        self.tabs.addTab(self._models(), self.tr("&Models"))
        self.tabs.addTab(self._libraries(), self.tr("L&ibraries"))

        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        for widget in (title, promise, self.tabs, buttons):
            layout.addWidget(widget)
        buttons.button(QDialogButtonBox.StandardButton.Close).setFocus()
        letter, line = self.fontMetrics().averageCharWidth(), self.fontMetrics().lineSpacing()
        self.resize(letter * 84, line * 28)

    def _licence(self) -> QWidget:
        text = QPlainTextEdit("\n\n".join(licence_texts()))
        text.setReadOnly(True)
        text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        text.setTabChangesFocus(True)
        text.setAccessibleName(self.tr("Kenspeckle’s licence and notices"))
        return text

    def _models(self) -> QWidget:
        try:
            models = load_catalog(models_dir()).models
        except ModelError as error:
            problem = QLabel(sentence_for(error))
            problem.setWordWrap(True)
            problem.setTextFormat(Qt.TextFormat.PlainText)
            return problem
        return _table(
            [self.tr("Model"), self.tr("Licence"), self.tr("Source")],
            [(model.name, model.licence, model.source) for model in models],
            name=self.tr("Models and their licences"),
        )

    def _libraries(self) -> QWidget:
        return _table(
            [self.tr("Library"), self.tr("Version"), self.tr("Licence")],
            libraries(),
            name=self.tr("Libraries and their licences"),
        )


def libraries() -> list[tuple[str, str, str]]:
    """Return name, version and licence of what the application is built on."""
    found = [("Python", platform.python_version(), "PSF-2.0")]
    for name in _LIBRARIES:
        try:
            about = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        found.append((about["Name"], about["Version"], _licence_of(about)))
    return sorted(found, key=lambda row: row[0].casefold())


def licence_texts() -> list[str]:
    """Return the text of our licence and of our notices."""
    texts = []
    for name in ("LICENSE", "NOTICE"):
        # A build and a checkout have them beside the models, a wheel among its metadata.
        beside = models_dir().parent / name
        text = _read(beside) or _installed(name)
        if text:
            texts.append(text.strip("\n"))
    return texts


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _installed(name: str) -> str | None:
    try:
        return metadata.distribution(_DISTRIBUTION).read_text(f"licenses/{name}")
    except metadata.PackageNotFoundError:
        return None


def _licence_of(about: metadata.PackageMetadata) -> str:
    for field in ("License-Expression", "License"):
        stated: list[str] = about.get_all(field) or []
        # Some write the whole text of the licence there.
        if stated and stated[0] and "\n" not in stated[0]:
            return stated[0]
    classifiers: list[str] = about.get_all("Classifier") or []
    return ", ".join(
        line.removeprefix(_CLASSIFIER) for line in classifiers if line.startswith(_CLASSIFIER)
    )


def _table(headers: list[str], rows: Sequence[tuple[str, ...]], *, name: str) -> QTreeWidget:
    table = QTreeWidget()
    table.setAccessibleName(name)
    table.setHeaderLabels(headers)
    table.setRootIsDecorated(False)
    table.setAlternatingRowColors(True)
    table.setUniformRowHeights(True)
    table.addTopLevelItems([QTreeWidgetItem(list(row)) for row in rows])
    # As wide as the longest text, and scrolled: a licence must be readable to its end.
    table.header().setStretchLastSection(False)
    table.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    return table
