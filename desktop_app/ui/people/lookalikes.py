"""Which enrolled people look so alike that they are hard to tell apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, QObject, QTimer, Signal, Slot

from desktop_app.recognition.decision import DecisionPolicy
from desktop_app.recognition.gallery import Gallery
from desktop_app.recognition.review import Lookalikes, find_lookalikes
from desktop_app.services.people import GalleryChange, PeopleService
from desktop_app.ui.alive import while_alive
from desktop_app.ui.context import AppContext
from desktop_app.ui.words import isolated, names_in_a_sentence

# Milliseconds after a change; several in a row are looked at together.
_SOON = 300


@dataclass(frozen=True, eq=False, slots=True)
class _Search:
    """Who looks alike in a snapshot, by a policy."""

    gallery: Gallery
    policy: DecisionPolicy
    pairs: tuple[Lookalikes, ...]

    def holds_for(self, gallery: Gallery, policy: DecisionPolicy) -> bool:
        """Whether only names or negatives differ, which change no likeness."""
        return (
            policy is self.policy
            and np.array_equal(gallery.identity_ids, self.gallery.identity_ids)
            and np.array_equal(gallery.matrix, self.gallery.matrix)
        )


class LookalikeWatch(QObject):
    """Knows who looks like whom; looks again, beside the window, when that may have changed.

    Attributes:
        changed: :attr:`alike` is new.
        alike: by identity id, the identity ids of those who look like that person, most alike
            first.

    """

    changed = Signal()

    def __init__(self, context: AppContext, parent: QObject) -> None:
        super().__init__(parent)
        self.alike: dict[int, tuple[int, ...]] = {}
        self._context = context
        self._last: _Search | None = None
        self._is_looking = False
        self._is_stale = False
        # It takes all processors for a while; who came to see the people sees them first.
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._look)
        context.gallery_changed.connect(self._look_soon)
        context.policy_changed.connect(self._look_soon)
        self._look_soon()

    @Slot()
    def _look_soon(self) -> None:
        self._soon.start()

    @Slot()
    def _look(self) -> None:
        people, policy = self._context.people, self._context.policy
        if people is None:
            # Locked: nothing is kept of who looks like whom.
            self._last, self.alike = None, {}
        if people is None or policy is None:
            return
        # One at a time, however many changes come meanwhile.
        self._is_stale = self._is_looking
        if self._is_looking:
            return
        self._is_looking = True
        last = self._last
        self._context.general.run(
            lambda: _search(people, policy, last),
            success=while_alive(self, self._take),
            failure=while_alive(self, self._fail),
        )

    def _take(self, found: _Search | None) -> None:
        self._is_looking = False
        if self._context.people is None:
            return
        if self._is_stale:
            self._look()
            return
        if found is None:
            return
        self._last = found
        alike: dict[int, list[int]] = {}
        for pair in found.pairs:
            alike.setdefault(pair.first.id, []).append(pair.second.id)
            alike.setdefault(pair.second.id, []).append(pair.first.id)
        self.alike = {who: tuple(others) for who, others in alike.items()}
        self.changed.emit()

    def _fail(self, error: Exception) -> None:
        self._is_looking = False
        self._context.failed.emit(error)


def _search(people: PeopleService, policy: DecisionPolicy, last: _Search | None) -> _Search | None:
    """Look who looks alike; None where that is as it was the last time."""
    gallery = people.gallery
    if last is not None and last.holds_for(gallery, policy):
        return None
    return _Search(gallery, policy, people.lookalikes(policy))


def look_for_lookalikes(
    context: AppContext,
    change: GalleryChange,
    *,
    before: Gallery,
    tell: Callable[[str], object],
) -> None:
    """Find whom somebody looks like since pictures of them were enrolled.

    Args:
        context: shared services.
        change: what the enrolment made.
        before: the gallery that it changed; who looked alike already is not said again.
        tell: gets a sentence on it; is not called where there is nobody.

    """
    people, policy, identity = context.people, context.policy, change.identity
    if people is None or policy is None or identity is None:
        return

    def work() -> list[str]:
        pairs = people.lookalikes(policy, identity_id=identity.id)
        above = policy.lookalike_from(before.size)
        earlier = (
            () if above is None else find_lookalikes(before, above=above, identity_id=identity.id)
        )
        known = {pair.second.id for pair in earlier}
        return [pair.second.name for pair in pairs if pair.second.id not in known]

    def say(others: list[str]) -> None:
        if others:
            tell(_sentence(identity.name, others))

    context.general.run(work, success=say)


def _sentence(name: str, others: Sequence[str]) -> str:
    translate = QCoreApplication.translate
    if len(others) == 1:
        text = translate(
            "Lookalikes",
            "{name} and {others} look much alike. Both will be named only when the difference is "
            "clear. More pictures of each help. If they are one person enrolled twice, merge the "
            "two.",
        )
    else:
        text = translate(
            "Lookalikes",
            "{name} looks much like {others}. Each of them will be named only when the difference "
            "is clear. More pictures of each help. If two of them are one person enrolled twice, "
            "merge the two.",
        )
    return text.format(name=isolated(name), others=names_in_a_sentence(others))
