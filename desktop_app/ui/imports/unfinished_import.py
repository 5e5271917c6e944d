"""Offers to go on with an import that was cut short."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.message_bar import MessageBar

if TYPE_CHECKING:
    from desktop_app.recognition.staging import UnfinishedImport


class UnfinishedImportOffer(QObject):
    """Looks once whenever a gallery is opened."""

    def __init__(
        self,
        context: AppContext,
        bar: MessageBar,
        *,
        go_on: Callable[[UnfinishedImport], object],
        parent: QObject,
    ) -> None:
        """Args: bar: says it. go_on: shows the window that imports."""
        super().__init__(parent)
        self._context = context
        self._bar = bar
        self._go_on = go_on
        context.engine_ready.connect(self._look)

    @Slot()
    def _look(self) -> None:
        people = self._context.people
        assert people is not None

        def find() -> list[UnfinishedImport]:
            from desktop_app.services.imports.unfinished import UnfinishedImports

            return UnfinishedImports(people.file).find()

        self._context.database.run(find, success=while_alive(self, self._offer))

    def _offer(self, found: list[UnfinishedImport]) -> None:
        if not found:
            return
        from desktop_app.ui.imports.import_words import unfinished_words

        first = found[0]
        self._bar.tell(
            unfinished_words(examined=first.examined, total=first.total),
            (self.tr("&Go on…"), lambda: self._take(first)),
            (self.tr("&Discard"), lambda: self._discard(first)),
        )

    def _take(self, unfinished: UnfinishedImport) -> None:
        self._bar.clear()
        self._go_on(unfinished)

    def _discard(self, unfinished: UnfinishedImport) -> None:
        from desktop_app.ui.imports.import_dialog import discard_unfinished

        self._bar.clear()
        discard_unfinished(self._context, unfinished)
