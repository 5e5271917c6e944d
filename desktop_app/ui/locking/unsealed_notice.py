"""Says, until somebody sends it away, that the faces in the gallery are not sealed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot

from desktop_app.ui.context import AppContext
from desktop_app.ui.message_bar import MessageBar


class UnsealedNotice(QObject):
    """Looks whenever a gallery is opened, and waits until the bar says nothing else."""

    def __init__(
        self,
        context: AppContext,
        bar: MessageBar,
        *,
        seal: Callable[[], object],
        parent: QObject,
    ) -> None:
        """Args: bar: says it. seal: shows where that is done."""
        super().__init__(parent)
        self._context = context
        self._bar = bar
        self._seal = seal
        self._waits = False
        self._text = self.tr(
            "The faces in the gallery are not sealed: whoever gets its file can see them."
        )
        context.engine_ready.connect(self._look)
        context.protection_changed.connect(self._take)
        bar.dismissed.connect(self._sent_away)
        # Later: who clears it may have the next thing to say.
        bar.cleared.connect(self._look_again, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def _look(self) -> None:
        people = self._context.people
        if people is None or self._context.settings.told_unsealed:
            return
        # Until somebody is enrolled there is nothing to seal.
        if people.gallery.identities and not people.file.vault.is_sealed:
            self._waits = bool(self._bar.text)
            if not self._waits:
                self._bar.tell(self._text, (self.tr("&Seal them…"), self._seal))

    @Slot()
    def _look_again(self) -> None:
        if self._waits:
            self._waits = False
            self._look()

    @Slot(object)
    def _take(self, is_sealed: bool) -> None:  # noqa: FBT001 - a signal's
        if is_sealed and self._bar.text == self._text:
            self._bar.clear()

    @Slot(str)
    def _sent_away(self, text: str) -> None:
        if text == self._text:
            self._context.change_settings(told_unsealed=True)
