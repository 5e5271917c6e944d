"""Sees to it that there is a picture to enrol from, and says what is wrong where there is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from desktop_app.capture.devices import Camera
from desktop_app.capture.source import SourceSpec
from desktop_app.settings import with_sources
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.live.format_choice import wanted_format
from desktop_app.ui.live.source_chooser import CameraList, SourceMenu, choose_clip
from desktop_app.ui.live.trouble_words import lost_text, said_of
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.words import isolated
from desktop_app.workers.feed import Feed, LiveState

# Returns whether it is possible: no source can be shown twice.
OpenSource = Callable[[SourceSpec], bool]


class EnrolmentSource(QObject):
    """Opens the first camera where nothing is shown, and lets another source be chosen.

    Attributes:
        photos_wanted: somebody has no camera, and wants to choose photos instead.

    """

    photos_wanted = Signal()

    def __init__(
        self,
        context: AppContext,
        feed: Feed,
        *,
        cameras: CameraList,
        open_source: OpenSource,
        has_pictures: Callable[[], bool],
        window: QWidget,
    ) -> None:
        """Prepare.

        Args:
            context: looks for cameras beside the window.
            feed: shows the source.
            cameras: finds the cameras.
            open_source: shows a source.
            has_pictures: whether any was taken that can be added.
            window: owns the dialogs, the bar and the button.

        """
        super().__init__(window)
        self._context = context
        self._feed = feed
        self._cameras = cameras
        self._open = open_source
        self._has_pictures = has_pictures
        self._window = window
        # What was there before is what a cancelled dialog goes back to.
        self._sources_before = context.settings.sources
        self._opened_here = False
        self.bar = MessageBar()
        self.button = self._make_button()
        feed.state_changed.connect(self._take_state)
        feed.open_failed.connect(self._take_failure)
        feed.source_changed.connect(self._take_source)

    def begin(self) -> None:
        """Go on with what is shown; show the first camera where nothing is."""
        feed = self._feed
        match feed.state:
            case LiveState.IDLE:
                self.bar.tell(self.tr("Looking for a camera…"))
                self._context.general.run(
                    self._cameras, success=while_alive(self, self._take_cameras)
                )
            case LiveState.FROZEN:
                feed.resume()
            case LiveState.ENDED:
                feed.replay()
        self._take_source()
        if feed.state is not LiveState.IDLE:
            self._take_state(feed.state)

    def undo(self) -> None:
        """Let go of what was opened here: nothing came of it."""
        if self._opened_here:
            self._feed.stop()
            self._context.change_settings(**with_sources(self._sources_before))

    def say_end(self) -> None:
        """Where a clip has ended, say so, and what came of it."""
        if self._feed.state is not LiveState.ENDED:
            return
        text = (
            self.tr("The clip has ended. What was taken can be added.")
            if self._has_pictures()
            else self.tr("The clip has ended, and no picture was taken that can be added.")
        )
        if text != self.bar.text:
            self.bar.tell(text, (self.tr("Play again"), self._feed.replay))

    def _make_button(self) -> QToolButton:
        clip = QAction(self.tr("&Clip…"), self)
        clip.triggered.connect(lambda: choose_clip(self._window, self._choose))
        self._menu = SourceMenu(
            runner=self._context.general,
            others=[clip],
            cameras=self._cameras,
            wanted=lambda camera: wanted_format(self._context.settings, camera),
            parent=self._window,
        )
        self._menu.chosen.connect(self._choose)
        button = QToolButton()
        button.setText(self.tr("Camera"))
        button.setAccessibleName(self.tr("Choose a camera"))
        button.setMenu(self._menu)
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        return button

    def _choose(self, spec: SourceSpec) -> None:
        was_idle = self._feed.state is LiveState.IDLE
        self.bar.clear()
        if self._open(spec):
            self._opened_here = self._opened_here or was_idle
            self._take_state(self._feed.state)
        else:
            shown = self.tr("“{source}” is shown beside this source already; choose it there.")
            self._warn(shown.format(source=isolated(self._menu.name_of(spec))))

    def _take_cameras(self, cameras: Sequence[Camera]) -> None:
        if self._feed.state is not LiveState.IDLE:
            return
        if cameras:
            self._choose(self._menu.spec_of(cameras[0]))
            return
        self._warn(
            self.tr(
                "No camera was found. Plug one in and choose it, or add the person from photos."
            )
        )

    @Slot()
    def _take_source(self) -> None:
        self._menu.mark(self._feed.spec)

    @Slot(object)
    def _take_failure(self, error: Exception) -> None:
        self._warn(said_of(error, self._menu.name_of))

    def _warn(self, sentence: str) -> None:
        self.bar.warn(
            sentence,
            (self.tr("Choose another source"), self.button.showMenu),
            (self.tr("Add from &photos"), self.photos_wanted.emit),
        )

    @Slot(object)
    def _take_state(self, state: LiveState) -> None:
        spec, trouble = self._feed.spec, self._feed.trouble
        if state is LiveState.OPENING and spec is not None:
            opening = self.tr("Opening {source}…")
            self.bar.tell(opening.format(source=self._menu.name_of(spec)))
        elif state is LiveState.LOST and trouble is not None:
            trying = self.tr("{trouble} It goes on as soon as the picture is back.")
            self.bar.warn(trying.format(trouble=lost_text(trouble, self._menu.name_of)))
        elif state is LiveState.ENDED:
            self.say_end()
        elif state is not LiveState.IDLE:
            self.bar.clear()
