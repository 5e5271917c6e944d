"""Whom the measurement of exchanged people takes."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def tool(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    path = ROOT / "tools" / "measure_swaps.py"
    spec = importlib.util.spec_from_file_location("measure_swaps", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path):
    for name in ("ann/1.jpg", "ann/2.JPG", "ann/notes.txt", "bob/1.png", "nobody/readme.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "list.txt").touch()
    return tmp_path


def test_people_without_a_photo_take_no_part(tool, folder):
    people = tool._people(folder)
    assert [[path.name for path in photos] for photos in people] == [["1.jpg", "2.JPG"], ["1.png"]]
    pairs = list(tool._pairs(people, count=20, seed=0))
    assert len(pairs) == 20
    assert all({one.parent.name, other.parent.name} == {"ann", "bob"} for one, other in pairs)


def test_the_same_seed_draws_the_same_pairs(tool, folder):
    people = tool._people(folder)
    first, again = (list(tool._pairs(people, count=20, seed=3)) for _ in range(2))
    assert first == again


@pytest.mark.parametrize(("name", "words"), [("ann", "photos of two people"), ("who", "no folder")])
def test_a_folder_without_two_people_is_refused(tool, folder, monkeypatch, capsys, name, words):
    monkeypatch.setattr(sys, "argv", ["measure_swaps.py", str(folder / name)])
    with pytest.raises(SystemExit) as ended:
        tool.main()
    assert ended.value.code == 2
    assert words in capsys.readouterr().err
