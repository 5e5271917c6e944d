"""The window: the picture, the people beside it, and what one can do with both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from desktop_app.capture.source import SourceSpec
from desktop_app.ui.actions import fill_menu_bar, make_actions, refresh_icons
from desktop_app.ui.context import AppContext
from desktop_app.ui.corrections.undo_actions import UndoActions
from desktop_app.ui.doors import Doors
from desktop_app.ui.icons import icon
from desktop_app.ui.imports.unfinished_import import UnfinishedImportOffer
from desktop_app.ui.live.face_actions import FaceActions
from desktop_app.ui.live.live_view import LiveView
from desktop_app.ui.live.seen_face import SeenFace, seen_live
from desktop_app.ui.live.source_chooser import CameraList, SourceMenu
from desktop_app.ui.live.video_presenter import VideoPresenter
from desktop_app.ui.locking.unlock import UnlockCard
from desktop_app.ui.locking.unsealed_notice import UnsealedNotice
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.people.people_panel import PeoplePanel
from desktop_app.ui.privacy.daily_care import DailyCare
from desktop_app.ui.status import StatusNumbers
from desktop_app.ui.toolbar import MainToolBar
from desktop_app.ui.welcome import WelcomePage
from desktop_app.ui.window_geometry import restore_geometry, save_geometry
from desktop_app.workers.feed import LiveState
from desktop_app.workers.live_session import LiveSession

if TYPE_CHECKING:
    from desktop_app.services.live import TrackView
    from desktop_app.services.people import GalleryChange

# Below this width the toolbar shows icons only, and the people stay hidden at first.
_NARROW = 820


class MainWindow(QMainWindow):
    """Shows what the session and the context hold; owns no thread.

    Attributes:
        closing: the window is being closed; everything is to be shut down.

    """

    closing = Signal()

    def __init__(self, context: AppContext, session: LiveSession, *, cameras: CameraList) -> None:
        """Build the window.

        Args:
            context: shared services.
            session: what is shown live.
            cameras: finds the cameras.

        """
        super().__init__()
        self._context = context
        self._feed = session.main
        self._wanted: SourceSpec | None = None
        self.setWindowTitle("Kenspeckle")
        self.setAcceptDrops(True)
        self.unlock_card = UnlockCard()
        self.trouble_bar = MessageBar()
        self.source_bar = MessageBar()
        self.notice_bar = MessageBar(dismissable=True)
        self.faces = FaceActions(context, self, self.notice_bar)
        self.doors = Doors(
            context,
            self,
            session=session,
            cameras=cameras,
            open_source=self.open_source,
            enrolled=self.faces.enrolled,
        )
        self.actions_by_name = make_actions(self)
        self.steps = UndoActions(
            context,
            self,
            self.notice_bar,
            undo=self.actions_by_name["undo"],
            redo=self.actions_by_name["redo"],
            speaks_for_all=True,
        )
        self.choose_action = self._make_menus(cameras)
        self.view = LiveView()
        self.people = PeoplePanel(context)
        self._make_pages()
        self.toolbar = MainToolBar(self.actions_by_name, self.sources)
        self.source_button = self.toolbar.source_button
        self.addToolBar(self.toolbar)
        self.refresh_theme()
        self.numbers = StatusNumbers(
            self.statusBar(),
            shown=lambda: self.view.frames_painted,
            recognised=lambda: session.processed,
            faces=lambda: len(self.view.faces()),
        )
        self.statusBar().setSizeGripEnabled(False)
        VideoPresenter(
            self._feed,
            self.view,
            self.source_bar,
            context=context,
            name_of=self.sources.name_of,
            # Later: the menu must not open inside the click that hides its button.
            choose_source=lambda: QTimer.singleShot(0, self, self.source_button.showMenu),
            start_again=self.start,
        )
        UnfinishedImportOffer(
            context,
            self.notice_bar,
            go_on=lambda unfinished: self.doors.import_folder().go_on_with(unfinished),
            parent=self,
        )
        UnsealedNotice(context, self.notice_bar, seal=self.doors.protection, parent=self)
        self.care = DailyCare(
            context,
            self.notice_bar,
            open_consent=self.people.open_consent,
            list_ending=self._list_ending_consents,
        )
        self._connect()
        folder = context.data_dir.root
        restore_geometry(self, self.splitter, self.people, folder=folder, narrow=_NARROW)
        self.actions_by_name["show_people"].setChecked(not self.people.isHidden())
        self._take_settings()
        self._take_state(self._feed.state)
        self.sources.look_for_cameras()

    @Slot(object)
    def open_source(self, spec: SourceSpec) -> None:
        """Show a source; what is shown now stays until the new one works."""
        self.source_bar.clear()
        self._wanted = spec
        self._feed.start(spec)
        # One that fails at once changes no state.
        self._take_state(self._feed.state)

    @Slot()
    def start(self) -> None:
        """Show the source that was asked for last, or let the user choose one."""
        if self._wanted is None:
            self.source_button.showMenu()
        else:
            self.open_source(self._wanted)

    def refresh_theme(self) -> None:
        """Draw what is not drawn from the palette in the colours of the theme."""
        refresh_icons(self.actions_by_name)
        self.source_button.setIcon(icon("camera"))
        self.choose_action.setIcon(icon("camera"))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember where the window was, and have everything shut down."""
        save_geometry(self, self.splitter, self.people, folder=self._context.data_dir.root)
        self.doors.close()
        self.closing.emit()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the toolbar whole where the window is narrow."""
        super().resizeEvent(event)
        style = (
            Qt.ToolButtonStyle.ToolButtonIconOnly
            if self.width() < _NARROW
            else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        if self.toolbar.toolButtonStyle() != style:
            self.toolbar.setToolButtonStyle(style)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files."""
        if self.doors.takes(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open files."""
        event.acceptProposedAction()
        self.doors.take(event.mimeData())

    def _make_menus(self, cameras: CameraList) -> QAction:
        menus = fill_menu_bar(self.menuBar(), self.actions_by_name)
        clip, runner = self.actions_by_name["open_clip"], self._context.general
        self.sources = SourceMenu(
            runner=runner,
            others=[clip, self.actions_by_name["open_stream"]],
            cameras=cameras,
            parent=self,
        )
        # In the menu bar clip and network camera stand beside the cameras.
        self.cameras = SourceMenu(runner=runner, others=[], cameras=cameras, parent=self)
        self.cameras.setTitle(self.tr("&Camera"))
        choose = self.cameras.menuAction()
        choose.setIconText(self.tr("Choose a camera"))
        choose.setToolTip(self.tr("Choose what the live picture shows."))
        menus["source"].insertMenu(clip, self.cameras)
        return choose

    def _make_pages(self) -> None:
        camera = self.actions_by_name["add_from_camera"]
        names = ("open_clip", "open_photos", "add_person")
        self.welcome = WelcomePage(
            [self.choose_action, *(self.actions_by_name[name] for name in names)], first=camera
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.view)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.unlock_card)
        column.addWidget(self.trouble_bar)
        column.addWidget(self.source_bar)
        column.addWidget(self.notice_bar)
        column.addWidget(self.pages, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("mainSplitter")
        self.splitter.addWidget(centre)
        self.splitter.addWidget(self.people)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setChildrenCollapsible(False)
        self.setCentralWidget(self.splitter)

    def _connect(self) -> None:
        plain = {
            "add_from_camera": self.doors.add_from_camera,
            "add_person": self.doors.add_person,
            "open_photos": self.doors.choose_photos,
            "open_folder": self.doors.choose_folder,
            "import_folder": self.doors.import_folder,
            "bin": self.doors.bin,
            "backups": self.doors.backups,
            "settings": self.doors.settings,
            "history": self.doors.history,
            "quit": self.close,
            "open_clip": self.doors.choose_clip,
            "open_stream": self.doors.choose_stream,
            "start": self.start,
            "stop": self._feed.stop,
            "replay": self._feed.replay,
            "shortcuts": self.doors.shortcuts,
            "about": self.doors.about,
        }
        for name, act in plain.items():
            self.actions_by_name[name].triggered.connect(lambda _checked=False, act=act: act())
        # Triggered, not toggled: what the program sets is not what the user asked for.
        for name, toggle in {
            "freeze": self._freeze,
            "show_people": self.people.setVisible,
            "mirror": lambda checked: self._context.change_settings(mirror=checked),
            "full_screen": self._full_screen,
        }.items():
            self.actions_by_name[name].triggered.connect(toggle)
        self.sources.chosen.connect(self.open_source)
        self.cameras.chosen.connect(self.open_source)
        self.people.add_requested.connect(self.doors.add_person)
        self.people.camera_requested.connect(self.doors.add_from_camera)
        self.view.face_chosen.connect(lambda track, at: self.faces.click(self._seen(track), at))
        self.view.menu_wanted.connect(lambda track, at: self.faces.offer(self._seen(track), at))
        self._feed.state_changed.connect(self._take_state)
        self._feed.source_changed.connect(self._take_source)
        self._context.settings_changed.connect(self._take_settings)
        self._context.gallery_changed.connect(self._take_gallery)
        self._context.people_forgotten.connect(self.numbers.forget_people)
        # It may name somebody.
        self._context.people_forgotten.connect(self.notice_bar.clear)

    def _list_ending_consents(self) -> None:
        self.people.show()
        self.actions_by_name["show_people"].setChecked(True)
        self.people.list_ending_consents()

    def _seen(self, track: TrackView) -> SeenFace:
        return seen_live(track, self._feed.spec, frame=self.view.frame_of(track))

    def _freeze(self, checked: bool) -> None:  # noqa: FBT001 - Qt's signal
        if checked:
            self._feed.freeze()
        else:
            self._feed.resume()

    def _full_screen(self, checked: bool) -> None:  # noqa: FBT001 - Qt's signal
        if checked:
            self.showFullScreen()
        else:
            self.showNormal()

    @Slot()
    def _take_source(self) -> None:
        spec = self._feed.spec
        if spec is not None and str(spec) != self._context.settings.source:
            # Only what did show something is opened by itself at the next start.
            self._context.change_settings(source=str(spec))
        self.sources.mark(spec)
        self.cameras.mark(spec)
        self.setWindowTitle(
            "Kenspeckle"
            if spec is None
            else self.tr("{source} – Kenspeckle").format(source=self.sources.name_of(spec))
        )

    @Slot(object)
    def _take_state(self, state: LiveState) -> None:
        actions = self.actions_by_name
        spec = self._feed.spec
        showing = state is not LiveState.IDLE and self._feed.frame is not None
        self.pages.setCurrentWidget(self.view if showing else self.welcome)
        actions["start"].setEnabled(state is LiveState.IDLE and self._wanted is not None)
        actions["stop"].setEnabled(state is not LiveState.IDLE)
        actions["freeze"].setEnabled(state in {LiveState.PLAYING, LiveState.FROZEN})
        actions["freeze"].setChecked(state is LiveState.FROZEN)
        actions["replay"].setEnabled(showing and spec is not None and not spec.is_live)
        if state is LiveState.PLAYING:
            self.numbers.start()
        else:
            self.numbers.stop(showing=showing)

    @Slot()
    def _take_settings(self) -> None:
        self.actions_by_name["mirror"].setChecked(self._context.settings.mirror)

    @Slot(object)
    def _take_gallery(self, change: GalleryChange) -> None:
        self.numbers.show_people(len(change.people))
        self.welcome.show_people(len(change.people))
