"""Ties a feed to the view, and says in words what the picture alone does not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.errors import KnownError, SourceInvalid
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import sentence_for
from desktop_app.ui.live.live_view import LiveView
from desktop_app.ui.live.player import Player
from desktop_app.ui.message_bar import MessageBar
from desktop_app.workers.feed import Feed, LiveState


class VideoPresenter(QObject):
    """Brings frames, faces and states from a feed to the view and to the message bar."""

    def __init__(
        self,
        feed: Feed,
        view: LiveView,
        bar: MessageBar,
        *,
        context: AppContext,
        name_of: Callable[[SourceSpec], str],
        choose_source: Callable[[], object],
        start_again: Callable[[], object],
    ) -> None:
        """Connect.

        Args:
            feed: gives frames and results.
            view: shows them.
            bar: says what is the matter with the source.
            context: for settings and the error route.
            name_of: what to call a source.
            choose_source: lets the user choose another source.
            start_again: opens the source that was asked for once more.

        """
        super().__init__(view)
        self._feed = feed
        self._view = view
        self._bar = bar
        self._context = context
        self._name_of = name_of
        self._choose_source = choose_source
        self._start_again = start_again
        Player(feed, view)
        feed.source_changed.connect(self._mirror)
        feed.state_changed.connect(self._take_state)
        feed.open_failed.connect(self._take_failure)
        feed.stillness_changed.connect(self._take_stillness)
        context.settings_changed.connect(self._mirror)

    @Slot()
    def _mirror(self) -> None:
        spec = self._feed.spec
        # Only a camera is a mirror: in a clip, left is left and writing is to be read.
        is_camera = spec is not None and spec.kind is SourceKind.CAMERA
        self._view.set_mirrored(mirrored=self._context.settings.mirror and is_camera)

    @Slot(object)
    def _take_failure(self, error: Exception) -> None:
        if not isinstance(error, KnownError):
            self._bar.clear()
            self._context.failed.emit(error)
            return
        self._bar.warn(
            self._sentence(error),
            (self.tr("Try again"), self._start_again),
            (self.tr("Choose another source"), self._choose_source),
        )

    @Slot(object)
    def _take_state(self, state: LiveState) -> None:
        trouble = self._feed.trouble
        spec = self._feed.spec
        if state is LiveState.OPENING and spec is not None:
            self._bar.tell(self.tr("Opening {source}…").format(source=self._name_of(spec)))
        elif state is LiveState.LOST and trouble is not None:
            choose = (self.tr("Choose another source"), self._choose_source)
            trying = self.tr("{trouble} Trying to get it back…")
            self._bar.warn(trying.format(trouble=self._sentence(trouble)), choose)
        elif state is LiveState.ENDED:
            self._say_it_ended(trouble)
        elif state is LiveState.FROZEN:
            self._bar.tell(
                self.tr("The picture is frozen. Faces can still be clicked."),
                (self.tr("Go on"), self._feed.resume),
            )
        else:
            self._bar.clear()

    def _say_it_ended(self, trouble: Exception | None) -> None:
        replay = (self.tr("Play again"), self._feed.replay)
        if trouble is None:
            self._bar.tell(self.tr("The clip has ended; this is its last frame."), replay)
        else:
            self._bar.warn(self._sentence(trouble), replay)

    @Slot()
    def _take_stillness(self) -> None:
        if self._feed.is_still:
            self._bar.tell(
                self.tr(
                    "The picture has not changed for a while. If the camera is stuck, start it "
                    "again."
                ),
                (self.tr("Start again"), self._feed.replay),
            )
        else:
            self._take_state(self._feed.state)

    def _sentence(self, error: Exception) -> str:
        """Say an error with the camera's own name in it."""
        source = error.params.get("source") if isinstance(error, KnownError) else None
        if not isinstance(error, KnownError) or not isinstance(source, str):
            return sentence_for(error)
        try:
            name = self._name_of(SourceSpec.parse(source))
        except SourceInvalid:
            return sentence_for(error)
        return sentence_for(type(error)(**(error.params | {"source": name})))
