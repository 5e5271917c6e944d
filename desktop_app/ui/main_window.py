"""The window: the picture, the people beside it, and what one can do with both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
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
from desktop_app.ui.live.camera_care import CameraCare
from desktop_app.ui.live.face_actions import FaceActions
from desktop_app.ui.live.format_menu import FormatList
from desktop_app.ui.live.grid import LiveGrid
from desktop_app.ui.live.live_actions import LiveActions
from desktop_app.ui.live.live_view import LiveView
from desktop_app.ui.live.plugging import CameraPoll
from desktop_app.ui.live.source_chooser import CameraList
from desktop_app.ui.live.source_memory import SourceMemory
from desktop_app.ui.live.source_menus import SourceMenus
from desktop_app.ui.live.source_opener import SourceOpener
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
    from desktop_app.services.people import GalleryChange

# Below this width the toolbar shows icons only, and the people stay hidden at first.
_NARROW = 820


class MainWindow(QMainWindow):
    """Shows what the session and the context hold; owns no thread.

    Attributes:
        closing: the window is being closed; everything is to be shut down.

    """

    closing = Signal()

    def __init__(
        self,
        context: AppContext,
        session: LiveSession,
        *,
        cameras: CameraList,
        formats: FormatList,
        plugged: CameraPoll,
    ) -> None:
        """Build the window.

        Args:
            context: shared services.
            session: what is shown live.
            cameras: finds the cameras.
            formats: tells which sizes and rates one offers.
            plugged: says which cameras came or went since it was last asked.

        """
        super().__init__()
        self._context = context
        self.setWindowTitle("Kenspeckle")
        self.setAcceptDrops(True)
        self.unlock_card = UnlockCard()
        self.trouble_bar = MessageBar()
        self.notice_bar = MessageBar(dismissable=True)
        self.faces = FaceActions(context, self, self.notice_bar)
        self.actions_by_name = make_actions(self)
        self.steps = UndoActions(
            context,
            self,
            self.notice_bar,
            undo=self.actions_by_name["undo"],
            redo=self.actions_by_name["redo"],
            speaks_for_all=True,
        )
        menus = fill_menu_bar(self.menuBar(), self.actions_by_name)
        self.menus = SourceMenus(
            self.actions_by_name,
            menus["source"],
            context=context,
            cameras=cameras,
            window=self,
        )
        self.people = PeoplePanel(context)
        self._make_pages(session)
        self.toolbar = MainToolBar(self.actions_by_name, self.menus.toolbar)
        self.source_button = self.toolbar.source_button
        self.addToolBar(self.toolbar)
        self.refresh_theme()
        self.numbers = StatusNumbers(
            self.statusBar(),
            shown=lambda: self.grid.frames_painted,
            recognised=lambda: session.processed,
            faces=lambda: self.grid.faces_marked,
        )
        self.statusBar().setSizeGripEnabled(False)
        LiveActions(self.actions_by_name, self.grid, choose_source=self.source_button.showMenu)
        self.memory = SourceMemory(self.grid, context)
        self.opener = SourceOpener(self.grid, self.notice_bar)
        self.camera_care = CameraCare(
            context,
            self.grid,
            self.menus,
            formats=formats,
            plugged=plugged,
            bar=self.notice_bar,
            opener=self.opener,
        )
        self.doors = Doors(
            context,
            self,
            session=session,
            cameras=cameras,
            chosen=lambda: self.grid.chosen,
            opener=self.opener,
            enrolled=self.faces.enrolled,
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
        self._take_live()
        self.menus.look_for_cameras()

    @property
    def view(self) -> LiveView:
        """The picture of the first source."""
        return self.grid.tiles[0].view

    @property
    def source_bar(self) -> MessageBar:
        """What is wrong with the first source."""
        return self.grid.tiles[0].bar

    @Slot(object)
    def open_source(self, spec: SourceSpec) -> None:
        """Show a source; what is shown now stays until the new one works."""
        self.opener.open(spec)

    def refresh_theme(self) -> None:
        """Draw what is not drawn from the palette in the colours of the theme."""
        refresh_icons(self.actions_by_name)
        self.source_button.setIcon(icon("camera"))
        self.menus.refresh_icons()

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

    def _make_pages(self, session: LiveSession) -> None:
        camera = self.actions_by_name["add_from_camera"]
        names = ("open_clip", "open_photos", "add_person")
        self.welcome = WelcomePage(
            [self.menus.choose, *(self.actions_by_name[name] for name in names)], first=camera
        )
        messages = QVBoxLayout()
        self.grid = LiveGrid(
            session,
            context=self._context,
            name_of=self.menus.name_of,
            # Later: the menu must not open inside the click that hides its button.
            choose_source=lambda: QTimer.singleShot(0, self, self.source_button.showMenu),
            messages=messages,
        )
        self.pages = QStackedWidget()
        self.pages.addWidget(self.welcome)
        self.pages.addWidget(self.grid)
        centre = QWidget()
        column = QVBoxLayout(centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.unlock_card)
        column.addWidget(self.trouble_bar)
        column.addLayout(messages)
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
            "add_clip": self.doors.choose_another_clip,
            "add_stream": self.doors.choose_another_stream,
            "shortcuts": self.doors.shortcuts,
            "about": self.doors.about,
        }
        for name, act in plain.items():
            self.actions_by_name[name].triggered.connect(lambda _checked=False, act=act: act())
        # Triggered, not toggled: what the program sets is not what the user asked for.
        for name, toggle in {
            "show_people": self._show_people,
            "mirror": lambda checked: self._context.change_settings(mirror=checked),
            "full_screen": self._full_screen,
        }.items():
            self.actions_by_name[name].triggered.connect(toggle)
        self.menus.toolbar.chosen.connect(self.opener.open)
        self.menus.cameras.chosen.connect(self.opener.open)
        self.menus.more.chosen.connect(self.opener.add)
        self.people.add_requested.connect(self.doors.add_person)
        self.people.camera_requested.connect(self.doors.add_from_camera)
        self.grid.face_chosen.connect(self.faces.click)
        self.grid.menu_wanted.connect(self.faces.offer)
        self.grid.changed.connect(self._take_live)
        self.menus.names_changed.connect(self.grid.say_names)
        self._context.settings_changed.connect(self._take_settings)
        self._context.gallery_changed.connect(self._take_gallery)
        self._context.people_forgotten.connect(self.numbers.forget_people)
        # It may name somebody.
        self._context.people_forgotten.connect(self.notice_bar.clear)

    def _list_ending_consents(self) -> None:
        self.people.show()
        self.actions_by_name["show_people"].setChecked(True)
        self.people.list_ending_consents()

    def _show_people(self, checked: bool) -> None:  # noqa: FBT001 - Qt's signal
        self.people.setVisible(checked)

    def _full_screen(self, checked: bool) -> None:  # noqa: FBT001 - Qt's signal
        if checked:
            self.showFullScreen()
        else:
            self.showNormal()

    @Slot()
    def _take_live(self) -> None:
        tiles, chosen = self.grid.tiles, self.grid.chosen
        self.menus.mark(chosen.feed.spec)
        self.menus.offer_more(why_not=self.opener.why_no_more)
        title = "Kenspeckle"
        if chosen.feed.spec is not None:
            title = self.tr("{source} – Kenspeckle").format(source=chosen.name)
        self.setWindowTitle(title)
        is_showing = any(tile.is_showing for tile in tiles)
        shows_grid = is_showing or self.grid.has_several
        self.pages.setCurrentWidget(self.grid if shows_grid else self.welcome)
        if any(tile.feed.state is LiveState.PLAYING for tile in tiles):
            self.numbers.start()
        else:
            self.numbers.stop(showing=is_showing)

    @Slot()
    def _take_settings(self) -> None:
        self.actions_by_name["mirror"].setChecked(self._context.settings.mirror)

    @Slot(object)
    def _take_gallery(self, change: GalleryChange) -> None:
        self.numbers.show_people(len(change.people))
        self.welcome.show_people(len(change.people))
