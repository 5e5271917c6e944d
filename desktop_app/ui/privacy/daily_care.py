"""What has to be looked after at the start and once a day: the bin, and consents that end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_app.errors import GalleryLocked, NoSuchPerson
from desktop_app.recognition.people import Person
from desktop_app.recognition.types import Identity
from desktop_app.services.people import GalleryChange, PeopleService
from desktop_app.services.privacy.consent import ended, ending, local_day
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.message_bar import Choice, MessageBar
from desktop_app.ui.privacy.consent_words import ended_text, ending_text

# How often to look whether another day has begun; a computer may have slept meanwhile.
_LOOK_MS = 10 * 60 * 1000
# When to look again where the gallery was busy, or somebody was removed elsewhere just then.
_AGAIN_MS = 60 * 1000


class _Duty:
    """What is to be done once a day, and is begun again until it could be."""

    def __init__(self) -> None:
        self.done: date | None = None
        self._is_under_way = False
        self._told: date | None = None

    def begin(self, today: date) -> bool:
        """Whether it is to be done now."""
        if self._is_under_way or today == self.done:
            return False
        self._is_under_way = True
        return True

    def succeed(self, today: date) -> None:
        """Take that it was done."""
        self._is_under_way, self.done = False, today

    def fail(self, today: date) -> bool:
        """Take that it could not be done; whether that is still to be said on this day."""
        self._is_under_way = False
        is_news, self._told = today != self._told, today
        return is_news


class DailyCare(QObject):
    """Empties the bin of what has waited long enough, and minds whose consent has ended.

    Whoever agreed until a day that is over goes into the bin by themselves; what is said of it
    offers to undo that.
    """

    def __init__(
        self,
        context: AppContext,
        bar: MessageBar,
        *,
        open_consent: Callable[[Identity], object],
        list_ending: Callable[[], object],
        today: Callable[[], date] = local_day,
    ) -> None:
        """Prepare.

        Args:
            context: shared services.
            bar: says what was done, and what soon will be.
            open_consent: shows the consent of a person, to be renewed.
            list_ending: lists those whose consent ends soon.
            today: which day it is.

        """
        super().__init__(bar)
        self._context = context
        self._bar = bar
        self._open_consent = open_consent
        self._list_ending = list_ending
        self._today = today
        self._bin, self._consents = _Duty(), _Duty()
        timer = QTimer(self, interval=_LOOK_MS)
        timer.timeout.connect(self.look)
        timer.start()
        context.gallery_changed.connect(self._begin)

    @Slot()
    def look(self) -> None:
        """Do what is due, once a day; what could not be done is tried again."""
        today, change = self._today(), self._context.last_change
        people = self._context.people
        if people is None or change is None:
            return
        if self._bin.begin(today):
            self._thin_bin(people, today)
        if self._consents.begin(today):
            self._mind_consents(change, today)

    def _thin_bin(self, people: PeopleService, today: date) -> None:
        days = self._context.settings.bin_days
        if not days:
            self._bin.succeed(today)
            return
        self._context.database.run(
            lambda: _empty_bin(people, days=days),
            success=while_alive(self, lambda _nothing: self._bin.succeed(today)),
            failure=while_alive(self, lambda error: self._failed(self._bin, today, error)),
        )

    def _mind_consents(self, change: GalleryChange, today: date) -> None:
        soon = ending(change.people, today)
        if not ended(change.people, today):
            self._consents.succeed(today)
            self._say((), soon)
            return
        over: list[Person] = []

        def work(people: PeopleService) -> GalleryChange:
            # As it is by now: who was removed elsewhere must not keep the others.
            over.extend(ended(people.people(), today))
            return people.remove(*(one.identity.id for one in over)) if over else people.reread()

        def then(_change: GalleryChange) -> None:
            self._consents.succeed(today)
            self._say(over, soon)

        self._context.change_people(
            work,
            success=while_alive(self, then),
            failure=while_alive(self, lambda error: self._failed(self._consents, today, error)),
        )

    def _failed(self, duty: _Duty, today: date, error: Exception) -> None:
        is_news = duty.fail(today)
        QTimer.singleShot(_AGAIN_MS, self, self.look)
        if is_news and not isinstance(error, GalleryLocked | NoSuchPerson):
            self._context.failed.emit(error)

    @Slot()
    def _begin(self) -> None:
        # The first change is that the gallery is open. Later: everybody is to hear of that first.
        if self._consents.done is None and self._context.last_change is not None:
            QTimer.singleShot(0, self, self.look)

    def _say(self, over: Sequence[Person], soon: Sequence[Person]) -> None:
        sentences = []
        choices: list[Choice] = []
        if over:
            sentences.append(ended_text(over))
            choices += self._choices_after(over)
        if soon:
            sentences.append(ending_text(soon, self._today()))
        if soon and not over:
            # Beside the others it would not be clear whom it is about; the list bears a sign.
            choices.append(self._choice_before(soon))
        if sentences:
            self._bar.warn(" ".join(sentences), *choices)

    def _choices_after(self, people: Sequence[Person]) -> list[Choice]:
        ids = [person.identity.id for person in people]
        choices: list[Choice] = [(self.tr("&Undo"), lambda: self._put_back(ids, renew=None))]
        if len(people) == 1:
            who = people[0].identity
            choices.append((self.tr("&Keep…"), lambda: self._put_back(ids, renew=who)))
        return choices

    def _choice_before(self, people: Sequence[Person]) -> Choice:
        if len(people) == 1:
            who = people[0].identity
            return self.tr("&Consent…"), lambda: self._renew(who)
        return self.tr("&Show them"), self._show_them

    def _put_back(self, ids: list[int], *, renew: Identity | None) -> None:
        """Take people out of the bin again; whoever is to be kept needs another end."""
        # At once: a second click must not ask for the same again.
        self._bar.clear()
        wanted = set(ids)

        def work(people: PeopleService) -> GalleryChange:
            things = [
                thing
                for thing in people.bin()
                if thing.sample_id is None and thing.identity.id in wanted
            ]
            return people.put_back(things) if things else people.reread()

        def then(_change: GalleryChange) -> None:
            if renew is not None:
                self._open_consent(renew)

        self._context.change_people(work, success=while_alive(self, then))

    def _renew(self, who: Identity) -> None:
        self._bar.clear()
        self._open_consent(who)

    def _show_them(self) -> None:
        self._bar.clear()
        self._list_ending()


def _empty_bin(people: PeopleService, *, days: int) -> None:
    before = datetime.now(UTC) - timedelta(days=days)
    # Not without need: each write has every process read the people again.
    if people.has_binned(before=before):
        people.empty_bin(before=before)
