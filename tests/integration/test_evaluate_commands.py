"""``kenspeckle evaluate`` as a person types it."""

from __future__ import annotations

import json
import sys

import pytest
from PIL import Image, ImageEnhance

from desktop_app.cli.main import run as run_command_line


@pytest.fixture
def evaluate(tmp_path, capsys):
    def run(*words):
        (tmp_path / "data").mkdir(exist_ok=True)
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
        (["pairs", "--images", "{empty}", "--pairs", "{pairs}"], "None of the photos"),
        (
            ["detection", "--images", "{photos}", "--counts", "{pairs}"],
            "lacks the columns file and faces",
        ),
        (["detection", "--images", "{none}", "--counts", "{counts}"], "no such folder"),
        (["calibration", "--images", "{none}"], "cannot be read"),
        (["openset", "--images", "{none}", "--templates", "3"], "no such folder"),
        (["openset", "--images", "{photos}", "--templates", "3"], "does not hold what is needed"),
        (["clip", "{photos}", "--who", "{counts}"], "list of who appears"),
        (["clip", "{photos}", "--who", "{who}"], "cannot be played"),
        (["clip", "{clip}", "--who", "{anna}"], "nobody called “Anna” is enrolled"),
        (
            ["pairs", "--images", "{photos}", "--pairs", "{pairs}", "--output", "{counts}"],
            "cannot be written",
        ),
    ],
)
def test_what_is_wrong_with_the_question_is_said_before_the_networks_are_loaded(
    evaluate, photos, clip, tmp_path, monkeypatch, words, said
):
    def refuse(**options):
        raise AssertionError("the networks were loaded")

    monkeypatch.setattr("desktop_app.cli.opened.load_tuned_pipeline", refuse)
    names = ("none", "empty", "pairs", "counts", "photos", "who", "anna")
    places = {"clip": clip, **{name: tmp_path / name for name in names}}
    places["empty"].mkdir()
    rows = "collins.png,collins.png,1\ncollins.png,hopper.png,0\n" * 2
    places["pairs"].write_text(f"a,b,same\n{rows}", encoding="utf-8")
    places["who"].write_text('{"people": []}', encoding="utf-8")
    places["anna"].write_text('{"people": [{"name": "Anna"}]}', encoding="utf-8")
    places["counts"].write_text("file,faces\ncollins.png,1\n", encoding="utf-8")
    code, out, err = evaluate(*(word.format(**places) for word in words))
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1


@pytest.fixture
def album(tmp_path, astronaut, hopper):
    """Four photos of one person, and one of a stranger."""
    folder = tmp_path / "album"
    for person in ("collins", "hopper"):
        (folder / person).mkdir(parents=True)
    collins = Image.fromarray(astronaut)
    for number, left in enumerate((0, 20, 40, 60)):
        picture = ImageEnhance.Brightness(collins.crop((left, 0, 480 + left // 2, 500)))
        picture.enhance(0.8 + left / 100).save(folder / "collins" / f"{number}.png")
    Image.fromarray(hopper).save(folder / "hopper" / "0.png")
    return folder


def test_an_open_set_is_enrolled_searched_and_written_down(evaluate, album, tmp_path):
    output = tmp_path / "measured" / "today"
    words = ["openset", "--images", album, "--templates", "3", "--splits", "2"]
    code, out, _ = evaluate(*words, "--rates", "0.05", "--json", "--output", output)
    figures = json.loads(out)
    assert (code, figures["people"], figures["strangers"], figures["probes"]) == (0, 1, 1, 1)
    assert figures["rank_one"]["value"] == 1.0
    assert [point["fpir"] for point in figures["fnir_at_fpir"]] == [0.05]
    assert figures["fnir_at_fpir"][0]["fnir"]["value"] == 0.0
    assert [one["probes"]["named_rightly"]["value"] for one in figures["decided"]] == [1.0] * 3
    assert [one["fpir"]["value"] for one in figures["decided"]] == [0.0] * 3
    assert json.loads((output / "openset.json").read_text("utf-8")) == figures
    assert "1 people enrolled with 3 photos each" in (output / "openset.md").read_text("utf-8")
    plots = {path.name for path in output.glob("*.svg")}
    assert plots == {"openset_det.svg", "openset_scores.svg", "openset_reliability.svg"}
    before = {path: path.read_bytes() for path in output.iterdir()}
    evaluate(*words, "--rates", "0.05", "--output", output)
    assert {path: path.read_bytes() for path in output.iterdir()} == before
    code, out, _ = evaluate(*words)
    assert "1.00 % asked for: 0.00 % (0.00–79.35) of strangers named" in out


def test_pairs_are_written_down_with_their_plots(evaluate, photos, tmp_path):
    pairs = tmp_path / "pairs.csv"
    rows = "collins.png,collins.png,1,A\ncollins.png,hopper.png,0,A\n" * 2
    rows += "hopper.png,hopper.png,1,B\nnobody.png,hopper.png,0,B\n" * 2
    pairs.write_text(f"a,b,same,kind\n{rows}", encoding="utf-8")
    output = tmp_path / "measured"
    words = ["pairs", "--images", photos, "--pairs", pairs, "--output", output, "--json"]
    code, out, _ = evaluate(*words)
    lines = [json.loads(line) for line in out.splitlines()]
    assert (code, [line["kind"] for line in lines]) == (0, ["A", "B"])
    assert json.loads((output / "pairs.json").read_text("utf-8")) == lines
    assert "| A | 4 | 0 | 100.00 % ± 0.00 % |" in (output / "pairs.md").read_text("utf-8")
    plots = {path.name for path in output.glob("*.svg")}
    assert plots == {"pairs_roc.svg", "pairs_det.svg", "pairs_scores.svg"}


def test_counts_of_faces_are_written_down(evaluate, photos, tmp_path):
    counts = tmp_path / "counts.csv"
    counts.write_text("file,faces\ncollins.png,1\n", encoding="utf-8")
    output = tmp_path / "measured"
    words = ["detection", "--images", photos, "--counts", counts, "--output", output]
    assert evaluate(*words)[0] == 0
    assert json.loads((output / "detection.json").read_text("utf-8"))["found"] == 1
    assert "| photos | 1 | 1 | 1 | 0 | 0 |" in (output / "detection.md").read_text("utf-8")


def test_without_matplotlib_plots_are_refused_before_the_work(
    evaluate, album, tmp_path, monkeypatch
):
    monkeypatch.setattr("desktop_app.cli.opened.load_tuned_pipeline", None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    output = tmp_path / "measured"
    code, out, err = evaluate("openset", "--images", album, "--templates", "3", "--output", output)
    assert (code, out) == (2, "")
    assert "drawn with matplotlib, which is not here" in err
    assert not output.exists()


def test_a_clip_is_compared_with_who_appears_in_it(run, photos, clip, tmp_path):
    run("enrol", "Eileen", photos / "collins.png")
    who = tmp_path / "who.json"
    people = [{"name": "eileen", "to": 1.0}, {"name": "Eileen", "from": 60}]
    who.write_text(json.dumps({"people": people}), encoding="utf-8")
    output = tmp_path / "measured"
    assert run("evaluate", "clip", clip, "--who", who, "--json", "--output", output) == 0
    (figures,) = run.lines
    assert (figures["frames"], figures["track_frames"], figures["label_changes"]) == (40, 40, 0)
    (eileen,) = figures["people"]
    assert eileen["name"] == "Eileen"
    assert 0.0 < eileen["time_to_name"] <= 0.5
    assert eileen["named"] == eileen["frames"] == 10
    assert figures["after_the_end"] == [{"name": "Eileen", "from": 60.0}]
    # She is there to the end, which the list does not say.
    assert figures["strangers_named"] == {"names": ["Eileen"], "track_frames": 20}
    assert json.loads((output / "clip.json").read_text("utf-8")) == figures
    assert "| Eileen: 0." in (output / "clip.md").read_text("utf-8")
    assert run("evaluate", "clip", clip, "--who", who) == 0
    assert "Eileen: to appear from 60 s on, and the clip ends before, at 1.95 s" in run.out
