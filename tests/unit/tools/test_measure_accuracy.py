import importlib.util
import json
import re
from pathlib import Path

import pytest

from desktop_app.services.evaluation.appearances import appearances_in

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def tool():
    path = ROOT / "tools" / "measure_accuracy.py"
    spec = importlib.util.spec_from_file_location("measure_accuracy", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


PAGE = (
    "# Title\n<!-- measured: a -->\nold\n<!-- end -->\nprose\n<!-- measured: b -->\n<!-- end -->\n"
)


def test_what_was_measured_stands_between_the_markers_and_prose_stays(tool):
    page = tool.with_tables(PAGE, {"b": "| \\1 |\n", "a": "| new |\n"})
    assert page == (
        "# Title\n<!-- measured: a -->\n\n| new |\n\n<!-- end -->\nprose\n"
        "<!-- measured: b -->\n\n| \\1 |\n\n<!-- end -->\n"
    )
    assert tool.with_tables(page, {"a": "| new |\n"}) == page


@pytest.mark.parametrize("page", ["", PAGE + PAGE, "<!-- measured: a -->\nno end"])
def test_a_page_without_the_place_for_a_table_is_refused(tool, page):
    with pytest.raises(ValueError, match="“a”"):
        tool.with_tables(page, {"a": "| new |\n"})


def test_the_page_has_a_place_for_everything_and_the_clips_make_sense(tool):
    page = (ROOT / "docs" / "accuracy.md").read_text("utf-8")
    names = ("pairs", "openset", "points", "decided", "reliability", "clips", "detection")
    assert tool.with_tables(page, dict.fromkeys(names, "| x |\n")).count("| x |") == len(names)
    for name, listed in json.loads(tool.CLIPS.read_text("utf-8")).items():
        appearing = {one.name for one in appearances_in(listed, path=Path(name))}
        assert appearing == {entry["name"] for entry in listed["enrol"]}


def test_every_table_of_the_page_is_filled_and_every_plot_is_there():
    page = (ROOT / "docs" / "accuracy.md").read_text("utf-8")
    blocks = re.findall(r"<!-- measured: (\w+) -->\n(.*?)<!-- end -->", page, re.DOTALL)
    assert len(blocks) == 7
    for name, block in blocks:
        assert re.search(r"\d", block), name
    plots = re.findall(r"\(accuracy/([\w.]+)\)", page)
    assert plots
    for plot in plots:
        assert (ROOT / "docs" / "accuracy" / plot).is_file(), plot
