"""Icons from our SVG files, in the colour of the text around them."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop_app.paths import resources_dir

_SIZES = (16, 20, 24, 32, 48)


def icon(name: str) -> QIcon:
    """Return the icon of that name, drawn in the palette's text colour."""
    palette = QGuiApplication.palette()
    result = QIcon()
    for mode, group in (
        (QIcon.Mode.Normal, QPalette.ColorGroup.Active),
        (QIcon.Mode.Disabled, QPalette.ColorGroup.Disabled),
    ):
        colour = palette.color(group, QPalette.ColorRole.ButtonText)
        for size in _SIZES:
            for ratio in (1, 2):
                result.addPixmap(_drawn(name, size, ratio, colour), mode)
    return result


def app_icon() -> QIcon:
    """Return the application's own icon, in its own colours."""
    result = QIcon()
    for size in (16, 32, 48, 128):
        result.addPixmap(_drawn("kenspeckle", size, 1, None))
    return result


def icon_pixmap(name: str, *, size: int, colour: QColor, ratio: float = 1.0) -> QPixmap:
    """Return one icon as a pixmap of ``size`` logical pixels."""
    return _drawn(name, size, ratio, colour)


def _drawn(name: str, size: int, ratio: float, colour: QColor | None) -> QPixmap:
    text = _svg(name)
    if colour is not None:
        text = text.replace("#000", colour.name())
    pixmap = QPixmap(QSize(size, size) * ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    QSvgRenderer(QByteArray(text.encode())).render(
        painter, QRectF(0, 0, pixmap.width(), pixmap.height())
    )
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


@lru_cache(maxsize=64)
def _svg(name: str) -> str:
    return (resources_dir() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
