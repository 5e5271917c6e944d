"""``kenspeckle evaluate`` as a person types it."""

from __future__ import annotations

import json

import pytest
from PIL import Image

from desktop_app.cli.main import run as run_command_line


@pytest.fixture
def evaluate(tmp_path, capsys):
    def run(*words):
        line = ["--data-dir", str(tmp_path / "data"), "evaluate", *map(str, words)]
        code = run_command_line(line, window=lambda options: pytest.fail("a window was asked for"))
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def photos(tmp_path, astronaut, hopper):
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.fromarray(astronaut).save(folder / "collins.png")
    Image.fromarray(hopper).save(folder / "hopper.png")
    Image.new("RGB", (300, 200), "teal").save(folder / "nobody.png")
    return folder


def test_found_faces_are_counted_against_a_list(evaluate, photos, tmp_path):
    counts = tmp_path / "counts.csv"
    counts.write_text("file,faces\ncollins.png,1\nhopper.png,3\nnobody.png,0\n", encoding="utf-8")
    code, out, _ = evaluate("detection", "--images", photos, "--counts", counts, "--json")
    assert code == 0
    tally = {"photos": 3, "failed": 0, "wanted": 4, "found": 2, "missed": 2, "surplus": 0}
    assert json.loads(out) == tally
    code, out, _ = evaluate("detection", "--images", photos, "--counts", counts)
    assert out == "3 photos: 4 faces counted, 2 found, 2 missed, 0 too many\n"


def test_where_nothing_could_be_compared_no_figure_is_made_up(evaluate, photos, tmp_path):
    pairs = tmp_path / "pairs.csv"
    rows = "nobody.png,hopper.png,1\nnobody.png,collins.png,0\n" * 2
    pairs.write_text(f"a,b,same\n{rows}", encoding="utf-8")
    code, out, _ = evaluate("pairs", "--images", photos, "--pairs", pairs, "--json")
    verdict = json.loads(out)
    assert (code, verdict["accuracy_mean"], verdict["failed"]) == (0, 0.0, 4)
    assert verdict["threshold"] is None
    code, out, _ = evaluate("pairs", "--images", photos, "--pairs", pairs)
    assert "threshold unknown" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["pairs", "--images", "{photos}", "--pairs", "{none}"], "list of pairs"),
        (["pairs", "--images", "{none}", "--pairs", "{pairs}"], "no such folder"),
        (["pairs", "--images", "{empty}", "--pairs", "{pairs}"], "none of the photos"),
        (["detection", "--images", "{photos}", "--counts", "{pairs}"], "lacks the column file"),
        (["detection", "--images", "{none}", "--counts", "{counts}"], "no such folder"),
        (["calibration", "--images", "{none}"], "cannot be read"),
    ],
)
def test_what_is_wrong_with_the_question_is_said_before_the_networks_are_loaded(
    evaluate, photos, tmp_path, monkeypatch, words, said
):
    def refuse(**options):
        raise AssertionError("the networks were loaded")

    monkeypatch.setattr("desktop_app.cli.opened.load_pipeline", refuse)
    places = {name: tmp_path / name for name in ("none", "empty", "pairs", "counts", "photos")}
    places["empty"].mkdir()
    rows = "collins.png,collins.png,1\ncollins.png,hopper.png,0\n" * 2
    places["pairs"].write_text(f"a,b,same\n{rows}", encoding="utf-8")
    places["counts"].write_text("file,faces\ncollins.png,1\n", encoding="utf-8")
    code, out, err = evaluate(*(word.format(**places) for word in words))
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
