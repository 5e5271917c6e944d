"""Quiet banners over the window that say who arrives; they go by themselves."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractAnimation,
    QEvent,
    QObject,
    QPropertyAnimation,
    Qt,
    QTimer,
)
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QGraphicsOpacityEffect, QLabel, QVBoxLayout, QWidget

# Milliseconds that one stays, and that it takes to fade.
STAYS_MS, _FADES_MS = 7000, 600
# More at once would hide the picture; the oldest go first.
MOST = 4
_MARGIN = 12


class ArrivalBanners(QObject):
    """Stacks banners in the upper corner of a widget; clicks go through them."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._banners: list[QFrame] = []
        over.installEventFilter(self)

    @property
    def texts(self) -> list[str]:
        """What they say, oldest first."""
        return [banner.accessibleName() for banner in self._banners]

    def show(self, text: str) -> None:
        """Say something, also to screen readers."""
        banner = _banner(text, self._over)
        self._banners.append(banner)
        if len(self._banners) > MOST:
            self._drop(self._banners[0])
        banner.show()
        self._place()
        QTimer.singleShot(STAYS_MS, banner, lambda: self._fade(banner))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._over, text))

    def clear(self) -> None:
        """Take them all away."""
        for banner in tuple(self._banners):
            self._drop(banner)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in the corner."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        top = _MARGIN
        for banner in self._banners:
            banner.setMaximumWidth(max(self._over.width() - 2 * _MARGIN, 1))
            banner.adjustSize()
            left_to_right = self._over.layoutDirection() == Qt.LayoutDirection.LeftToRight
            left = self._over.width() - banner.width() - _MARGIN if left_to_right else _MARGIN
            banner.move(left, top)
            banner.raise_()
            top += banner.height() + _MARGIN // 2

    def _fade(self, banner: QFrame) -> None:
        effect = QGraphicsOpacityEffect(banner)
        banner.setGraphicsEffect(effect)
        fading = QPropertyAnimation(effect, b"opacity", banner)
        fading.setDuration(_FADES_MS)
        fading.setStartValue(1.0)
        fading.setEndValue(0.0)
        fading.finished.connect(lambda: self._drop(banner))
        fading.start(QAbstractAnimation.DeletionPolicy.DeleteWhenStopped)

    def _drop(self, banner: QFrame) -> None:
        if banner in self._banners:
            self._banners.remove(banner)
            banner.hide()
            banner.deleteLater()
            self._place()


def _banner(text: str, over: QWidget) -> QFrame:
    banner = QFrame(over)
    banner.setObjectName("arrivalBanner")
    banner.setAccessibleName(text)
    banner.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    banner.setAutoFillBackground(True)
    label = QLabel()
    label.setTextFormat(Qt.TextFormat.PlainText)
    room = over.width() - 4 * _MARGIN
    # A long name is cut: a banner is no place to read on.
    label.setText(label.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, max(room, 80)))
    layout = QVBoxLayout(banner)
    layout.setContentsMargins(14, 8, 14, 8)
    layout.addWidget(label)
    return banner
