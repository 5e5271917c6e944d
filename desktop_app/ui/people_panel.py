"""Who is enrolled: look for them, rename them, see their pictures, remove them."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QImage, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.recognition.people import Person
from desktop_app.services.people import GalleryChange
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.imaging import thumbnail
from desktop_app.ui.line_delegate import LineDelegate
from desktop_app.ui.lookalikes import LookalikeWatch
from desktop_app.ui.menu_key import MenuKey
from desktop_app.ui.people_model import PERSON_ROLE, PeopleModel
from desktop_app.ui.person_removal import ask_to_remove
from desktop_app.ui.samples_dialog import SamplesDialog
from desktop_app.ui.search_field import SearchField
from desktop_app.ui.uniform_list import UniformList
from desktop_app.ui.words import isolated


class PeoplePanel(QWidget):
    """The people of the gallery; keeps itself up to date.

    Attributes:
        add_requested: somebody wants to add a person.
        camera_requested: the same, by the camera.

    """

    add_requested = Signal()
    camera_requested = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._model = PeopleModel(self)
        self._model.covers_wanted.connect(self._load_covers)
        self._model.rename_wanted.connect(self._rename)

        self._make_actions()
        self.search = SearchField(self.tr("Search people"))
        self.search.textChanged.connect(self._look_for)

        self.view = self._make_view()
        self._nobody_found = _page_text()
        self._pages = QStackedWidget()
        self._loading = _page_text(self.tr("Getting ready…"))
        self._empty = self._make_empty_page()
        for page in (self._loading, self._empty, self.view, self._nobody_found):
            self._pages.addWidget(page)

        self._bar = self._make_bar()
        layout = QVBoxLayout(self)
        layout.addWidget(self.search)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._bar)

        self._alike = LookalikeWatch(context, self)
        self._alike.changed.connect(lambda: self._model.set_alike(self._alike.alike))
        context.engine_ready.connect(self._model.forget_covers)
        context.gallery_changed.connect(self._take)
        context.engine_failed.connect(self._say_why_nothing_comes)
        if context.last_change is not None:
            self._take(context.last_change)
        self._show_right_page()

    @Slot()
    def _say_why_nothing_comes(self) -> None:
        self._loading.setText(self.tr("People are shown here once that is put right."))

    @property
    def selected(self) -> Person | None:
        """Who is selected."""
        rows = self.view.selectionModel().selectedIndexes()
        return rows[0].data(PERSON_ROLE) if rows else None

    def select(self, identity_id: int) -> None:
        """Select a person, and scroll to them."""
        index = self._model.row_of(identity_id)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def _make_actions(self) -> None:
        self.rename_action = QAction(self.tr("Rename"), self)
        self.rename_action.setShortcut(QKeySequence(Qt.Key.Key_F2))
        self.rename_action.triggered.connect(self._edit_name)
        self.samples_action = QAction(self.tr("Show pictures"), self)
        self.samples_action.triggered.connect(self._show_samples)
        self.remove_action = QAction(self.tr("Remove…"), self)
        self.remove_action.setShortcut(QKeySequence(QKeySequence.StandardKey.Delete))
        self.remove_action.triggered.connect(self._confirm_removal)
        self._person_actions = (self.samples_action, self.rename_action, self.remove_action)
        for action in self._person_actions:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setEnabled(False)

    def _make_view(self) -> UniformList:
        view = UniformList()
        view.setModel(self._model)
        view.setItemDelegate(LineDelegate(view))
        view.setAccessibleName(self.tr("People"))
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setTabKeyNavigation(False)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        view.activated.connect(self._show_samples)
        view.addActions(self._person_actions)
        MenuKey(view)
        view.selectionModel().selectionChanged.connect(self._selection_changed)
        return view

    def _make_empty_page(self) -> QWidget:
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.addStretch()
        title = QLabel(self.tr("Nobody is enrolled yet"))
        font = title.font()
        font.setBold(True)
        title.setFont(font)
        hint = QLabel(
            self.tr(
                "Add the people whose names you want to see. One clear picture is enough to "
                "begin; three in different light are better."
            )
        )
        camera = QPushButton(self.tr("Add with the &camera…"))
        camera.clicked.connect(self.camera_requested)
        button = QPushButton(self.tr("&Add from photos…"))
        button.clicked.connect(self.add_requested)
        for label in (title, hint):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            layout.addWidget(label)
        for either in (camera, button):
            layout.addWidget(either, 0, Qt.AlignmentFlag.AlignCenter)
        layout.addStretch()
        self.empty_camera_button, self.empty_add_button = camera, button
        return page

    def _make_bar(self) -> QWidget:
        bar = QWidget()
        layout = QHBoxLayout(bar)
        layout.setContentsMargins(0, 0, 0, 0)
        self.add_button = QPushButton(self.tr("&Add person…"))
        self.add_button.clicked.connect(self.add_requested)
        layout.addWidget(self.add_button, 1)
        self.more_button = QToolButton()
        self.more_button.setText(self.tr("Change"))
        self.more_button.setAccessibleName(self.tr("Change the selected person"))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(self.more_button)
        menu.addActions(self._person_actions)
        self.more_button.setMenu(menu)
        self.more_button.setEnabled(False)
        layout.addWidget(self.more_button)
        return bar

    def _take(self, change: GalleryChange) -> None:
        selected = self.selected
        self._model.set_people(change.people)
        if change.identity is not None:
            self.select(change.identity.id)
        elif selected is not None:
            self.select(selected.identity.id)
        self._selection_changed()
        self._show_right_page()

    def _look_for(self, text: str) -> None:
        selected = self.selected
        self._model.look_for(text)
        if selected is not None:
            self.select(selected.identity.id)
        self._nobody_found.setText(
            self.tr("Nobody’s name contains “{text}”.").format(text=isolated(text.strip()))
        )
        self._selection_changed()
        self._show_right_page()

    def _show_right_page(self) -> None:
        page: QWidget = self.view
        if self._context.last_change is None:
            page = self._loading
        elif not self._model.people:
            page = self._empty
        elif not self._model.rowCount():
            page = self._nobody_found
        self._pages.setCurrentWidget(page)
        self._bar.setVisible(page in (self.view, self._nobody_found))
        self.search.setEnabled(bool(self._model.people))

    def _selection_changed(self) -> None:
        anyone = self.selected is not None
        self.more_button.setEnabled(anyone)
        for action in self._person_actions:
            action.setEnabled(anyone)

    def _show_menu(self, position: QPoint) -> None:
        if self.view.indexAt(position).isValid():
            self.more_button.menu().popup(self.view.viewport().mapToGlobal(position))

    def _edit_name(self) -> None:
        index: QModelIndex = self.view.currentIndex()
        if index.isValid():
            self.view.edit(index)

    def _rename(self, identity_id: int, name: str) -> None:
        self._context.rename(identity_id, name, failure=self._show_error)

    def _show_samples(self) -> None:
        person = self.selected
        if person is not None:
            dialog = SamplesDialog(self._context, person.identity, self)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.open()

    def _confirm_removal(self) -> None:
        person = self.selected
        if person is not None:
            ask_to_remove(
                person,
                self,
                remove=lambda: self._context.remove(person.identity.id, failure=self._show_error),
            )

    def _load_covers(self, sample_ids: list[int]) -> None:
        service = self._context.people
        if service is None:
            self._model.take_covers({})
            return
        line = self.fontMetrics().lineSpacing()
        # Enough for a screen of twice the usual density.
        size = QSize(line * 5, line * 5)

        def work() -> dict[int, QImage]:
            pictures = service.pictures(sample_ids)
            return {key: thumbnail(pixels, size) for key, pixels in pictures.items()}

        def fail(error: Exception) -> None:
            self._model.take_covers({})
            self._show_error(error)

        self._context.database.run(
            work,
            success=while_alive(self, self._model.take_covers),
            failure=while_alive(self, fail),
        )

    def _show_error(self, error: Exception) -> None:
        show_error(self, error)


def _page_text(text: str = "") -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
