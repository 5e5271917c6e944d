"""What is painted over the picture: where labels go, how decisions look, how boxes move."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

import factories
from desktop_app.recognition.types import (
    Identified,
    Identity,
    Match,
    Reason,
    Unknown,
    Unsure,
    Unusable,
)
from desktop_app.services.live import FrameResult, TrackView
from desktop_app.ui.language import EnglishPlurals
from desktop_app.ui.live.label_layout import place_labels
from desktop_app.ui.live.motion import BoxMotion
from desktop_app.ui.live.overlay import Mark, paint_marks
from desktop_app.ui.live.seen_face import seen_live
from desktop_app.ui.looks import look_of

ANNA = Match(Identity(1, "Anna"), 0.8)
DECISIONS = [
    Identified(ANNA, 0.98, (ANNA,)),
    Unsure((ANNA,), 0.5),
    Unknown(ANNA, 0.9),
    Unusable(Reason.TOO_SMALL),
]
BOUNDS = QRectF(0, 0, 640, 480)
LABEL = QSizeF(160, 22)


def overlap(one: QRectF, other: QRectF) -> float:
    shared = one.intersected(other)
    return shared.width() * shared.height() if shared.isValid() else 0.0


@pytest.mark.parametrize(
    "box",
    [
        QRectF(0, 0, 60, 60),
        QRectF(600, 0, 60, 60),
        QRectF(-30, 440, 60, 60),
        QRectF(620, 470, 60, 60),
        QRectF(-10, -10, 700, 500),
    ],
)
def test_a_label_stays_inside_the_picture(box):
    (place,) = place_labels([box], [LABEL], BOUNDS)
    assert BOUNDS.contains(place)


def test_the_labels_of_faces_close_together_do_not_cover_each_other():
    boxes = [QRectF(100 + 50 * i, 200, 60, 80) for i in range(5)]
    places = place_labels(boxes, [LABEL] * 5, BOUNDS)
    for one, other in itertools.combinations(places, 2):
        assert overlap(one, other) == 0


def test_a_label_goes_above_its_face_where_there_is_room():
    box = QRectF(300, 200, 80, 100)
    (place,) = place_labels([box], [LABEL], BOUNDS)
    assert place.bottom() <= box.top()
    assert place.left() == box.left()


def test_a_crowd_without_room_still_gets_every_label():
    boxes = [QRectF(10 * i, 10 * j, 9, 9) for i in range(12) for j in range(8)]
    places = place_labels(boxes, [LABEL] * len(boxes), BOUNDS)
    assert all(BOUNDS.contains(place) for place in places)


def test_no_two_decisions_share_a_line_or_a_sign():
    looks = [look_of(decision) for decision in DECISIONS]
    assert len({look.dashes for look in looks}) == 4
    assert len({look.sign for look in looks}) == 4
    assert len({look.colour.name() for look in looks}) == 4


@pytest.mark.parametrize(
    "direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft]
)
@pytest.mark.parametrize("ground", ["#000000", "#ffffff", "#4fd08b"])
def test_a_box_and_its_label_are_seen_on_any_picture(qapp, ground, direction):
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill(ground)
    before = image.copy()
    painter = QPainter(image)
    painter.setLayoutDirection(direction)
    mark = Mark(QRectF(100, 100, 80, 80), "Anna", look_of(DECISIONS[0]))
    paint_marks(painter, [mark], bounds=QRectF(0, 0, 320, 240), font=QFont())
    painter.end()
    pixels = [np.frombuffer(i.constBits(), np.uint8).reshape(240, 320, 4) for i in (image, before)]
    changed = (pixels[0] != pixels[1]).any(axis=2)
    assert changed[60:99, 100:180].any()
    assert changed[100:180, 98:104].any()
    assert not changed[130:150, 130:150].any()


def painted(
    *marks: Mark, ground: str = "#808080", font: QFont | None = None, scale: float = 1
) -> np.ndarray:
    """What marks look like on a plain ground of 320 by 240."""
    image = QImage(round(320 * scale), round(240 * scale), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.fill(ground)
    painter = QPainter(image)
    paint_marks(painter, marks, bounds=QRectF(0, 0, 320, 240), font=font or QFont())
    painter.end()
    shape = (image.height(), image.width(), 4)
    return np.frombuffer(image.constBits(), np.uint8).reshape(shape)[..., :3].copy()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("decision", DECISIONS)
@pytest.mark.parametrize("side", [4, 8, 14, 40, 130])
def test_the_line_of_a_box_goes_all_the_way_around_it(qapp, decision, side, scale):
    box = QRectF(100.3, 90.6, side, side)
    mark = Mark(box, "x", look_of(decision))
    changed = (painted(mark, scale=scale) != 0x80).any(axis=2)
    left, top = round(100.3 * scale), round(90.6 * scale)
    right, bottom = round((100.3 + side) * scale), round((90.6 + side) * scale)
    # The corners may be round, and the label stands somewhere above.
    rounded = round(min(10, side * 0.12) * scale) + 1
    inside = slice(left + rounded, right - rounded), slice(top + rounded, bottom - rounded)
    assert changed[bottom - 1 : bottom + 1, inside[0]].all()
    assert changed[inside[1], left - 1 : left + 1].all()
    assert changed[inside[1], right - 1 : right + 1].all()
    if side > 30:
        middle = slice(round((110 + side / 3) * scale), round((115 + side / 3) * scale))
        assert not changed[round((100 + side / 3) * scale), middle].any()


def test_a_box_is_copied_as_it_would_be_drawn(qapp):
    box = QRectF(100.5, 100.5, 80, 80)
    look = look_of(DECISIONS[0])
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill("#808080")
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for pen in (QPen(QColor(0, 0, 0, 170), 5), QPen(look.colour, 3)):
        painter.setPen(pen)
        painter.drawRoundedRect(box, 9.6, 9.6)
    painter.end()
    drawn = np.frombuffer(image.constBits(), np.uint8).reshape(240, 320, 4)[..., :3]
    copied = painted(Mark(box, "x", look))
    # Beneath the label.
    differences = np.abs(copied[105:200].astype(int) - drawn[105:200])
    assert differences.max() <= 60
    assert differences.mean() < 0.2


def test_labels_differ_by_text_sign_and_font_though_they_are_kept(qapp):
    box = QRectF(100, 100, 80, 80)
    underlined = QFont()
    underlined.setUnderline(True)

    def label(text: str, decision, font: QFont | None = None) -> np.ndarray:
        """What stands above the box."""
        return painted(Mark(box, text, look_of(decision)), font=font)[50:96]

    anna = label("Anna", DECISIONS[0])
    assert (label("Bert", DECISIONS[0]) != anna).any()
    assert (label("Anna", DECISIONS[1]) != anna).any()
    assert (label("Anna", DECISIONS[0], underlined) != anna).any()
    assert (label("Anna", DECISIONS[0]) == anna).all()


@pytest.mark.parametrize(
    "change", [{"faded": True}, {"highlighted": True}, {"look": look_of(DECISIONS[2])}]
)
def test_a_box_differs_by_what_is_going_on_with_it(qapp, change):
    plain = Mark(QRectF(100, 100, 80, 80), "Anna", look_of(DECISIONS[0]))
    changed = painted(dataclasses.replace(plain, **change))
    assert (changed[100:] != painted(plain)[100:]).any()


def test_a_name_too_long_for_the_picture_is_shortened_and_stays_inside(qapp):
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill("#808080")
    painter = QPainter(image)
    mark = Mark(QRectF(20, 40, 40, 40), "A very long name " * 12, look_of(DECISIONS[1]))
    paint_marks(painter, [mark], bounds=QRectF(10, 10, 180, 80), font=QFont())
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(100, 200, 4)[..., :3]
    assert (pixels[:10] == 0x80).all()
    assert (pixels[:, :10] == 0x80).all()
    assert (pixels[:, 190:] == 0x80).all()


def result_at(index: int, left: float, *, fps: float = 10) -> FrameResult:
    frame = factories.frame(index, timestamp=index / fps)
    face = factories.face(1, box=(left, 0, left + 100, 100))
    view = TrackView(1, face.detection.box, DECISIONS[0], face, coasting=False)
    return FrameResult(frame, (view,), 0.01)


def test_a_box_moves_on_with_its_face_until_the_next_result():
    motion = BoxMotion()
    motion.take(result_at(0, 0))
    motion.take(result_at(1, 10))
    ((_, box),) = motion.tracks_for(factories.frame(2, timestamp=0.2))
    assert box[0] == pytest.approx(20)
    assert box[2] == pytest.approx(120)


def test_a_box_never_runs_further_than_half_a_face_ahead():
    motion = BoxMotion()
    motion.take(result_at(0, 0))
    motion.take(result_at(1, 90))
    ((_, box),) = motion.tracks_for(factories.frame(5, timestamp=0.5))
    assert box[0] == pytest.approx(140)


def test_the_jitter_of_a_box_is_no_movement_to_be_carried_on():
    def result(index, box):
        face = factories.face(1, box=box)
        view = TrackView(1, face.detection.box, DECISIONS[0], face, coasting=False)
        return FrameResult(factories.frame(index, timestamp=index / 30), (view,), 0.01)

    motion = BoxMotion()
    motion.take(result(0, (100, 100, 200, 220)))
    motion.take(result(1, (98, 100, 202, 225)))
    # No further result comes for 0.4 s.
    ((_, box),) = motion.tracks_for(factories.frame(13, timestamp=13 / 30))
    left, top, right, bottom = box
    assert (right - left, bottom - top) == pytest.approx((104, 125))
    assert (left, top) == pytest.approx((98, 100), abs=6)


def test_a_box_as_old_as_a_second_is_not_shown():
    motion = BoxMotion()
    motion.take(result_at(0, 0))
    assert len(motion.tracks_for(factories.frame(9, timestamp=0.9))) == 1
    assert motion.tracks_for(factories.frame(12, timestamp=1.2)) == ()


@pytest.mark.parametrize(("decision", "shown"), list(zip(DECISIONS, [1, 0, 0, 0], strict=True)))
def test_a_face_out_of_sight_is_shown_only_where_it_has_a_name(decision, shown):
    seen = result_at(0, 0)
    gone = dataclasses.replace(seen.tracks[0], decision=decision, coasting=True)
    motion = BoxMotion()
    motion.take(dataclasses.replace(seen, tracks=(gone,)))
    assert len(motion.tracks_for(factories.frame(1, timestamp=0.1))) == shown


def test_a_face_out_of_sight_is_not_shown_on_the_frame_that_was_looked_at():
    seen = result_at(0, 0)
    motion = BoxMotion()
    motion.take(
        dataclasses.replace(seen, tracks=(dataclasses.replace(seen.tracks[0], coasting=True),))
    )
    assert motion.tracks_for(seen.frame) == []


def test_a_track_is_known_in_the_frame_that_shows_it_as_long_as_it_may_be_shown():
    first, second = result_at(0, 0), result_at(1, 10)
    motion = BoxMotion()
    motion.take(first)
    motion.take(second)
    assert motion.frame_of(first.tracks[0]) is first.frame
    assert motion.frame_of(second.tracks[0]) is second.frame
    motion.clear()
    assert motion.frame_of(second.tracks[0]) is None


def test_a_frame_is_shown_with_its_own_boxes_though_later_ones_are_known():
    motion = BoxMotion()
    for index, left in enumerate([0, 10, 40]):
        motion.take(result_at(index, left))
    shown = factories.frame(1, timestamp=0.1)
    assert motion.result_for(shown).frame.index == 1
    ((_, box),) = motion.tracks_for(shown)
    assert box[0] == pytest.approx(10)


def test_between_two_frames_that_were_looked_at_a_box_is_between_both():
    motion = BoxMotion()
    for index, left in [(0, 0), (1, 10), (3, 50)]:
        motion.take(result_at(index, left))
    ((_, box),) = motion.tracks_for(factories.frame(2, timestamp=0.2))
    assert box[0] == pytest.approx(30)


def test_results_of_frames_that_were_shown_are_let_go_of():
    motion = BoxMotion()
    results = [result_at(index, index) for index in range(5)]
    for result in results:
        motion.take(result)
    motion.tracks_for(results[4].frame)
    assert [motion.frame_of(result.tracks[0]) for result in results[:3]] == [None] * 3
    assert motion.frame_of(results[4].tracks[0]) is results[4].frame


def test_a_picture_judged_again_is_shown_as_it_was_judged_last():
    first = result_at(0, 0)
    again = dataclasses.replace(
        first, tracks=(dataclasses.replace(first.tracks[0], decision=DECISIONS[2]),)
    )
    motion = BoxMotion()
    motion.take(first)
    motion.take(again)
    ((track, _),) = motion.tracks_for(first.frame)
    assert track.decision is DECISIONS[2]


def test_a_clip_that_begins_again_is_not_shown_with_the_boxes_of_its_end():
    motion = BoxMotion()
    motion.take(result_at(9, 90))
    motion.take(result_at(0, 0))
    ((_, box),) = motion.tracks_for(factories.frame(1, timestamp=0.1))
    assert box[0] == pytest.approx(0)


def test_no_frame_shows_a_face_out_of_sight_and_it_is_worth_no_other_look():
    seen = result_at(0, 0)
    gone = dataclasses.replace(seen.tracks[0], coasting=True)
    motion = BoxMotion()
    motion.take(dataclasses.replace(seen, tracks=(gone,)))
    assert motion.frame_of(gone) is None
    assert seen_live(gone, None, frame=None).glimpse is None


def test_a_box_of_another_source_is_not_shown():
    motion = BoxMotion()
    motion.take(result_at(0, 0))
    other = dataclasses.replace(factories.frame(0), source_id="another")
    assert motion.tracks_for(other) == ()


@pytest.mark.parametrize(
    ("sentence", "count", "said"),
    [
        ("%n face(s)", 1, "%n face"),
        ("%n face(s)", 0, "%n faces"),
        ("%n person(s) enrolled", 2, "%n people enrolled"),
        ("%n person(s) enrolled", 1, "%n person enrolled"),
        ("%n match(es)", 3, "%n matches"),
    ],
)
def test_english_counts_as_english_does(qapp, sentence, count, said):
    assert EnglishPlurals().translate("any", sentence, None, count) == said


def test_a_sentence_without_a_count_is_left_to_other_translations(qapp):
    assert not EnglishPlurals().translate("any", "Open face(s)", None, -1)
