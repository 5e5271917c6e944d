import json
import math

import pytest

import factories
from desktop_app.errors import AppearancesUnreadable
from desktop_app.recognition.types import Identified, Unsure
from desktop_app.services.evaluation.appearances import (
    Appearance,
    appearances_in,
    check_enrolled,
    read_appearances,
)
from desktop_app.services.evaluation.clip import ClipTally
from desktop_app.services.evaluation.documents import clip_json, clips_markdown
from desktop_app.services.live import FrameResult, TrackView

ENROLLED = {"anna": "Anna", "ben": "Ben"}


def listed(tmp_path, content):
    path = tmp_path / "who.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_who_appears_is_read_by_time_with_what_is_left_out(tmp_path):
    people = [
        {"name": " Anna ", "from": 20},
        {"name": "Ben"},
        {"name": "Anna", "from": 1.5, "to": 12.5},
    ]
    assert read_appearances(listed(tmp_path, {"people": people})) == (
        Appearance("Ben", 0.0, math.inf),
        Appearance("Anna", 1.5, 12.5),
        Appearance("Anna", 20.0, math.inf),
    )
    assert read_appearances(listed(tmp_path, '\ufeff{"people": []}')) == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "it is not JSON"),
        ("[" * 100_000, "it is not JSON"),
        ("[]", "lacks the list “people”"),
        ({"people": {}}, "lacks the list “people”"),
        ({"people": ["Anna"]}, "entry 1 has no name"),
        ({"people": [{"name": "Anna"}, {"from": 1}]}, "entry 2 has no name"),
        ({"people": [{"name": "  "}]}, "the name of entry 1 cannot be used"),
        ({"people": [{"name": "Anna", "until": 3}]}, "entry 1 has “until”"),
        ({"people": [{"name": "Anna", "from": 3, "to": 3}]}, "the times of entry 1 (“Anna”)"),
        ({"people": [{"name": "Anna", "from": -1}]}, "the times of entry 1"),
        ({"people": [{"name": "Anna", "from": "0:10"}]}, "the times of entry 1"),
        ({"people": [{"name": "Anna", "to": True}]}, "the times of entry 1"),
        ('{"people": [{"name": "Anna", "to": NaN}]}', "the times of entry 1"),
        (
            {"people": [{"name": "anna", "from": 2, "to": 9}, {"name": "Anna", "to": 3}]},
            "“anna” appears from 2 s on while there already",
        ),
    ],
)
def test_a_list_of_who_appears_that_makes_no_sense_is_refused(tmp_path, content, said):
    with pytest.raises(AppearancesUnreadable) as error:
        read_appearances(listed(tmp_path, content))
    assert said in str(error.value)


def test_a_list_that_is_not_there_or_no_text_is_refused(tmp_path):
    with pytest.raises(AppearancesUnreadable, match="no such file"):
        read_appearances(tmp_path / "who.json")
    (tmp_path / "who.json").write_bytes(b"\xff\xfe{}")
    with pytest.raises(AppearancesUnreadable, match="not text in UTF-8"):
        read_appearances(tmp_path / "who.json")


class Shown:
    """Frames by hand, ten a second: of each, which track shows which name."""

    def __init__(self, tmp_path, *people):
        appearances = appearances_in({"people": list(people)}, path=tmp_path)
        self.tally = ClipTally(appearances, enrolled=ENROLLED)
        self._index = 0

    def frames(self, count, *, coasting=(), **tracks):
        for _ in range(count):
            views = tuple(
                self._view(int(track[1:]), name, coasting=track in coasting)
                for track, name in tracks.items()
            )
            frame = factories.frame(self._index, timestamp=self._index / 10)
            self.tally.add(FrameResult(frame, views, 0.01))
            self._index += 1
        return self

    @staticmethod
    def _view(number, name, *, coasting):
        face = factories.face(number)
        decision = Unsure((), None)
        if name is not None:
            match = factories.match(name, 0.8)
            decision = Identified(match, 0.99, (match,))
        fields = {"id": number, "box": face.detection.box, "decision": decision, "face": face}
        # What else a view says is of no concern here.
        others = TrackView.__dataclass_fields__.keys() - {*fields, "coasting"}
        return TrackView(**fields, coasting=coasting, **dict.fromkeys(others))

    @property
    def report(self):
        return self.tally.report()


def test_time_to_name_is_from_the_first_appearance_to_the_first_frame_with_the_name(tmp_path):
    shown = Shown(tmp_path, {"name": "Anna", "from": 0.5}, {"name": "Ben"})
    shown.frames(5, t1=None).frames(3, t1=None, t2=None).frames(12, t1=None, t2="Anna")
    anna, ben = sorted(shown.report.people, key=lambda person: person.name)
    assert anna.time_to_name == pytest.approx(0.3)
    assert ben.time_to_name is None
    # Anna's frames from 1.0 s on, Ben's from 0.5 s on, of 20 up to 1.9 s.
    assert (anna.frames, anna.named) == (10, 10)
    assert (ben.frames, ben.named) == (15, 0)
    assert shown.report.share_named == pytest.approx(10 / 25)


def test_who_comes_back_gets_half_a_second_again(tmp_path):
    shown = Shown(tmp_path, {"name": "Anna", "to": 1.0}, {"name": "Anna", "from": 2.0, "to": 3.0})
    shown.frames(10, t1="Anna").frames(10).frames(5, t2=None).frames(5, t2="Anna").frames(10)
    (anna,) = shown.report.people
    assert (anna.time_to_name, anna.frames, anna.named) == (0.0, 10, 10)
    assert shown.report.stranger_names == ()


def test_a_name_of_somebody_who_is_not_there_is_a_stranger_named(tmp_path):
    shown = Shown(tmp_path, {"name": "ANNA", "from": 1.0})
    shown.frames(10, t1="Anna", t2="Ben").frames(5, t1="Anna", t2="Ben")
    assert shown.report.stranger_names == ("Anna", "Ben")
    assert shown.report.stranger_track_frames == 10 + 10 + 5
    assert shown.report.people[0].time_to_name == 0.0


def test_a_face_that_is_out_of_sight_names_nobody(tmp_path):
    shown = Shown(tmp_path, {"name": "Anna"})
    shown.frames(10, t1="Anna", t2="Ben", coasting=("t1", "t2"))
    report = shown.report
    assert (report.track_frames, report.people[0].named, report.stranger_names) == (0, 0, ())
    assert math.isnan(report.label_changes_per_1000)


def test_label_changes_are_counted_in_a_thousand_faces_followed(tmp_path):
    shown = Shown(tmp_path, {"name": "Anna"}, {"name": "Ben"})
    # A first name is no change; losing it, and taking another's, are.
    shown.frames(5, t1=None).frames(5, t1="Anna").frames(5, t1=None).frames(5, t1="Anna")
    shown.frames(20, t1="Ben")
    assert (shown.report.label_changes, shown.report.track_frames) == (2, 40)
    assert shown.report.label_changes_per_1000 == pytest.approx(50)


def test_whoever_is_listed_and_not_enrolled_is_most_likely_misspelt():
    check_enrolled([Appearance("ANNA", 0.0, 1.0)], ["Anna", "Ben"], path="who.json")
    with pytest.raises(AppearancesUnreadable, match="nobody called “Anne” is enrolled"):
        check_enrolled([Appearance("Anne", 0.0, 1.0)], ["Anna", "Ben"], path="who.json")


def test_an_appearance_after_the_clips_end_is_said(tmp_path):
    shown = Shown(tmp_path, {"name": "Ben"}, {"name": "Anna", "from": 0.9})
    shown.frames(10, t1="Ben")
    assert shown.report.after_the_end == ()
    late = [{"name": "Ben", "to": 5}, {"name": "Anna", "from": 60}, {"name": "Ben", "from": 70}]
    figures = clip_json(Shown(tmp_path, *late).frames(10, t1="Ben").report)
    assert figures["after_the_end"] == [
        {"name": "Ben", "from": 70.0},
        {"name": "Anna", "from": 60.0},
    ]


def test_a_clip_is_a_line_of_the_table(tmp_path):
    shown = Shown(tmp_path, {"name": "Ben"}).frames(10, t1="Ben")
    line = clips_markdown({"a|b.mp4": shown.report}).splitlines()[2]
    assert line == "| a\\|b.mp4 | 0.9 | 10 | 0.00 | Ben: 0.00 | 100.00 % | 0 | 0 |"


def test_a_clip_of_nobody_makes_no_figure_up(tmp_path):
    figures = json.loads(json.dumps(clip_json(Shown(tmp_path).frames(3).report), allow_nan=False))
    assert figures["label_changes_per_1000_track_frames"] is None
    assert figures["share_named"] is None
