"""Turns what is seen live into events: somebody was there from … until …, not each frame."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import NamedTuple

from desktop_app.recognition.events import EventState, Outcome
from desktop_app.recognition.types import Decision, Identified, Identity, Unknown, Unsure
from desktop_app.services.history.open_events import OpenEvent
from desktop_app.services.live import FrameResult, TrackView

# Seconds that the same must be said of a face without a break before it is believed. Faces in a
# poster that the detector sees for three frames are no visitors, and a name that flickers is none.
SETTLES_AFTER = 1.0
# Who comes back may take so long to be known again.
_CLEAR_LATE = timedelta(seconds=10)

_NAMELESS = 0


@dataclass(frozen=True, slots=True)
class RecorderRules:
    """What the user wants to have recorded.

    Attributes:
        strangers: also those who get no name.
        looks: how they looked, too.
        alike_from: similarity from which two faces without a name are one person's; None where
            nobody can say.

    """

    strangers: bool = True
    looks: bool = False
    alike_from: float | None = None


class _Moment(NamedTuple):
    """When it is: by the clock, and by the frames, in seconds."""

    now: datetime
    at: float


@dataclass(eq=False, slots=True)
class _Face:
    """A track: since when it is there, and since when the same is said of it."""

    id: int
    came: _Moment
    saying: int | None = None
    since: _Moment | None = None
    settled: Identity | None = None
    event: OpenEvent | None = None


class HistoryRecorder:
    """Follows the tracks of one source. For one thread; takes microseconds a frame.

    Times are the clock's; how long somebody stayed is told by the frames, so that a clip that is
    looked through faster than it would play is not told to be shorter.
    """

    def __init__(
        self,
        source: str,
        *,
        rules: RecorderRules | None = None,
        numbers: Iterator[int] | None = None,
    ) -> None:
        """Begin.

        Args:
            source: what it is called.
            rules: what is wanted; see :class:`RecorderRules`.
            numbers: gives events their keys; shared by recorders whose events meet.

        """
        self._rules = rules or RecorderRules()
        # The name of a clip's file may hold bytes that are no text.
        self._source = source.encode("utf-8", "replace").decode()
        self._numbers = numbers or count(1)
        self._faces: dict[int, _Face] = {}
        self._named: dict[int, OpenEvent] = {}
        self._open: dict[int, OpenEvent] = {}
        self._withdrawn: list[EventState] = []
        self._last_index = -1
        self._last_id: str | None = None

    def use_rules(self, rules: RecorderRules) -> None:
        """Record other things from now on; a look that is not wanted any more is forgotten."""
        self._rules = rules
        if not rules.looks:
            for event in self._open.values():
                event.forget_look()

    def add(self, result: FrameResult, *, now: datetime) -> tuple[Identity, ...]:
        """Take the next result.

        Args:
            result: of this source; later ones after earlier ones, none has to be given.
            now: the time, with a zone.

        Returns:
            Who is in the picture by a name that has settled.

        """
        frame = result.frame
        if frame.index < self._last_index or frame.source_id != self._last_id:
            self._start_afresh()
        self._last_index, self._last_id = frame.index, frame.source_id
        present = []
        moment = _Moment(now, frame.timestamp)
        for view in result.tracks:
            if view.coasting:
                continue
            face = self._faces.get(view.id)
            if face is None:
                face = self._faces[view.id] = _Face(view.id, came=moment)
            self._follow(face, view, moment)
            if face.settled is not None:
                present.append(face.settled)
        for gone in self._faces.keys() - {view.id for view in result.tracks}:
            self._release(self._faces.pop(gone))
        return tuple(present)

    def due(self, *, now: datetime) -> list[EventState]:
        """Return what is to be written by now; each change is given once."""
        states, self._withdrawn = self._withdrawn, []
        for event in list(self._open.values()):
            if event.is_due(now=now):
                states.append(event.state(self._source))
                event.mark_written(now=now)
            if event.bearer is None and event.is_over(now=now - _CLEAR_LATE):
                self._forget(event)
        return states

    def pause(self) -> None:
        """Nobody is seen for the moment: the source is lost, held, or at its end."""
        for face in self._faces.values():
            self._release(face)
        self._faces.clear()

    def close(self) -> list[EventState]:
        """End everything, and return what is still to be written."""
        self.pause()
        states = [*self._withdrawn]
        left = [event for event in self._open.values() if not event.is_written]
        states += [event.state(self._source) for event in left]
        self._withdrawn = []
        self._open.clear()
        self._named.clear()
        return states

    def _start_afresh(self) -> None:
        """Another clip, or the same from its beginning: tracks and timestamps begin anew."""
        self.pause()
        for event in self._open.values():
            event.at = None

    def _follow(self, face: _Face, view: TrackView, moment: _Moment) -> None:
        said, outcome = _said(view.decision)
        if said is not None:
            if said != face.saying or face.since is None:
                face.saying, face.since = said, moment
            elif moment.at - face.since.at >= SETTLES_AFTER:
                if isinstance(view.decision, Identified):
                    self._settle_named(face, view.decision, moment)
                else:
                    self._settle_nameless(face, view, outcome, moment)
        event = face.event
        if event is None:
            return
        event.extend(at=moment.at, now=moment.now)
        if event.identity_id is None:
            event.probe = view.probe
            if said == _NAMELESS:
                event.outcome = outcome
        elif isinstance(view.decision, Identified) and said == event.identity_id:
            event.believe(view.decision.confidence)
        if self._rules.looks:
            event.look_at(view.face)

    def _settle_named(self, face: _Face, decision: Identified, moment: _Moment) -> None:
        identity = decision.match.identity
        face.settled = identity
        before = face.event
        if before is not None and before.identity_id == identity.id:
            return
        is_first = before is None or before.identity_id is None
        came = _came(face, is_first=is_first)
        event = self._named.get(identity.id)
        if event is not None and event.is_over(at=came.at, now=came.now):
            event = None
        if before is not None and before.identity_id is None:
            if event is None:
                # Who it was became clear only now; they were there all the time.
                event = before
                event.identity_id, event.outcome = identity.id, Outcome.NAMED
                event.is_new = True
            else:
                self._withdraw(before)
        elif before is not None:
            self._release(face)
        if event is None:
            event = self._begin(identity.id, Outcome.NAMED, came=came, moment=moment)
        event.believe(decision.confidence)
        self._named[identity.id] = event
        event.bearer, face.event = face.id, event

    def _settle_nameless(
        self, face: _Face, view: TrackView, outcome: Outcome, moment: _Moment
    ) -> None:
        before = face.event
        if before is not None and before.identity_id is not None:
            if outcome is Outcome.UNSURE:
                # They turned away, and it is still the same face.
                return
            self._release(face)
        face.settled = None
        if face.event is not None or not self._rules.strangers:
            return
        came = _came(face, is_first=before is None)
        event = self._come_back(view, came)
        if event is None:
            event = self._begin(None, outcome, came=came, moment=moment)
        event.bearer, face.event = face.id, event

    def _begin(
        self, identity_id: int | None, outcome: Outcome, *, came: _Moment, moment: _Moment
    ) -> OpenEvent:
        event = OpenEvent(
            key=next(self._numbers),
            identity_id=identity_id,
            outcome=outcome,
            began=came.now,
            ended=came.now + timedelta(seconds=moment.at - came.at),
            seen=moment.now,
            at=moment.at,
        )
        self._open[event.key] = event
        return event

    def _come_back(self, view: TrackView, came: _Moment) -> OpenEvent | None:
        """Return the event of a stranger who left and looks the same; None where there is none."""
        probe, alike_from = view.probe, self._rules.alike_from
        if probe is None or alike_from is None:
            return None
        best: OpenEvent | None = None
        for event in self._open.values():
            if (
                event.identity_id is None
                and event.bearer is None
                and event.probe is not None
                and event.probe.embedder == probe.embedder
                and not event.is_over(at=came.at, now=came.now)
            ):
                similarity = probe.similarity(event.probe)
                if similarity >= alike_from:
                    best, alike_from = event, similarity
        return best

    def _release(self, face: _Face) -> None:
        event, face.event = face.event, None
        if event is not None and event.bearer == face.id:
            event.bearer = None
            event.is_new = True

    def _withdraw(self, event: OpenEvent) -> None:
        self._withdrawn.append(event.state(self._source, withdrawn=True))
        self._forget(event)

    def _forget(self, event: OpenEvent) -> None:
        self._open.pop(event.key, None)
        if event.identity_id is not None and self._named.get(event.identity_id) is event:
            del self._named[event.identity_id]


def _came(face: _Face, *, is_first: bool) -> _Moment:
    """Return since when whoever it is is there.

    Who it is may have become clear late: the first one came with the track, another one when
    something else was said of it.
    """
    return face.came if is_first or face.since is None else face.since


def _said(decision: Decision) -> tuple[int | None, Outcome]:
    """Return the id of whose name is given, 0 for nobody's, None where nothing can be said yet."""
    if isinstance(decision, Identified):
        return decision.match.identity.id, Outcome.NAMED
    if isinstance(decision, Unknown):
        return _NAMELESS, Outcome.UNKNOWN
    if isinstance(decision, Unsure) and decision.candidates:
        return _NAMELESS, Outcome.UNSURE
    return None, Outcome.UNSURE
