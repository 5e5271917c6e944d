"""The line above a picture that says what is the matter with it, and when it is mended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.errors import KnownError
from desktop_app.ui.live.trouble_words import (
    NameOf,
    attempt_text,
    black_text,
    lost_text,
    said_of,
    still_text,
)
from desktop_app.ui.message_bar import Choice, MessageBar
from desktop_app.ui.words import isolated
from desktop_app.workers.feed import Feed, LiveState

# A countdown in seconds is looked at this often, and a lid that was opened noticed.
_TICK_MS = 200
# A camera that finds its exposure shows black pictures at first.
_BLACK_FOR = 1500 // _TICK_MS


@dataclass(frozen=True, slots=True)
class _Message:
    """What is to be said.

    Attributes:
        about: what it is about; as long as that is the same, it is said to a screen reader once.
        text: a sentence or two.
        choices: what can be done about it.
        is_warning: something is wrong.
        aside: what is said beside it and changes from second to second.
        can_wait: it can be sent away.

    """

    about: object
    text: str
    choices: tuple[Choice, ...] = ()
    is_warning: bool = True
    aside: str = ""
    can_wait: bool = False


class TroubleLine(MessageBar):
    """Says what a feed does where the picture alone does not; hidden where all is well.

    Attempts to get a source back change one line, which is told to a screen reader once.

    Attributes:
        unexpected: an exception that is no known trouble kept a source from opening.

    """

    unexpected = Signal(object)

    def __init__(
        self,
        feed: Feed,
        *,
        name_of: NameOf,
        choose_source: Callable[[], object],
        start_again: Callable[[], object],
        parent: QWidget | None = None,
    ) -> None:
        """Listen to a feed.

        Args:
            feed: what is watched.
            name_of: what to call a source.
            choose_source: lets the user choose another source.
            start_again: opens the source that was asked for once more.
            parent: Qt's owner.

        """
        super().__init__(parent, dismissable=True)
        self._about: object = None
        self._feed = feed
        self._name_of = name_of
        self._choose = (self.tr("Choose another source"), choose_source)
        self._again = (self.tr("Try again"), start_again)
        self._failure: _Message | None = None
        # A failure is said until the next source shows; where the one before comes back, longer.
        self._is_going_back = False
        self._black = 0
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        feed.state_changed.connect(self._take_state)
        feed.stillness_changed.connect(self._refresh)
        feed.open_failed.connect(self._take_failure)
        feed.source_changed.connect(self._take_source)
        self.dismissed.connect(self.forget_failure)
        self._let_dismiss(allowed=False)
        self._take_state()

    def explain(self, text: str) -> None:
        """Say why something that was asked for did not come about, until it is sent away."""
        self._fail(_Message(text, text, can_wait=True))

    @Slot()
    def forget_failure(self) -> None:
        """Say no more of what failed: something else is asked for."""
        self._failure = None
        self._refresh()

    def say_names(self) -> None:
        """Say it anew: a source is called otherwise."""
        failure = self._failure
        if failure is not None and isinstance(failure.about, KnownError):
            self._failure = replace(failure, text=said_of(failure.about, self._name_of))
        # What others had it say stays.
        if self._about is not None:
            self._refresh()

    def clear(self) -> None:
        """Say nothing, until there is something new or it is still so a moment later."""
        self._about = None
        super().clear()
        self._let_dismiss(allowed=False)

    @Slot(object)
    def _take_failure(self, error: Exception) -> None:
        if isinstance(error, KnownError):
            text = said_of(error, self._name_of)
            choices = (self._again, self._choose)
            can_wait = self._feed.state is not LiveState.IDLE
            self._fail(_Message(error, text, choices, can_wait=can_wait))
        else:
            self.forget_failure()
            self.unexpected.emit(error)

    def _fail(self, message: _Message) -> None:
        self._failure = message
        self._is_going_back = self._feed.state is LiveState.OPENING
        self._refresh()

    @Slot()
    def _take_source(self) -> None:
        if self._is_going_back:
            self._is_going_back = False
        else:
            self._failure = None
        self._black = 0
        self._refresh()

    @Slot()
    def _take_state(self) -> None:
        if self._feed.state is LiveState.LOST:
            # Whatever failed before is no news beside that.
            self._failure = None
        if self._feed.state is LiveState.IDLE:
            self._timer.stop()
        else:
            self._timer.start()
        self._refresh()

    @Slot()
    def _tick(self) -> None:
        self._black = self._black + 1 if self._feed.is_black else 0
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        message = self._message()
        if message is None:
            self.clear()
            return
        if message.about != self._about:
            self._about = message.about
            (self.warn if message.is_warning else self.tell)(message.text, *message.choices)
            self._let_dismiss(allowed=message.can_wait)
        elif message.text != self.text:
            self.amend(message.text)
        if message.aside and message.aside != self.aside:
            self.put_aside(message.aside)

    def _let_dismiss(self, *, allowed: bool) -> None:
        if self.dismiss_button is not None:
            self.dismiss_button.setVisible(allowed)

    def _message(self) -> _Message | None:
        state = self._feed.state
        if state is LiveState.LOST:
            return self._lost()
        if self._failure is not None:
            return self._failure
        match state:
            case LiveState.OPENING if self._feed.spec is not None:
                text = self.tr("Opening {source}…").format(source=self._name())
                return _Message(state, text, is_warning=False)
            case LiveState.ENDED:
                return self._ended()
            case LiveState.FROZEN:
                return _Message(
                    state,
                    self.tr("The picture is frozen. Faces can still be clicked."),
                    ((self.tr("Go on"), self._feed.resume),),
                    is_warning=False,
                )
            case LiveState.PLAYING:
                return self._odd_picture()
        return None

    def _lost(self) -> _Message | None:
        trouble = self._feed.trouble
        if trouble is None:
            return None
        return _Message(
            LiveState.LOST,
            lost_text(trouble, self._name_of),
            ((self.tr("Try now"), self._feed.retry_now), self._choose),
            aside=attempt_text(self._feed.next_attempt_in),
        )

    def _ended(self) -> _Message:
        replay = (self.tr("Play again"), self._feed.replay)
        trouble = self._feed.trouble
        if trouble is not None:
            return _Message(trouble, said_of(trouble, self._name_of), (replay,))
        text = self.tr("The clip has ended; this is its last frame.")
        return _Message(LiveState.ENDED, text, (replay,), is_warning=False)

    def _odd_picture(self) -> _Message | None:
        if self._feed.is_black and (self._feed.is_still or self._black >= _BLACK_FOR):
            return _Message("black", black_text(self._name()))
        if self._feed.is_still:
            again = (self.tr("Start again"), self._feed.replay)
            return _Message("still", still_text(self._name()), (again, self._choose))
        return None

    def _name(self) -> str:
        spec = self._feed.spec
        return "" if spec is None else isolated(self._name_of(spec))
