"""Who is enrolled: look for them, open them, correct what is kept of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import (
    QEvent,
    QPoint,
    Qt,
    Signal,
    Slot,
)
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
from desktop_app.recognition.types import Identity
from desktop_app.services.people import GalleryChange
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.error_dialog import show_error
from desktop_app.ui.line_delegate import LineDelegate
from desktop_app.ui.menu_key import MenuKey
from desktop_app.ui.neighbours import still_chosen
from desktop_app.ui.people.cover_loader import CoverLoader
from desktop_app.ui.people.lookalikes import LookalikeWatch
from desktop_app.ui.people.nobody_page import NobodyPage
from desktop_app.ui.people.people_actions import PeopleActions
from desktop_app.ui.people.people_model import PERSON_ROLE, PeopleModel
from desktop_app.ui.people.people_order import Choice, Kind, Order, OrderButton
from desktop_app.ui.people.uniform_list import UniformList
from desktop_app.ui.search_field import SearchField
from desktop_app.ui.words import isolated

# Whoever was seen longer ago than this is listed as never seen lately.
_LATELY = timedelta(days=366)


class PeoplePanel(QWidget):
    """The people of the gallery; keeps itself up to date.

    Attributes:
        add_requested: somebody wants to add a person.
        camera_requested: the same, by the camera.
        actions_of_chosen: what can be done with whoever is chosen.

    """

    add_requested = Signal()
    camera_requested = Signal()

    def __init__(self, context: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._seen: dict[int, datetime] = {}
        self._model = PeopleModel(self)
        self._model.rename_wanted.connect(self._rename)
        CoverLoader(context, self._model, self)
        self._alike = LookalikeWatch(context, self)
        self._alike.changed.connect(lambda: self._model.set_alike(self._alike.alike))
        self.actions_of_chosen = PeopleActions(
            context, self, alike=lambda identity_id: self._alike.alike.get(identity_id, ())
        )
        self.actions_of_chosen.naming_wanted.connect(self._edit_name)

        self.search = SearchField(self.tr("Search people"))
        self.search.textChanged.connect(self._look_for)
        self.order_button = OrderButton()
        self.order_button.chosen.connect(self._arrange)
        self.view = self._make_view()
        self.nobody = NobodyPage()
        self.nobody.camera_wanted.connect(self.camera_requested)
        self.nobody.photos_wanted.connect(self.add_requested)
        self._nobody_found = _page_text()
        self._loading = _page_text(self.tr("Getting ready…"))
        self._pages = QStackedWidget()
        for page in (self._loading, self.nobody, self.view, self._nobody_found):
            self._pages.addWidget(page)
        self._lay_out()

        context.gallery_changed.connect(self._take)
        context.engine_failed.connect(self._say_why_nothing_comes)
        if context.last_change is not None:
            self._take(context.last_change)
        self._show_right_page()

    @property
    def chosen(self) -> tuple[Person, ...]:
        """Who is chosen, in the order of the list."""
        rows = sorted(self.view.selectionModel().selectedIndexes())
        return tuple(index.data(PERSON_ROLE) for index in rows)

    @property
    def selected(self) -> Person | None:
        """The one who is chosen, or the first of several."""
        return next(iter(self.chosen), None)

    def select(self, identity_id: int) -> None:
        """Choose a person and nobody else, and scroll to them."""
        index = self._model.row_of(identity_id)
        if index.isValid():
            self.view.setCurrentIndex(index)
            self.view.scrollTo(index)

    def open_consent(self, identity: Identity) -> None:
        """Show the consent of a person, to be changed."""
        self.actions_of_chosen.open_person(identity, part="consent")

    def list_ending_consents(self) -> None:
        """List only those whose consent ends soon."""
        self.search.clear()
        self.order_button.choose(kind=Kind.CONSENT, group=None)

    def changeEvent(self, event: QEvent) -> None:
        """Draw the icon in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self.order_button.refresh_theme()

    @Slot()
    def _say_why_nothing_comes(self) -> None:
        self._loading.setText(self.tr("People are listed here once the gallery is open."))

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.order_button)
        self._only = QWidget()
        only = QHBoxLayout(self._only)
        only.setContentsMargins(0, 0, 0, 0)
        self.only_text = QLabel()
        self.only_text.setTextFormat(Qt.TextFormat.PlainText)
        self.only_text.setWordWrap(True)
        self.everyone_button = QPushButton(self.tr("List &everyone"))
        self.everyone_button.clicked.connect(
            lambda: self.order_button.choose(kind=Kind.EVERYONE, group=None)
        )
        only.addWidget(self.only_text, 1)
        only.addWidget(self.everyone_button)
        self._only.hide()
        self._bar = self._make_bar()
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self._only)
        layout.addWidget(self._pages, 1)
        layout.addWidget(self._bar)

    def _make_view(self) -> UniformList:
        view = UniformList()
        view.setModel(self._model)
        view.setItemDelegate(LineDelegate(view))
        view.setAccessibleName(self.tr("People"))
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setTabKeyNavigation(False)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        view.activated.connect(self._open)
        view.addActions(self.actions_of_chosen.keys)
        MenuKey(view)
        view.selectionModel().selectionChanged.connect(self._selection_changed)
        return view

    def _make_bar(self) -> QWidget:
        bar = QWidget()
        layout = QHBoxLayout(bar)
        layout.setContentsMargins(0, 0, 0, 0)
        self.add_button = QPushButton(self.tr("&Add person…"))
        self.add_button.clicked.connect(self.add_requested)
        layout.addWidget(self.add_button, 1)
        self.more_button = QToolButton()
        self.more_button.setText(self.tr("Change"))
        self.more_button.setAccessibleName(self.tr("Change the selected people"))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(self.more_button)
        menu.aboutToShow.connect(lambda: self.actions_of_chosen.fill(menu))
        self.more_button.setMenu(menu)
        layout.addWidget(self.more_button)
        return bar

    def _take(self, change: GalleryChange) -> None:
        chosen, before = self._chosen_ids(), self._model.shown_ids
        self._model.set_people(change.people)
        self.order_button.set_people(change.people)
        if change.identity is not None:
            self.select(change.identity.id)
        else:
            after = self._model.shown_ids
            self._choose_again(still_chosen(chosen, before=before, after=after))
        self._say_only()
        self._selection_changed()
        self._show_right_page()

    def _look_for(self, text: str) -> None:
        chosen = self._chosen_ids()
        self._model.look_for(text)
        self._after_arranging(chosen)

    def _arrange(self, choice: Choice) -> None:
        if choice.order is Order.SEEN:
            self._look_who_was_seen(choice)
        else:
            self._list(choice)

    def _look_who_was_seen(self, choice: Choice) -> None:
        from desktop_app.services.history.log import History

        service = self._context.people
        if service is None:
            return

        def show(seen: dict[int, datetime]) -> None:
            self._seen = seen
            # Unless another order was chosen meanwhile.
            if self.order_button.choice == choice:
                self._list(choice)

        self._context.database.run(
            lambda: History(service.file).last_seen(datetime.now(UTC) - _LATELY),
            success=while_alive(self, show),
            failure=while_alive(self, self._show_error),
        )

    def _list(self, choice: Choice) -> None:
        chosen = self._chosen_ids()
        self._model.arrange(by=choice.sort_key(self._seen), only=choice.condition)
        self._after_arranging(chosen)

    def _after_arranging(self, chosen: Iterable[int]) -> None:
        self._choose_again(chosen)
        self._say_only()
        self._selection_changed()
        self._show_right_page()

    def _chosen_ids(self) -> list[int]:
        return [person.identity.id for person in self.chosen]

    def _choose_again(self, identity_ids: Iterable[int]) -> None:
        """Choose those people who were chosen before the list changed."""
        rows = [self._model.row_of(identity_id) for identity_id in identity_ids]
        self.view.choose([index for index in rows if index.isValid()])

    def _say_only(self) -> None:
        words = self.order_button.words(self._model.rowCount())
        self._only.setVisible(bool(words))
        self.only_text.setText(words)

    def _show_right_page(self) -> None:
        page: QWidget = self.view
        if self._context.last_change is None:
            page = self._loading
        elif not self._model.people:
            page = self.nobody
        elif not self._model.rowCount():
            page = self._nobody_found
            self._nobody_found.setText(self._why_nobody())
        self._pages.setCurrentWidget(page)
        self._bar.setVisible(page in (self.view, self._nobody_found))
        self.search.setEnabled(bool(self._model.people))
        self.order_button.setEnabled(bool(self._model.people))

    def _why_nobody(self) -> str:
        sought = isolated(self.search.text().strip())
        if not sought:
            return self.order_button.why_nobody
        if self._only.isHidden():
            return self.tr("No name, group or note contains “{text}”.").format(text=sought)
        return self.tr(
            "Nobody among these has a name, group or note that contains “{text}”."
        ).format(text=sought)

    def _selection_changed(self) -> None:
        self.actions_of_chosen.choose(self.chosen)
        self.more_button.setEnabled(bool(self.chosen))

    def _show_menu(self, position: QPoint) -> None:
        if self.view.indexAt(position).isValid():
            self.more_button.menu().popup(self.view.viewport().mapToGlobal(position))

    def _open(self) -> None:
        self.actions_of_chosen.open.trigger()

    def _edit_name(self) -> None:
        person = self.selected
        if person is not None:
            index = self._model.row_of(person.identity.id)
            self.view.setCurrentIndex(index)
            self.view.edit(index)

    def _rename(self, identity_id: int, name: str) -> None:
        self._context.rename(identity_id, name, failure=self._show_error)

    def _show_error(self, error: Exception) -> None:
        show_error(self, error)


def _page_text(text: str = "") -> QLabel:
    label = QLabel(text)
    label.setWordWrap(True)
    label.setAlignment(Qt.AlignmentFlag.AlignCenter)
    label.setTextFormat(Qt.TextFormat.PlainText)
    return label
