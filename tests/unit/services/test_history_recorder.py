"""Tracks become events: who was there from when until when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

import factories
from desktop_app.capture.frame import Frame
from desktop_app.recognition.events import Outcome
from desktop_app.recognition.types import (
    Decision,
    Identified,
    Identity,
    Match,
    Reason,
    Unknown,
    Unsure,
    Unusable,
)
from desktop_app.services.history.open_events import GAP, WRITTEN_EVERY
from desktop_app.services.history.recorder import SETTLES_AFTER, HistoryRecorder, RecorderRules
from desktop_app.services.live import FrameResult, TrackView

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PIXELS = np.zeros((4, 4, 3), np.uint8)
STRANGER = Unknown(best=None, confidence=0.9)
YOUNG = Unsure(candidates=(), confidence=None)


def called(number: int, *, confidence: float = 0.95) -> Identified:
    match = Match(Identity(number, f"Person {number}"), 0.7)
    return Identified(match, confidence, (match,))


ANNA, BEA = called(1), called(2)
MAYBE_ANNA = Unsure(candidates=(ANNA.match,), confidence=0.5)


class Camera:
    """Shows faces to a recorder, ten frames a second, and keeps the clock."""

    def __init__(self, recorder: HistoryRecorder) -> None:
        self.recorder = recorder
        self.now = NOON
        self.at = 100.0
        self.index = 0
        self.source = "camera:0"
        self.looks: dict[int, object] = {}
        self.states: dict[int, object] = {}
        self.writes = 0

    def show(self, seconds: float, *, pace: float = 1.0, **tracks: Decision | None) -> None:
        """Show tracks by the names t1, t2, …; those of None coast."""
        for _ in range(round(seconds * 10)):
            self.index += 1
            self.at += 0.1
            self.now += timedelta(seconds=0.1 / pace)
            views = [self._view(int(name[1:]), decision) for name, decision in tracks.items()]
            frame = Frame(PIXELS, self.index, self.at, self.source)
            self.present = self.recorder.add(FrameResult(frame, tuple(views), 0.01), now=self.now)
            self.write()

    def _view(self, number: int, decision: Decision | None) -> TrackView:
        look = self.looks.get(number)
        face = factories.face(number) if look is None else factories.face(number, look=look)
        return TrackView(
            id=number,
            box=face.detection.box,
            decision=decision or STRANGER,
            face=face,
            coasting=decision is None,
            probe=face.embedding,
        )

    def write(self) -> None:
        self._take(self.recorder.due(now=self.now))

    def close(self) -> None:
        self._take(self.recorder.close())

    def _take(self, states) -> None:
        for state in states:
            self.writes += 1
            if state.withdrawn:
                self.states.pop(state.key, None)
            else:
                self.states[state.key] = state

    @property
    def events(self) -> list[tuple[int | None, float]]:
        """Who, and for how many seconds."""
        return [
            (state.identity_id, round((state.ended - state.began).total_seconds(), 1))
            for state in self.states.values()
        ]


@pytest.fixture
def camera() -> Camera:
    return Camera(HistoryRecorder("camera:0"))


def test_somebody_who_is_named_for_a_second_is_an_event_from_their_first_frame(camera):
    camera.show(0.5, t1=YOUNG)
    camera.show(5, t1=ANNA)
    camera.close()
    (state,) = camera.states.values()
    assert (state.identity_id, state.outcome, state.source) == (1, Outcome.NAMED, "camera:0")
    assert state.began == NOON + timedelta(seconds=0.1)
    assert (state.ended - state.began).total_seconds() == pytest.approx(5.4, abs=0.01)
    assert state.confidence == 0.95


def test_a_face_that_is_gone_before_a_second_has_passed_is_no_event(camera):
    camera.show(SETTLES_AFTER - 0.1, t1=ANNA)
    camera.show(40)
    camera.close()
    assert camera.events == []


def test_a_name_that_flickers_is_never_an_event(camera):
    for _ in range(10):
        camera.show(0.5, t1=ANNA)
        camera.show(0.5, t1=BEA)
    camera.close()
    assert camera.events == []


def test_an_event_is_written_when_it_begins_and_only_now_and_then_after_that(camera):
    camera.show(60, t1=ANNA)
    # At its beginning, and after each quarter of a minute.
    assert camera.writes == 1 + int(59 / WRITTEN_EVERY)
    camera.show(0.1)
    assert camera.writes == 2 + int(59 / WRITTEN_EVERY)
    assert camera.events == [(1, 59.9)]


def test_a_crash_loses_less_than_what_is_written_at_once(camera):
    camera.show(100, t1=ANNA)
    ((_, seconds),) = camera.events
    assert 100 - seconds <= WRITTEN_EVERY + 0.2


def test_somebody_who_is_back_soon_has_never_left(camera):
    camera.show(5, t1=ANNA)
    camera.show(GAP - 1)
    camera.show(5, t2=ANNA)
    camera.close()
    assert camera.events == [(1, pytest.approx(GAP + 9, abs=0.2))]


def test_somebody_who_is_back_late_has_come_again(camera):
    camera.show(5, t1=ANNA)
    camera.show(GAP + 1)
    camera.show(5, t2=ANNA)
    camera.close()
    assert camera.events == [(1, 4.9), (1, 4.9)]


def test_a_stranger_who_becomes_known_is_one_event_with_the_name(camera):
    camera.show(5, t1=STRANGER)
    assert camera.events == [(None, pytest.approx(1.0, abs=0.11))]
    camera.show(5, t1=ANNA)
    camera.close()
    assert camera.events == [(1, 9.9)]


def test_a_stranger_who_turns_out_to_be_somebody_who_just_left_is_no_event_of_their_own(camera):
    camera.show(5, t1=ANNA)
    camera.show(2)
    camera.show(3, t2=STRANGER)
    assert [who for who, _ in camera.events] == [1, None]
    camera.show(3, t2=ANNA)
    camera.close()
    assert camera.events == [(1, 12.9)]


def test_somebody_who_turns_away_keeps_their_name(camera):
    camera.show(5, t1=ANNA)
    camera.show(10, t1=MAYBE_ANNA)
    camera.show(5, t1=Unusable(Reason.TURNED_AWAY))
    camera.close()
    assert camera.events == [(1, 19.9)]


def test_somebody_of_whom_it_is_said_that_this_is_nobody_known_is_another_event(camera):
    camera.show(5, t1=ANNA)
    camera.show(5, t1=STRANGER)
    camera.close()
    assert [who for who, _ in camera.events] == [1, None]


def test_a_track_that_another_person_takes_over_ends_the_first_ones_event(camera):
    camera.show(5, t1=ANNA)
    camera.show(5, t1=BEA)
    camera.close()
    assert [who for who, _ in camera.events] == [1, 2]
    _anna, bea = camera.states.values()
    assert bea.began == NOON + timedelta(seconds=5.1)


def test_two_people_at_once_are_two_events(camera):
    camera.show(5, t1=ANNA, t2=BEA)
    camera.close()
    assert sorted(camera.events) == [(1, 4.9), (2, 4.9)]
    assert {identity.id for identity in camera.present} == {1, 2}


def test_a_track_that_is_not_seen_does_not_lengthen_its_event(camera):
    camera.show(5, t1=ANNA)
    camera.show(5, t1=None)
    camera.close()
    assert camera.events == [(1, 4.9)]


def test_a_face_that_cannot_be_judged_is_no_event(camera):
    camera.show(10, t1=Unusable(Reason.BLURRED))
    camera.close()
    assert camera.events == []


def test_somebody_who_may_be_two_people_is_an_unsure_event(camera):
    camera.show(5, t1=MAYBE_ANNA)
    camera.close()
    (state,) = camera.states.values()
    assert (state.outcome, state.identity_id, state.confidence) == (Outcome.UNSURE, None, None)


def test_strangers_are_left_out_where_that_is_wanted():
    camera = Camera(HistoryRecorder("camera:0", rules=RecorderRules(strangers=False)))
    camera.show(5, t1=STRANGER, t2=ANNA)
    camera.close()
    assert [who for who, _ in camera.events] == [1]


def test_a_stranger_who_comes_back_looking_the_same_is_one_event():
    camera = Camera(HistoryRecorder("camera:0", rules=RecorderRules(alike_from=0.4)))
    first = factories.embedding(3)
    camera.looks = {
        1: first,
        2: factories.at_similarity(first, 0.6),
        3: factories.at_similarity(first, 0.2, seed=5),
    }
    camera.show(5, t1=STRANGER)
    camera.show(5)
    camera.show(5, t2=STRANGER, t3=STRANGER)
    camera.close()
    assert [seconds for _, seconds in camera.events] == [pytest.approx(14.9), pytest.approx(4.9)]


def test_where_nobody_knows_what_similarity_means_strangers_are_not_joined(camera):
    camera.looks = {1: factories.embedding(3), 2: factories.embedding(3)}
    camera.show(5, t1=STRANGER)
    camera.show(5)
    camera.show(5, t2=STRANGER)
    camera.close()
    assert len(camera.events) == 2


def test_a_clip_that_is_looked_through_in_a_hurry_is_told_to_be_as_long_as_it_is(camera):
    camera.show(60, t1=ANNA, pace=8)
    camera.close()
    assert camera.events == [(1, 59.9)]


def test_the_same_name_late_in_a_hurried_clip_is_another_event(camera):
    camera.show(5, t1=ANNA, pace=8)
    camera.show(GAP + 5, pace=8)
    camera.show(5, t2=ANNA, pace=8)
    camera.close()
    assert camera.events == [(1, 4.9), (1, 4.9)]


def test_a_machine_that_slept_for_hours_ends_the_event_before_them(camera):
    camera.show(5, t1=ANNA)
    # Neither frames nor their clock went on meanwhile.
    camera.now += timedelta(hours=8)
    camera.write()
    camera.show(5, t2=ANNA)
    camera.close()
    assert camera.events == [(1, 4.9), (1, 4.9)]


def test_a_clip_that_is_played_again_goes_on_where_it_was(camera):
    camera.show(10, t1=ANNA)
    camera.index, camera.at = 0, 0.0
    camera.show(10, t1=ANNA)
    camera.close()
    assert camera.events == [(1, pytest.approx(20, abs=0.2))]


def test_a_held_picture_ends_what_is_seen_until_it_goes_on(camera):
    camera.show(5, t1=ANNA)
    camera.recorder.pause()
    camera.write()
    assert camera.events == [(1, 4.9)]
    camera.show(5, t1=ANNA)
    camera.close()
    assert camera.events == [(1, 9.9)]


def test_no_picture_is_kept_unless_that_is_wanted(camera):
    camera.show(5, t1=ANNA)
    camera.close()
    assert all(state.look is None for state in camera.states.values())


def test_the_best_look_is_kept_and_is_written_again_only_when_it_is_better():
    recorder = HistoryRecorder("camera:0", rules=RecorderRules(looks=True))
    poor, good = factories.face(1, overall=0.4), factories.face(1, overall=0.9)
    looks = []
    for index, face in enumerate([*[poor] * 20, *[good] * 20, *[poor] * 20]):
        now = NOON + timedelta(seconds=index)
        view = TrackView(1, face.detection.box, ANNA, face, coasting=False, probe=face.embedding)
        frame = Frame(PIXELS, index, float(index), "camera:0")
        recorder.add(FrameResult(frame, (view,), 0.01), now=now)
        looks += [state.look for state in recorder.due(now=now) if state.look is not None]
    assert [look.embedding for look in looks] == [poor.embedding, good.embedding]
    assert np.array_equal(looks[1].pixels, good.aligned.pixels)


def test_a_look_that_waits_is_forgotten_when_pictures_are_not_wanted_any_more():
    recorder = HistoryRecorder("camera:0", rules=RecorderRules(looks=True))
    poor, good = factories.face(1, overall=0.4), factories.face(1, overall=0.9)

    def see(face, seconds: range, *, ask: bool) -> list[object]:
        states = []
        for second in seconds:
            now = NOON + timedelta(seconds=second)
            view = TrackView(1, face.detection.box, ANNA, face, coasting=False, probe=None)
            frame = Frame(PIXELS, second, float(second), "camera:0")
            recorder.add(FrameResult(frame, (view,), 0.01), now=now)
            states += recorder.due(now=now) if ask else []
        return [state.look for state in states if state.look is not None]

    assert len(see(poor, range(4), ask=True)) == 1
    see(good, range(4, 8), ask=False)
    recorder.use_rules(RecorderRules(looks=False))
    assert see(good, range(8, 40), ask=True) == []
    # Whoever wants them again gets one, even if it is no better than what is deleted.
    recorder.use_rules(RecorderRules(looks=True))
    assert len(see(poor, range(40, 80), ask=True)) == 1


def test_what_has_ended_is_forgotten_so_that_months_take_no_more_room_than_minutes(camera):
    for number in range(1, 20):
        camera.show(2, **{f"t{number}": STRANGER})
        camera.show(GAP + 15)
    assert len(camera.events) == 19
    assert not camera.recorder._open
    assert not camera.recorder._faces
