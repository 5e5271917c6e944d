"""Guided enrolment without networks: what is said to whom, and when a shot is taken."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

import factories
from desktop_app.capture.frame import Frame
from desktop_app.recognition.types import Reason
from desktop_app.services.guidance.agenda import StepState
from desktop_app.services.guidance.guided import GuidedEnrolment
from desktop_app.services.guidance.hints import Hint
from desktop_app.services.guidance.looks import Look
from desktop_app.services.guidance.poses import Wanted
from desktop_app.services.guidance.shots import MOST_SHOTS, Refusal
from desktop_app.vision.types import AlignedFace, DetectedFace, Embedding, Face, Pose, Quality

SIZE = (640, 480)
POSES = {
    Wanted.STRAIGHT: Pose(0, 0, 0),
    Wanted.LEFT: Pose(18, 0, 0),
    Wanted.RIGHT: Pose(-18, 0, 0),
    Wanted.UP: Pose(0, 15, 0),
    Wanted.DOWN: Pose(0, -15, 0),
    Wanted.FAR_LEFT: Pose(40, 0, 0),
    Wanted.FAR_RIGHT: Pose(-40, 0, 0),
}
SEED = {wanted: number for number, wanted in enumerate(POSES)}


def face(
    pose: Pose = POSES[Wanted.STRAIGHT],
    *,
    middle: tuple[float, float] = (320, 240),
    height: float = 180.0,
    shade: int = 120,
    seed: int = 0,
    overall: float = 0.8,
) -> Face:
    width = height * 0.8
    left, top = middle[0] - width / 2, middle[1] - height / 2
    made = factories.face(
        seed, box=(left, top, left + width, top + height), overall=overall, yaw=pose.yaw
    )
    return dataclasses.replace(
        made,
        landmarks=dataclasses.replace(made.landmarks, pose=pose),
        aligned=AlignedFace(np.full((112, 112, 3), shade, np.uint8), made.aligned.transform),
    )


class Sitting:
    """Feeds looks at ten a second, and settles what is taken as if it were described well."""

    def __init__(self, **options) -> None:
        self.enrolment = GuidedEnrolment(**options)
        self.now = 0.0
        self.taken = []

    def look(self, *faces: Face, size=SIZE):
        self.now += 0.1
        frame = Frame(np.zeros((size[1], size[0], 3), np.uint8), 0, self.now, "test")
        found = tuple(DetectedFace(one.detection, one.landmarks) for one in faces)
        return self.enrolment.observe(Look(frame, found, faces[0] if len(faces) == 1 else None))

    def hold(self, one: Face, *, seconds: float = 1.0, described: Face | None = None):
        """Hold still until a shot is taken, so many seconds at the most; return the shot."""
        for _ in range(round(seconds * 10)):
            if self.look(one).take:
                return self.enrolment.settle(described or one)
        return None

    def take(self, *wanted: Wanted):
        for one in wanted:
            shot = self.hold(face(POSES[one], seed=SEED[one]))
            assert shot is not None
            assert shot.wanted is one
            assert shot.refused is None

    def states(self):
        return {step.wanted: step.state for step in self.enrolment.steps}


@pytest.fixture
def sitting() -> Sitting:
    return Sitting()


@pytest.mark.parametrize(
    ("one", "hint"),
    [
        (face(height=90), Hint.COME_CLOSER),
        (face(height=450), Hint.MOVE_BACK),
        (face(middle=(100, 240)), Hint.INTO_THE_OVAL),
        (face(middle=(320, 390)), Hint.INTO_THE_OVAL),
        (face(shade=40), Hint.MORE_LIGHT),
        (face(shade=240), Hint.LESS_LIGHT),
        (face(Pose(30, 0, 0)), Hint.AS_WANTED),
        (face(), Hint.HOLD_STILL),
    ],
)
def test_each_trouble_has_its_hint(sitting, one, hint):
    assert sitting.look(one).hint is hint


def test_nobody_and_several_people_are_said(sitting):
    assert sitting.look().hint is Hint.NOBODY
    assert sitting.look(face(), face(middle=(500, 240))).hint is Hint.ONE_PERSON


@pytest.mark.parametrize(
    ("part", "hint"),
    [
        ("size", Hint.COME_CLOSER),
        ("sharpness", Hint.HOLD_STILL),
        ("exposure", Hint.MORE_LIGHT),
        ("score", Hint.NOBODY),
    ],
)
def test_what_is_too_poor_to_be_enrolled_is_not_taken_and_said(sitting, part, hint):
    parts = dict.fromkeys(("size", "sharpness", "exposure", "pose", "score"), 0.3) | {part: 0.1}
    poor = dataclasses.replace(face(), quality=Quality(**parts))
    for _ in range(20):
        guidance = sitting.look(poor)
        assert guidance.hint is hint
        assert not guidance.take


def test_dark_glasses_are_to_be_taken_off(sitting):
    pixels = np.full((112, 112, 3), 150, np.uint8)
    pixels[40:64, 20:92] = 15
    mesh = np.zeros((478, 3), np.float32)
    mesh[[33, 133, 362, 263], :2] = [[30, 52], [46, 52], [66, 52], [82, 52]]
    mesh[[50, 280], :2] = [[30, 78], [82, 78]]
    plain = face()
    masked = dataclasses.replace(
        plain,
        landmarks=dataclasses.replace(plain.landmarks, mesh=mesh),
        aligned=AlignedFace(pixels, plain.aligned.transform),
    )
    assert sitting.look(masked).hint is Hint.EYES_HIDDEN
    bare = AlignedFace(np.full((112, 112, 3), 150, np.uint8), plain.aligned.transform)
    assert sitting.look(dataclasses.replace(masked, aligned=bare)).hint is Hint.HOLD_STILL


def test_a_shot_is_taken_by_itself_once_a_head_is_held_still(sitting):
    takes = [sitting.look(face()).take for _ in range(4)]
    assert takes == [False, False, False, True]
    assert sitting.look(face()).hint is Hint.ONE_MOMENT
    shot = sitting.enrolment.settle(face())
    assert shot is not None
    assert shot.wanted is Wanted.STRAIGHT
    assert sitting.states()[Wanted.STRAIGHT] is StepState.TAKEN


def test_the_ring_fills_while_a_head_is_held(sitting):
    held = [sitting.look(face()).steps[0].held for _ in range(3)]
    assert held[0] == 0.0
    assert held[0] < held[1] < held[2] < 1.0


def test_a_head_that_moves_is_asked_to_hold_still_and_not_taken(sitting):
    for step in range(20):
        guidance = sitting.look(face(middle=(320 + 9 * (-1) ** step, 240)))
        assert guidance.hint is Hint.HOLD_STILL
        assert not guidance.take


def test_all_shots_are_taken_of_somebody_who_follows_within_fifteen_seconds(sitting):
    sitting.take(*POSES)
    assert sitting.enrolment.is_over
    assert sitting.look(face()).hint is Hint.ENOUGH
    assert len(sitting.enrolment.kept) == 7
    assert sitting.now < 15


def test_what_is_not_asked_for_yet_is_taken_when_it_comes_by(sitting):
    sitting.take(Wanted.STRAIGHT, Wanted.RIGHT)
    assert sitting.look(face()).wanted is Wanted.LEFT


def test_up_and_down_are_measured_from_how_straight_was_held(sitting):
    low = face(Pose(0, -18, 0))
    assert sitting.hold(low).wanted is Wanted.STRAIGHT
    assert sitting.hold(face(Pose(0, -3, 0), seed=1)).wanted is Wanted.UP
    assert sitting.hold(face(Pose(0, -18, 0), seed=2)) is None


def test_a_head_turned_too_far_is_told_so(sitting):
    sitting.take(Wanted.STRAIGHT, Wanted.FAR_LEFT)
    assert sitting.look(face(POSES[Wanted.FAR_LEFT])).hint is Hint.NOT_SO_FAR


def test_what_cannot_be_reached_is_passed_by_after_a_while_and_still_taken_later(sitting):
    sitting.take(Wanted.STRAIGHT)
    for _ in range(51):
        guidance = sitting.look(face())
    assert guidance.wanted is Wanted.RIGHT
    assert sitting.states()[Wanted.LEFT] is StepState.PASSED
    sitting.take(Wanted.LEFT)


def test_nobody_loses_time_while_nobody_is_there(sitting):
    sitting.take(Wanted.STRAIGHT)
    for _ in range(200):
        sitting.look()
    assert sitting.look(face()).wanted is Wanted.LEFT


def test_a_key_skips_what_is_asked_for(sitting):
    sitting.take(Wanted.STRAIGHT)
    sitting.enrolment.skip()
    assert sitting.look(face()).wanted is Wanted.RIGHT


def test_where_nothing_came_of_it_all_is_asked_for_again(sitting):
    for _ in POSES:
        sitting.enrolment.skip()
    assert not sitting.enrolment.is_over
    assert sitting.look(face()).wanted is Wanted.STRAIGHT


def test_a_camera_that_was_away_gives_no_credit_for_the_time_between(sitting):
    sitting.look(face())
    sitting.now += 60
    assert not sitting.look(face()).take
    sitting.now -= 30  # begins anew
    assert not sitting.look(face()).take
    assert sitting.hold(face()) is not None


def test_a_shot_that_looks_like_another_is_not_kept_nor_asked_for_again(sitting):
    sitting.take(Wanted.STRAIGHT)
    same = face(POSES[Wanted.LEFT], seed=SEED[Wanted.STRAIGHT])
    assert sitting.hold(same).refused is Refusal.REPEATED
    assert sitting.look(face()).wanted is Wanted.RIGHT
    assert sitting.hold(same) is None
    assert len(sitting.enrolment.kept) == 1


def test_a_shot_that_turns_out_poor_is_shown_with_its_reason_and_asked_for_again(sitting):
    blurred = dataclasses.replace(face(), quality=Quality(1, 0.001, 1, 1, 1))
    assert sitting.hold(face(), described=blurred).refused is Reason.BLURRED
    assert sitting.enrolment.kept == ()
    assert sitting.hold(face(), described=blurred) is not None
    assert len(sitting.enrolment.shots) == 1
    sitting.take(Wanted.STRAIGHT)
    assert [shot.refused for shot in sitting.enrolment.shots] == [None]


def test_somebody_else_is_not_mixed_in():
    sitting = Sitting(one_person=lambda matrix: bool((matrix @ matrix[0] > 0.5).all()))
    sitting.hold(face())
    shot = sitting.hold(face(POSES[Wanted.LEFT], seed=5))
    assert shot.refused is Refusal.SOMEBODY_ELSE


def test_a_failed_description_leaves_everything_as_it_was(sitting):
    while not sitting.look(face()).take:
        pass
    assert sitting.enrolment.settle(None) is None
    assert sitting.enrolment.shots == ()
    assert sitting.look(face()).wanted is Wanted.STRAIGHT


def test_a_shot_by_hand_takes_what_would_not_be_taken_by_itself(sitting):
    sitting.enrolment.take_now()
    dark = face(shade=40)
    assert sitting.look(dark).take
    assert sitting.enrolment.settle(dark).refused is None


def test_a_shot_by_hand_without_a_face_is_none_and_not_made_up_for_later(sitting):
    sitting.enrolment.take_now()
    assert not sitting.look().take
    assert not sitting.look(face()).take


def test_no_more_than_nine_are_taken_even_by_hand(sitting):
    for seed in range(20):
        sitting.enrolment.take_now()
        if sitting.look(face(Pose(0, 60, 0), seed=seed)).take:
            sitting.enrolment.settle(face(Pose(0, 60, 0), seed=seed))
    assert len(sitting.enrolment.kept) == MOST_SHOTS
    assert sitting.enrolment.is_over
    assert sitting.look(face()).hint is Hint.ENOUGH


def test_a_shot_that_is_left_out_is_not_taken_again(sitting):
    sitting.take(Wanted.STRAIGHT, Wanted.LEFT)
    sitting.enrolment.leave_out(sitting.enrolment.shots[1])
    assert len(sitting.enrolment.kept) == 1
    assert sitting.hold(face(POSES[Wanted.LEFT], seed=9)) is None


def test_a_retake_comes_first_and_takes_the_place_of_the_old_one_only_once_it_is_good(sitting):
    sitting.take(*POSES)
    old = sitting.enrolment.shots[1]
    sitting.enrolment.retake(old)
    assert sitting.look(face()).wanted is Wanted.LEFT
    assert sitting.enrolment.shots[1].again
    left = face(POSES[Wanted.LEFT], seed=50)
    poor = dataclasses.replace(left, quality=Quality(1, 0.001, 1, 1, 1))
    assert sitting.hold(left, described=poor).refused is Reason.BLURRED
    assert old.face in [shot.face for shot in sitting.enrolment.kept]
    assert sitting.hold(left).refused is None
    kept = [shot.face for shot in sitting.enrolment.kept]
    assert old.face not in kept
    assert left in kept
    assert len(kept) == 7
    assert sitting.enrolment.is_over


def test_a_retake_that_looks_just_the_same_is_taken_for_the_old_one(sitting):
    sitting.take(Wanted.STRAIGHT, Wanted.LEFT)
    sitting.enrolment.retake(sitting.enrolment.shots[1])
    again = face(POSES[Wanted.LEFT], seed=SEED[Wanted.LEFT])
    assert sitting.hold(again).refused is None
    assert len(sitting.enrolment.kept) == 2


def test_a_retake_that_is_skipped_keeps_the_old_one(sitting):
    sitting.take(*POSES)
    sitting.enrolment.retake(sitting.enrolment.shots[1])
    sitting.enrolment.skip()
    assert sitting.enrolment.is_over
    assert len(sitting.enrolment.kept) == 7
    assert not any(shot.again for shot in sitting.enrolment.shots)


def test_what_is_enrolled_of_the_person_already_is_not_kept_twice(sitting):
    sitting.take(Wanted.STRAIGHT, Wanted.LEFT)
    known: Embedding = sitting.enrolment.shots[0].face.embedding
    sitting.enrolment.set_enrolled([known.vector])
    refused = [shot.refused for shot in sitting.enrolment.shots]
    assert refused == [Refusal.ENROLLED_ALREADY, None]
    sitting.enrolment.set_enrolled([])
    assert len(sitting.enrolment.kept) == 2


def test_in_a_clip_the_oval_goes_to_the_face_which_cannot_be_asked_to_move():
    sitting = Sitting(follows_face=True)
    guidance = sitting.look(face(middle=(120, 100), height=120))
    assert guidance.hint is Hint.HOLD_STILL
    assert guidance.oval.x == pytest.approx(120 / 640)


def test_in_a_clip_every_look_unlike_those_before_is_worth_a_shot():
    sitting = Sitting(follows_face=True)
    sitting.hold(face())
    assert sitting.look(face()).hint is Hint.WATCHING
    aside = Pose(0, 5, 0)
    assert sitting.hold(face(aside)) is None
    other = sitting.hold(face(aside, seed=3))
    assert other.wanted is None
    assert other.refused is None


def test_in_a_clip_no_shot_is_to_be_taken_again_unless_somebody_asks():
    sitting = Sitting(follows_face=True)
    sitting.hold(face())
    aside = Pose(0, 5, 0)
    first = face(aside, seed=3)
    sitting.hold(first)
    sitting.take(Wanted.LEFT)
    assert not any(shot.again for shot in sitting.enrolment.shots)
    # Nor is a free one taken twice: it looks like one that is there to stay.
    sitting.enrolment.take_now()
    assert sitting.look(first).take
    assert sitting.enrolment.settle(first).refused is Refusal.REPEATED


def test_a_shot_knows_whether_somebody_took_it_or_it_was_taken_by_itself():
    sitting = Sitting(follows_face=True)
    aside = Pose(0, 5, 0)
    sitting.hold(face())
    by_itself = sitting.hold(face(aside, seed=3))
    sitting.enrolment.take_now()
    assert sitting.look(face(aside, seed=4)).take
    by_hand = sitting.enrolment.settle(face(aside, seed=4))
    again = sitting.hold(face(aside, seed=5))

    assert [shot.wanted for shot in (by_itself, by_hand, again)] == [None] * 3
    assert [shot.by_hand for shot in (by_itself, by_hand, again)] == [False, True, False]


def test_in_a_clip_no_more_than_nine_are_taken():
    sitting = Sitting(follows_face=True)
    for seed in range(20):
        sitting.hold(face(Pose(0, 5, 0), seed=seed))
        if seed < 3:
            # As what a clip does not show for a while is not asked for any more.
            sitting.enrolment.skip()
    assert len(sitting.enrolment.kept) == MOST_SHOTS
    assert sitting.enrolment.is_full


def test_before_a_camera_nobody_is_taken_for_looking_different():
    sitting = Sitting()
    sitting.hold(face())
    assert sitting.hold(face(Pose(0, 5, 0), seed=3)) is None


def test_the_oval_of_a_narrow_picture_stays_inside_it(sitting):
    oval = sitting.look(size=(240, 480)).oval
    assert oval.half_width < 0.5
