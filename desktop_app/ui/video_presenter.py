"""Ties the live session to the view, and says in words what the picture alone does not."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot

from desktop_app.capture.source import SourceKind
from desktop_app.errors import KnownError
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import sentence_for
from desktop_app.ui.live_view import LiveView
from desktop_app.ui.message_bar import MessageBar
from desktop_app.workers.live_session import LiveSession, LiveState


class VideoPresenter(QObject):
    """Brings frames, faces and states from the session to the view and to the message bar."""

    def __init__(
        self,
        session: LiveSession,
        view: LiveView,
        bar: MessageBar,
        *,
        context: AppContext,
        choose_source: Callable[[], object],
        start_again: Callable[[], object],
    ) -> None:
        """Connect.

        Args:
            session: gives frames and results.
            view: shows them.
            bar: says what is the matter with the source.
            context: for settings and the error route.
            choose_source: lets the user choose another source.
            start_again: opens the source that failed once more.

        """
        super().__init__(view)
        self._session = session
        self._view = view
        self._bar = bar
        self._context = context
        self._choose_source = choose_source
        self._start_again = start_again
        session.frame_ready.connect(self._take_frame)
        session.result_ready.connect(self._take_result)
        session.source_changed.connect(self._take_source)
        session.state_changed.connect(self._take_state)
        session.open_failed.connect(self._take_failure)
        context.settings_changed.connect(self._mirror)

    @Slot()
    def _take_frame(self) -> None:
        self._view.show_frame(self._session.frame)

    @Slot()
    def _take_result(self) -> None:
        if self._session.result is not None:
            self._view.show_result(self._session.result)

    @Slot()
    def _take_source(self) -> None:
        self._view.forget_faces()
        self._view.show_frame(self._session.frame)
        self._mirror()

    @Slot()
    def _mirror(self) -> None:
        spec = self._session.spec
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
            sentence_for(error),
            (self.tr("Try again"), self._start_again),
            (self.tr("Choose another source"), self._choose_source),
        )

    @Slot(object)
    def _take_state(self, state: LiveState) -> None:
        trouble = self._session.trouble
        spec = self._session.spec
        if state is LiveState.OPENING and spec is not None:
            self._bar.tell(self.tr("Opening {source}…").format(source=spec.label))
        elif state is LiveState.LOST and trouble is not None:
            choose = (self.tr("Choose another source"), self._choose_source)
            self._bar.warn(sentence_for(trouble), choose)
        elif state is LiveState.ENDED:
            self._say_it_ended(trouble)
        elif state is LiveState.FROZEN:
            self._bar.tell(
                self.tr("The picture is frozen. Faces can still be clicked."),
                (self.tr("Go on"), self._session.resume),
            )
        else:
            self._bar.clear()

    def _say_it_ended(self, trouble: Exception | None) -> None:
        replay = (self.tr("Play again"), self._session.replay)
        if trouble is None:
            self._bar.tell(self.tr("The clip has ended; this is its last frame."), replay)
        else:
            self._bar.warn(sentence_for(trouble), replay)
