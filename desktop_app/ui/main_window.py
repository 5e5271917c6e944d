"""The window: the picture, the people beside it, and what one can do with both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QSplitter,
    QStackedWidget,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.capture.source import SourceSpec
from desktop_app.ui.actions import TOOLBAR, fill_menu_bar, make_actions, refresh_icons
from desktop_app.ui.context import AppContext
from desktop_app.ui.doors import Doors
from desktop_app.ui.icons import icon
from desktop_app.ui.live_view import LiveView
from desktop_app.ui.message_bar import MessageBar
from desktop_app.ui.people_panel import PeoplePanel
from desktop_app.ui.source_chooser import CameraList, SourceMenu
from desktop_app.ui.status import StatusNumbers
from desktop_app.ui.video_presenter import VideoPresenter
from desktop_app.ui.welcome import WelcomePage
from desktop_app.workers.live_session import LiveSession, LiveState

if TYPE_CHECKING:
    from desktop_app.services.live import TrackView
    from desktop_app.services.people import GalleryChange

# Below this width the toolbar shows icons only, and the people stay hidden at first.
_NARROW = 820
_GEOMETRY_FILE = "window.ini"


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
        self._session = session
        self._wanted: SourceSpec | None = None
        self.setWindowTitle("Kenspeckle")
        self.setAcceptDrops(True)
        self.doors = Doors(context, self, open_source=self.open_source)
        self.actions_by_name = make_actions(self)
        self.choose_action = self._make_menus(cameras)
        self.trouble_bar = MessageBar()
        self.source_bar = MessageBar()
        self.view = LiveView()
        self.people = PeoplePanel(context)
        self._make_pages()
        self._make_toolbar()
        self.numbers = StatusNumbers(
            self.statusBar(),
            shown=lambda: self.view.frames_painted,
            recognised=lambda: session.processed,
            faces=lambda: len(self.view.faces()),
        )
        self.statusBar().setSizeGripEnabled(False)
        VideoPresenter(
            session,
            self.view,
            self.source_bar,
            context=context,
            name_of=self.sources.name_of,
            # Later: the menu must not open inside the click that hides its button.
            choose_source=lambda: QTimer.singleShot(0, self, self.source_button.showMenu),
            start_again=self.start,
        )
        self._connect()
        self._restore_geometry()
        self._take_settings()
        self._take_state(session.state)
        self.sources.look_for_cameras()

    @Slot(object)
    def open_source(self, spec: SourceSpec) -> None:
        """Show a source; what is shown now stays until the new one works."""
        self.source_bar.clear()
        self._wanted = spec
        self._session.start(spec)
        # One that fails at once changes no state.
        self._take_state(self._session.state)

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
        self.trouble_bar.refresh_icon()
        self.source_bar.refresh_icon()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember where the window was, and have everything shut down."""
        self._save_geometry()
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
        clip = self.actions_by_name["open_clip"]
        self.sources = SourceMenu(
            runner=self._context.general,
            others=[clip, self.actions_by_name["open_stream"]],
            cameras=cameras,
            parent=self,
        )
        self.sources.setTitle(self.tr("&Camera"))
        choose = self.sources.menuAction()
        choose.setIconText(self.tr("Choose a camera"))
        choose.setToolTip(self.tr("Choose what the live picture shows."))
        menus["source"].insertMenu(clip, self.sources)
        return choose

    def _make_pages(self) -> None:
        names = ("open_clip", "open_photos", "add_person")
        self.welcome = WelcomePage(
            [self.choose_action, *(self.actions_by_name[name] for name in names)]
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.view)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.trouble_bar)
        column.addWidget(self.source_bar)
        column.addWidget(self.pages, 1)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setObjectName("mainSplitter")
        self.splitter.addWidget(centre)
        self.splitter.addWidget(self.people)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setChildrenCollapsible(False)
        self.setCentralWidget(self.splitter)

    def _make_toolbar(self) -> None:
        bar = QToolBar(self.tr("Main toolbar"))
        bar.setObjectName("mainToolBar")
        bar.setMovable(False)
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.setIconSize(QSize(20, 20))
        self.source_button = QToolButton()
        self.source_button.setObjectName("sourceButton")
        self.source_button.setMenu(self.sources)
        self.source_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.source_button.setText(self.tr("Source"))
        self.source_button.setToolTip(self.tr("Choose what the live picture shows."))
        bar.addWidget(self.source_button)
        bar.toolButtonStyleChanged.connect(self.source_button.setToolButtonStyle)
        for name in TOOLBAR:
            if name is None:
                bar.addSeparator()
            else:
                bar.addAction(self.actions_by_name[name])
        for button in bar.findChildren(QToolButton):
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if not button.accessibleName():
                button.setAccessibleName(button.text())
        self.addToolBar(bar)
        self.toolbar = bar
        self.refresh_theme()

    def _connect(self) -> None:
        plain = {
            "add_person": self.doors.add_person,
            "open_photos": self.doors.choose_photos,
            "open_folder": self.doors.choose_folder,
            "settings": self.doors.settings,
            "quit": self.close,
            "open_clip": self.doors.choose_clip,
            "open_stream": self.doors.choose_stream,
            "start": self.start,
            "stop": self._session.stop,
            "replay": self._session.replay,
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
        self.people.add_requested.connect(self.doors.add_person)
        self.view.face_chosen.connect(self._face_chosen)
        self._session.state_changed.connect(self._take_state)
        self._session.source_changed.connect(self._take_source)
        self._context.settings_changed.connect(self._take_settings)
        self._context.gallery_changed.connect(self._take_gallery)

    def _freeze(self, checked: bool) -> None:  # noqa: FBT001 - Qt's signal
        if checked:
            self._session.freeze()
        else:
            self._session.resume()

    def _full_screen(self, checked: bool) -> None:  # noqa: FBT001 - Qt's signal
        if checked:
            self.showFullScreen()
        else:
            self.showNormal()

    @Slot(object)
    def _face_chosen(self, track: TrackView) -> None:
        self.doors.add_face(track, spec=self._session.spec)

    @Slot()
    def _take_source(self) -> None:
        spec = self._session.spec
        if spec is not None and str(spec) != self._context.settings.source:
            # Only what did show something is opened by itself at the next start.
            self._context.change_settings(source=str(spec))
        self.sources.mark(spec)
        self.setWindowTitle(
            "Kenspeckle"
            if spec is None
            else self.tr("{source} – Kenspeckle").format(source=self.sources.name_of(spec))
        )

    @Slot(object)
    def _take_state(self, state: LiveState) -> None:
        actions = self.actions_by_name
        spec = self._session.spec
        showing = state is not LiveState.IDLE and self._session.frame is not None
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

    def _geometry(self) -> QSettings:
        path = self._context.data_dir.root / _GEOMETRY_FILE
        return QSettings(str(path), QSettings.Format.IniFormat)

    def _restore_geometry(self) -> None:
        saved = self._geometry()
        geometry, parts = saved.value("geometry"), saved.value("splitter")
        if not isinstance(geometry, QByteArray) or not self.restoreGeometry(geometry):
            room = self.screen().availableSize()
            self.resize(min(1120, room.width() - 40), min(720, room.height() - 60))
        if not isinstance(parts, QByteArray) or not self.splitter.restoreState(parts):
            self.splitter.setSizes([self.width() - 280, 280])
        hidden = saved.value("people_hidden", self.width() < _NARROW, type=bool)
        self.people.setVisible(not hidden)
        self.actions_by_name["show_people"].setChecked(not hidden)

    def _save_geometry(self) -> None:
        saved = self._geometry()
        saved.setValue("geometry", self.saveGeometry())
        saved.setValue("splitter", self.splitter.saveState())
        saved.setValue("people_hidden", self.people.isHidden())
