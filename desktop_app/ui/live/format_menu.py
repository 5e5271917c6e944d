"""A menu of the sizes and rates that the camera shown offers, and what it really gives."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.capture.devices import Camera
from desktop_app.capture.formats import CameraFormat
from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.ui.alive import while_alive
from desktop_app.ui.live.trouble_words import format_text, rate_text
from desktop_app.workers.background import BackgroundRunner
from desktop_app.workers.feed import Feed, LiveState

FormatList = Callable[[Camera], Sequence[CameraFormat]]

# With more entries than this, those of one size are in a menu of their own.
_MOST_IN_ONE = 14
# Less than this share of the rate that was promised is worth a word.
_SLOW = 0.8
# From so many pictures a second on, nobody asks for the tenths.
_WHOLE_FROM = 10


class FormatMenu(QMenu):
    """*Automatic*, then what the camera offers, asked anew whenever the menu opens.

    Attributes:
        chosen: a ``CameraFormat``, or None for *Automatic*.

    """

    chosen = Signal(object)

    def __init__(
        self,
        *,
        feed: Callable[[], Feed],
        runner: BackgroundRunner,
        formats: FormatList,
        camera_of: Callable[[SourceSpec], Camera],
        parent: QWidget | None = None,
    ) -> None:
        """Prepare a menu with nothing but *Automatic*.

        Args:
            feed: tells which feed is meant.
            runner: asks the camera beside the window.
            formats: tells what a camera offers.
            camera_of: tells which camera a source is.
            parent: Qt's owner.

        """
        super().__init__(self.tr("&Resolution"), parent)
        self.setToolTipsVisible(True)
        self._feed = feed
        self._runner = runner
        self._formats = formats
        self._camera_of = camera_of
        self._spec: SourceSpec | None = None
        self._sizes: list[QMenu] = []
        self._offered: list[CameraFormat] = []
        self._group = QActionGroup(self)
        self._group.triggered.connect(lambda action: self.chosen.emit(action.data()))
        self.automatic = self._entry(self.tr("&Automatic"), None)
        self.automatic.setToolTip(self.tr("A size and a rate that suit faces across a room."))
        self.addAction(self.automatic)
        self._end_of_offers = self.addSeparator()
        self.actual = QAction(self)
        self.actual.setEnabled(False)
        self.addAction(self.actual)
        self.aboutToShow.connect(self._ask)
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Fit the menu to what is meant now: another feed, or another source of it."""
        spec = self._feed().spec
        is_camera = spec is not None and spec.kind is SourceKind.CAMERA
        self.menuAction().setEnabled(is_camera)
        if spec != self._spec:
            self._spec = spec
            self._show(())
        else:
            self._tick()

    @Slot()
    def _ask(self) -> None:
        self.refresh()
        spec = self._spec
        self.actual.setText(self._actual_text())
        self.actual.setVisible(bool(self.actual.text()))
        if spec is None or spec.kind is not SourceKind.CAMERA:
            return
        camera = self._camera_of(spec)

        def show(offered: Sequence[CameraFormat]) -> None:
            if self._spec == spec:
                self._show(offered)

        self._runner.run(lambda: self._formats(camera), success=while_alive(self, show))

    def _show(self, offered: Sequence[CameraFormat]) -> None:
        wanted = self._wanted()
        if wanted is not None and wanted not in offered:
            offered = [wanted, *offered]
        if list(offered) != self._offered:
            self._offered = list(offered)
            self._fill(self._offered)
        self._tick()

    def _tick(self) -> None:
        wanted = self._wanted()
        for action in self._group.actions():
            action.setChecked(action.data() == wanted)

    def _wanted(self) -> CameraFormat | None:
        spec = self._feed().spec
        return spec.wanted if spec is not None else None

    def _fill(self, offered: Sequence[CameraFormat]) -> None:
        for action in self._group.actions():
            if action is not self.automatic:
                self._group.removeAction(action)
                action.deleteLater()
        for menu in self._sizes:
            menu.deleteLater()
        self._sizes.clear()
        by_size = itertools.groupby(offered, key=lambda offer: (offer.width, offer.height))
        for size, same_size in by_size:
            entries = [self._entry(format_text(offer), offer) for offer in same_size]
            if len(offered) <= _MOST_IN_ONE or len(entries) == 1:
                self.insertActions(self._end_of_offers, entries)
            else:
                menu = QMenu(format_text(CameraFormat(*size)), self)
                menu.addActions(entries)
                self.insertMenu(self._end_of_offers, menu)
                self._sizes.append(menu)

    def _entry(self, text: str, offer: CameraFormat | None) -> QAction:
        action = QAction(text, self)
        action.setData(offer)
        action.setCheckable(True)
        self._group.addAction(action)
        return action

    def _actual_text(self) -> str:
        """Say what the camera really gives, whatever it promised."""
        feed, wanted = self._feed(), self._wanted()
        actual, rate = feed.actual_format, feed.measured_rate
        if actual is None or feed.state is not LiveState.PLAYING or not rate:
            return ""
        size = format_text(CameraFormat(actual.width, actual.height))
        promised = (wanted.frame_rate if wanted is not None else None) or actual.frame_rate
        measured = rate_text(round(rate, 0 if rate >= _WHOLE_FROM else 1))
        if promised is not None and rate < _SLOW * promised:
            return self.tr("Now: {size}, {rate} a second instead of {promised}").format(
                size=size, rate=measured, promised=rate_text(promised)
            )
        return self.tr("Now: {size}, {rate} a second").format(size=size, rate=measured)
