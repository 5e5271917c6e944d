"""The two forms of ``enrol``, and what is said where they are mixed."""

from pathlib import Path

import pytest

from desktop_app.cli.arguments import parse
from desktop_app.errors import UsageError


def read(*words: str):
    return parse(words, window=lambda _options: 0).arguments


def test_one_person_is_enrolled_by_name_with_options_anywhere():
    for words in (["Anna", "--json", "a.jpg"], ["--json", "Anna", "a.jpg"], ["Anna", "a.jpg"]):
        arguments = read("enrol", *words)
        assert (arguments.name, arguments.photos) == ("Anna", [Path("a.jpg")])
        assert arguments.folder is None


@pytest.mark.parametrize("words", [["--folder", "x"], ["--folder=x"], ["--json", "--folder", "x"]])
def test_a_folder_needs_neither_name_nor_photo(words):
    arguments = read("enrol", *words, "--report", "r.csv", "--largest", "--allow-low-quality")
    assert arguments.folder == Path("x")
    assert (arguments.report, arguments.largest) == (Path("r.csv"), True)


@pytest.mark.parametrize("words", [["Anna"], ["Anna", "a.jpg"]])
def test_a_name_beside_a_folder_is_refused_with_a_sentence(words):
    for mixed in ([*words, "--folder", "x"], ["--folder", "x", *words]):
        with pytest.raises(UsageError, match="leave NAME and PHOTO out"):
            read("enrol", *mixed)


@pytest.mark.parametrize("option", ["--dry-run", "--discard", "--largest"])
def test_what_only_a_folder_can_have_is_refused_without_one(option):
    with pytest.raises(UsageError, match=f"{option} goes with --folder DIR"):
        read("enrol", "Anna", "a.jpg", option)


def test_a_preview_and_discarding_do_not_go_together():
    with pytest.raises(UsageError, match="do not go together"):
        read("enrol", "--folder", "x", "--dry-run", "--discard")


@pytest.mark.parametrize("option", ["--dry-run", "--discard"])
def test_there_is_no_report_of_photos_that_are_not_read(option):
    with pytest.raises(UsageError, match="none is read"):
        read("enrol", "--folder", "x", option, "--report", "r.csv")


def test_without_a_folder_what_is_missing_is_asked_for(capsys):
    for words, missing in ((["enrol"], "NAME, PHOTO"), (["enrol", "Anna"], "PHOTO")):
        with pytest.raises(SystemExit) as left:
            read(*words)
        assert left.value.code == 2
        err = capsys.readouterr().err
        assert f"required: {missing}" in err
        assert "enrol --folder DIR" in err


def test_an_option_that_there_is_not_is_still_refused(capsys):
    for words in (["enrol", "--folder", "x", "--nonsense"], ["doctor", "--nonsense"]):
        with pytest.raises(SystemExit) as left:
            read(*words)
        assert left.value.code == 2
        assert "unrecognized arguments: --nonsense" in capsys.readouterr().err
