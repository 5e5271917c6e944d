"""Light and dark: one palette each, and the few rules that a palette cannot say."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from desktop_app.paths import resources_dir


@dataclass(frozen=True, slots=True)
class Colours:
    """The colours of one theme. Text on its ground has a contrast of at least 4.5 to 1."""

    window: str
    base: str
    alternate: str
    text: str
    faint: str
    button: str
    line: str
    hover: str
    accent: str
    on_accent: str
    link: str
    notice: str
    alert: str


LIGHT = Colours(
    window="#f4f3ef",
    base="#ffffff",
    alternate="#f0eee8",
    text="#1d2422",
    faint="#6a726f",
    button="#fbfaf7",
    line="#d3d0c6",
    hover="#e4e9e5",
    accent="#14605a",
    on_accent="#ffffff",
    link="#0d5c8c",
    notice="#e2eeea",
    alert="#fbe8cf",
)
DARK = Colours(
    window="#1e2322",
    base="#161a19",
    alternate="#232928",
    text="#e8ebe9",
    faint="#9aa3a0",
    button="#2a3130",
    line="#3a4341",
    hover="#323b39",
    accent="#4fb3a6",
    on_accent="#0b1413",
    link="#7cc0ec",
    notice="#21403b",
    alert="#4d3a1c",
)


def is_dark(app: QApplication, theme: str) -> bool:
    """Whether a theme (system, light or dark) means dark right now."""
    if theme == "system":
        return app.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return theme == "dark"


def apply_theme(app: QApplication, theme: str) -> None:
    """Dress the whole application.

    Args:
        app: the application.
        theme: ``system``, ``light`` or ``dark``.

    """
    hints = app.styleHints()
    if theme == "system":
        hints.unsetColorScheme()
    else:
        # Window frames and native dialogs follow this; our own widgets follow the palette.
        hints.setColorScheme(Qt.ColorScheme.Dark if theme == "dark" else Qt.ColorScheme.Light)
    colours = DARK if is_dark(app, theme) else LIGHT
    if app.style().objectName() != "fusion":
        # The one style that follows a palette on every system.
        app.setStyle("Fusion")
    app.setPalette(palette_of(colours))
    app.setStyleSheet(style_sheet(colours))


def palette_of(colours: Colours) -> QPalette:
    """Return the palette of a theme."""
    role = QPalette.ColorRole
    palette = QPalette()
    for name, colour in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.base),
        (role.AlternateBase, colours.alternate),
        (role.ToolTipBase, colours.base),
        (role.ToolTipText, colours.text),
        (role.PlaceholderText, colours.faint),
        (role.Text, colours.text),
        (role.Button, colours.button),
        (role.ButtonText, colours.text),
        (role.BrightText, colours.on_accent),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Accent, colours.accent),
        (role.Link, colours.link),
        (role.LinkVisited, colours.link),
        (role.Light, QColor(colours.button).lighter(110).name()),
        (role.Midlight, colours.hover),
        (role.Mid, colours.line),
        (role.Dark, QColor(colours.line).darker(120).name()),
        (role.Shadow, QColor(colours.line).darker(200).name()),
    ):
        palette.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText, role.HighlightedText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(colours.faint))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(colours.line))
    return palette


def style_sheet(colours: Colours) -> str:
    """Return the style sheet with a theme's colours filled in."""
    text = (resources_dir() / "style.qss").read_text(encoding="utf-8")
    for name in ("line", "faint", "hover", "accent", "notice", "alert"):
        text = text.replace(f"@{name}", getattr(colours, name))
    return text
