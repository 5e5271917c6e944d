"""Everything that runs while the window is open: put together, connected, taken apart."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from desktop_app import __version__
from desktop_app.capture.source import SourceSpec
from desktop_app.errors import FileNotWritable, KnownError, UsageError
from desktop_app.paths import DataDir
from desktop_app.settings import load_settings
from desktop_app.ui.arrivals.greeting import Greeting
from desktop_app.ui.backups.daily_backup import DailyBackup
from desktop_app.ui.context import AppContext
from desktop_app.ui.engine_trouble import EngineTrouble
from desktop_app.ui.error_hooks import ErrorHooks
from desktop_app.ui.error_route import ErrorRoute
from desktop_app.ui.garbage import GarbageCollector
from desktop_app.ui.icons import app_icon
from desktop_app.ui.interrupt import InterruptWatcher
from desktop_app.ui.language import EnglishPlurals
from desktop_app.ui.locking.lock import Lock
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.milestones import Milestones
from desktop_app.ui.parts import Parts
from desktop_app.ui.theme import apply_theme
from desktop_app.workers.background import BackgroundRunner
from desktop_app.workers.battery import PowerSaving
from desktop_app.workers.engine import Engine, OpenGallery
from desktop_app.workers.history_feed import HistoryFeed
from desktop_app.workers.live_session import LiveSession

if TYPE_CHECKING:
    from desktop_app.recognition.decision import DecisionPolicy
    from desktop_app.services.people import GalleryChange
    from desktop_app.settings import Settings
    from desktop_app.vision.pipeline import FacePipeline

_log = logging.getLogger(__name__)

# How often to look whether another process changed the gallery.
_REFRESH_MS = 3000
# Seconds that a thread which runs Python may keep the interpreter from the others. Of Python's own
# 5 ms the window waited up to as many before each paint while faces are recognised: 95 in 100
# paints came within 49-51 ms of the one before instead of 51-53.
_SWITCH_INTERVAL = 0.001


def qt_application(argv: Sequence[str]) -> QApplication:
    """Return Qt's application object, made where there is none yet."""
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else QApplication(list(argv))
    app.setApplicationName("Kenspeckle")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("kenspeckle")
    app.setWindowIcon(app_icon())
    if app.findChild(EnglishPlurals) is None:
        app.installTranslator(EnglishPlurals(app))
    # Qt's fonts are found now: importing OpenCV, on another thread soon, points the variables
    # that this reads at its own for a moment.
    QFontMetrics(app.font()).height()
    return app


class Application(QObject):
    """The parts of the running application.

    Attributes:
        exit_code: for the process, once it is over.

    """

    def __init__(
        self,
        qt_app: QApplication,
        *,
        data_dir: DataDir,
        gallery: Path,
        sources: Sequence[SourceSpec] = (),
        parts: Parts | None = None,
    ) -> None:
        """Build everything; nothing runs before :meth:`show`.

        Args:
            qt_app: Qt's application object.
            data_dir: the user's folder.
            gallery: the file with the people.
            sources: what to show first; by default what was shown last.
            parts: what is behind the window.

        """
        super().__init__()
        parts = parts or Parts()
        self.exit_code = 0
        self._qt_app = qt_app
        self._parts = parts
        self._sources = sources
        self._is_shut_down = False
        self._interrupts: InterruptWatcher | None = None
        self._trouble: KnownError | None = None
        self._switch_interval_before = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_INTERVAL)
        self.garbage = GarbageCollector(self)
        self.milestones = Milestones()
        self.hooks = ErrorHooks(self)
        self.hooks.install()
        self.database = BackgroundRunner("database", parent=self)
        self.general = BackgroundRunner("general", parent=self)
        self.engine = Engine(
            data_dir=data_dir,
            gallery=gallery,
            database=self.database,
            load=parts.load,
            parent=self,
        )
        settings = load_settings(data_dir.settings_file)
        apply_theme(qt_app, settings.theme)
        self._dressed_for = settings
        self.context = AppContext(
            data_dir=data_dir,
            settings=settings,
            database=self.database,
            general=self.general,
            parent=self,
        )
        self.session = LiveSession(source_for=parts.source_for, parent=self)
        self.history = HistoryFeed(
            self.session, settings=settings, database=self.database, parent=self
        )
        self.power = PowerSaving(self.session, settings=settings, runner=self.general, parent=self)
        self.window = MainWindow(
            self.context,
            self.session,
            cameras=parts.cameras,
            formats=parts.formats,
            plugged=parts.plugged(),
        )
        self.greeting = Greeting(self.history, self.window.pages, context=self.context)
        self.route = ErrorRoute(self.window)
        # Before the trouble: what the lock shows is none.
        self.lock = Lock(self.engine, self.window, context=self.context)
        trouble = EngineTrouble(self.engine, self.window, context=self.context, route=self.route)
        self.daily_backup = DailyBackup(self.context, self)
        self.daily_backup.damage_found.connect(trouble.take_damage)
        self._refresh = QTimer(self, interval=_REFRESH_MS)
        self._connect()

    def show(self) -> None:
        """Show the window, begin to load the networks, and open the first source."""
        # Before anything is opened that wants to be closed.
        self._interrupts = InterruptWatcher(self.window.close)
        self.window.statusBar().showMessage(self.tr("Getting ready to recognise faces…"))
        self.window.show()
        # Painted before anything heavy is imported on other threads, which would share the
        # interpreter with it: half a second sooner, and the first label comes no later.
        self._qt_app.processEvents()
        self.milestones.pass_by("window shown")
        self.engine.start()
        if self._sources:
            self.window.opener.open_all(self._sources, remembered=False)
        else:
            self.window.opener.open_all(self.window.memory.recall(), remembered=True)

    def run(self) -> None:
        """Run until the window is closed, then shut everything down.

        Raises:
            UsageError: ``KENSPECKLE_QUIT_AFTER`` is not a number.
            FileNotWritable: the screenshot could not be saved.

        """
        try:
            self._plan_the_end()
            # Closed while it was shown already, by a signal: nothing would end the loop.
            if not self._is_shut_down:
                self.exit_code = self._qt_app.exec()
        finally:
            self.shutdown()
        if self._trouble is not None:
            raise self._trouble

    @Slot()
    def shutdown(self) -> None:
        """Stop and await every thread, save what waits to be saved, close networks and gallery."""
        if self._is_shut_down:
            return
        self._is_shut_down = True
        if self._interrupts is not None:
            self._interrupts.close()
        self._refresh.stop()
        self.power.close()
        self.lock.close()
        self.session.shutdown()
        self.history.close()
        self.greeting.close()
        self.general.close()
        self.engine.close()
        self.hooks.remove()
        self.garbage.close()
        sys.setswitchinterval(self._switch_interval_before)
        _log.info("closed")

    def _connect(self) -> None:
        self.hooks.caught.connect(self.route.take)
        self.context.failed.connect(self.route.take)
        self.session.recognition_failed.connect(self.route.take)
        self.history.failed.connect(self.route.take)
        self.history.written.connect(self.context.history_changed)
        self.engine.ready.connect(self._take_engine)
        self.engine.ready.connect(self.power.start)
        self.engine.gallery_closing.connect(self._let_go_of_gallery)
        self.context.settings_changed.connect(self._take_settings)
        self.context.gallery_changed.connect(self._take_gallery)
        self.context.people_forgotten.connect(self._forget_people)
        self._qt_app.styleHints().colorSchemeChanged.connect(self._dress)
        self.window.view.painted.connect(self._note_frame)
        self.window.closing.connect(self._window_closed)
        self._refresh.timeout.connect(self.context.refresh)

    @Slot(object, object)
    def _take_engine(self, pipeline: FacePipeline, opened: OpenGallery) -> None:
        from desktop_app.services.history.log import strangers_alike_from

        policy = self._policy(pipeline)
        self.session.attach(
            partial(self._parts.recogniser, pipeline, policy), gallery=opened.change.gallery
        )
        self.context.become_ready(
            pipeline=pipeline, policy=policy, people=opened.people, change=opened.change
        )
        self._refresh.start()
        calibration = pipeline.embedder.calibration
        self.history.attach(opened.people.file, alike_from=strangers_alike_from(calibration))
        self.garbage.spare_what_stays()
        self.milestones.pass_by("engine ready")

    def _policy(self, pipeline: FacePipeline) -> DecisionPolicy:
        from desktop_app.services.runtime import policy_for

        return policy_for(pipeline.embedder, false_name_rate=self.context.settings.false_name_rate)

    @Slot(object)
    def _take_gallery(self, change: GalleryChange) -> None:
        self.session.use_gallery(change.gallery)
        self.history.use_gallery(change.gallery)

    @Slot()
    def _let_go_of_gallery(self) -> None:
        # What was seen until now is still written.
        self.history.close()
        self.context.forget_people()

    @Slot()
    def _forget_people(self) -> None:
        from desktop_app.recognition.gallery import Gallery

        self._refresh.stop()
        pipeline = self.context.pipeline
        if pipeline is None:
            return
        embedder = pipeline.embedder
        self.session.forget_people(
            partial(self._parts.recogniser, pipeline, self._policy(pipeline)),
            gallery=Gallery.empty(embedder=embedder.key, dimension=embedder.dimension),
        )
        self.window.grid.forget_faces()
        self.greeting.banners.clear()

    @Slot(object)
    def _take_settings(self, settings: Settings) -> None:
        before, self._dressed_for = self._dressed_for, settings
        self.history.use_settings(settings)
        self.power.use_settings(settings)
        if settings.theme != before.theme:
            self._dress()
        pipeline, gallery = self.context.pipeline, self.context.gallery
        if (
            settings.false_name_rate != before.false_name_rate
            and pipeline is not None
            and gallery is not None
        ):
            policy = self._policy(pipeline)
            self.session.attach(partial(self._parts.recogniser, pipeline, policy), gallery=gallery)
            self.context.use_policy(policy)

    @Slot()
    def _dress(self) -> None:
        apply_theme(self._qt_app, self.context.settings.theme)
        self.window.refresh_theme()

    @Slot()
    def _note_frame(self) -> None:
        self.milestones.pass_by("first frame")
        if self.window.view.marks_painted:
            self.milestones.pass_by("first labelled frame")
            self.window.view.painted.disconnect(self._note_frame)

    def _plan_the_end(self) -> None:
        text = os.environ.get("KENSPECKLE_QUIT_AFTER")
        if not text:
            return
        try:
            seconds = float(text)
        except ValueError:
            raise UsageError(
                reason=f"KENSPECKLE_QUIT_AFTER is “{text}”, which is not a number of seconds."
            ) from None
        QTimer.singleShot(max(0, round(seconds * 1000)), self, self._leave)

    @Slot()
    def _leave(self) -> None:
        path = os.environ.get("KENSPECKLE_SCREENSHOT")
        if path and not self.window.grab().save(path):
            self._trouble = FileNotWritable(path=path, reason="the screenshot was not saved")
        self.window.close()

    @Slot()
    def _window_closed(self) -> None:
        self.window.hide()
        self.shutdown()
        self._qt_app.quit()
