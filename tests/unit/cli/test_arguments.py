from pathlib import Path

import pytest

from desktop_app.cli.arguments import parse
from desktop_app.errors import UsageError


def window(options) -> int:
    raise AssertionError(f"only the command line is read here: {options}")


def read(*words: str):
    return parse(words, window=window)


def test_common_options_stand_before_or_after_the_command(tmp_path):
    gallery = str(tmp_path / "g.db")
    before = read("--gallery", gallery, "--verbose", "people", "list")
    after = read("people", "list", "--gallery", gallery, "--verbose")
    assert before.gallery_given == after.gallery_given == Path(gallery)
    assert before.verbose
    assert after.verbose


def test_relative_paths_and_home_folders_are_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    options = read("--gallery", "g.db", "--data-dir", "~/data")
    assert options.gallery_given == tmp_path / "g.db"
    assert options.data_dir_given == tmp_path / "home" / "data"


def test_without_a_command_or_headless_the_window_is_the_command():
    assert read().command is window
    assert read("--source", "clip.mp4").command is window
    live = read("live", "--source", "camera:1")
    assert (live.command, live.source) == (window, "camera:1")
    headless = read("live", "--source", "camera:1", "--headless")
    assert headless.command is not window
    assert headless.source == "camera:1"
    assert read("doctor").command is not window


def test_several_sources_are_for_the_window_in_the_order_they_were_named():
    named = ["--source", "camera:0", "--source", "clip.mp4"]
    assert read().sources == ()
    for options in (read(*named), read("live", *named), read(*named[:2], "live", *named[2:])):
        assert (options.command, options.sources) == (window, ("camera:0", "clip.mp4"))


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["live", "--headless", "--source", "a.mp4", "--source", "b.mp4"], "“live --headless”"),
        (["--source", "a.mp4", "live", "--headless", "--source", "b.mp4"], "“live --headless”"),
        (["bench", "--source", "a.mp4", "--source", "b.mp4"], "“bench”"),
        (["--source", "a.mp4", "bench", "--source", "b.mp4"], "“bench”"),
    ],
)
def test_a_command_that_takes_one_source_refuses_two_with_a_sentence(words, what):
    with pytest.raises(UsageError, match=f"{what} takes one --source, not 2"):
        read(*words)


@pytest.mark.parametrize("more", [["--json"], ["--max-frames", "5"]])
def test_what_only_a_run_without_a_window_can_do_is_not_swallowed_by_the_window(more):
    with pytest.raises(UsageError, match="need --headless"):
        read("live", "--source", "camera:0", *more)


def test_a_source_for_a_command_that_shows_none_is_refused():
    with pytest.raises(UsageError, match="“people” shows nothing"):
        read("--source", "camera:0", "people", "list")


@pytest.mark.parametrize("option", ["--gallery", "--data-dir"])
def test_the_home_folder_of_nobody_is_refused_with_a_sentence(option):
    with pytest.raises(UsageError, match=r"“~no-such-user/x” begins with somebody's home folder"):
        read(option, "~no-such-user/x", "people", "list")


@pytest.mark.parametrize("number", ["0", "-3", "two", "1.5"])
def test_a_number_of_frames_that_is_none_is_refused_with_a_sentence(number, capsys):
    with pytest.raises(SystemExit) as end:
        read("live", "--source", "camera:0", "--headless", f"--max-frames={number}")
    assert end.value.code == 2
    assert f"a whole number above 0 is wanted, not “{number}”" in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-3", "third"])
def test_the_number_of_a_negative_is_a_whole_one(number, capsys):
    with pytest.raises(SystemExit):
        read("people", "take-back", "--", number)
    assert f"a whole number above 0 is wanted, not “{number}”" in capsys.readouterr().err


def test_every_command_speaks_to_programs():
    for words in (
        *(["enrol", "Anna", "a.jpg"], ["identify", "a.jpg"], ["verify", "a.jpg", "b.jpg"]),
        *(["live", "--source", "camera:0", "--headless"], ["people", "list"], ["doctor"]),
        *(["people", "rename", "Anna", "Ben"], ["people", "remove", "Anna"]),
        *(["people", "not", "Anna", "a.jpg"], ["people", "negatives", "Anna"]),
        *(["people", "take-back", "3"], ["people", "check"]),
        ["evaluate", "pairs", "--images", "photos", "--pairs", "pairs.csv"],
        ["evaluate", "calibration", "--images", "photos"],
        ["evaluate", "detection", "--images", "photos", "--counts", "counts.csv"],
    ):
        assert read(*words, "--json").arguments.json
