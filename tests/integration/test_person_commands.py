"""``people export``, ``people erase`` and ``backup`` on the real command line."""

import io
import json
import os
import shlex
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from db.events import EventLog
from db.repository import GalleryRepository
from desktop_app.paths import DataDir, models_dir
from desktop_app.recognition.events import EventChange, EventLook, EventState, Outcome
from desktop_app.recognition.people import NewSample, Origin
from desktop_app.vision.catalog import load_catalog
from desktop_app.vision.types import Embedding

ODD = '<b onload="x()">Zoë</b>/..\\..'


@pytest.fixture(scope="module")
def embedder() -> tuple[str, int]:
    chosen = load_catalog(models_dir()).embedder()
    return chosen.key, chosen.dimension


@pytest.fixture
def people(run, embedder) -> None:
    """Zoë, whose name is also markup and a path, and Bruno."""
    random = np.random.default_rng(2)
    key, dimension = embedder

    def sample() -> NewSample:
        vector = random.standard_normal(dimension).astype(np.float32)
        return NewSample(
            pixels=random.integers(0, 256, (112, 112, 3), np.uint8),
            embedding=Embedding(vector / np.linalg.norm(vector), key),
            quality=0.5,
            origin=Origin.PHOTO,
        )

    repository = GalleryRepository.open(DataDir(run.data).gallery)
    zoe = repository.acts.enrol(ODD, [sample(), sample(), sample()])
    repository.acts.enrol("Bruno", [sample()])
    repository.acts.set_note(zoe.id, "likes <script>alert(1)</script>")
    repository.acts.set_groups(zoe.id, ["Choir & friends"])
    one = sample()
    repository.acts.add_negative(
        zoe.id, pixels=one.pixels, embedding=one.embedding, origin=Origin.LIVE
    )
    repository.acts.remove_samples([repository.samples(zoe.id)[0].id])
    repository.close()


class Page(HTMLParser):
    """What a browser would make of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.sources: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes) -> None:
        self.tags.append(tag)
        assert not [name for name, _ in attributes if name.startswith("on")]
        self.sources += [value for name, value in attributes if name in {"src", "href"}]

    def handle_data(self, data) -> None:
        self.text += data


def test_an_export_holds_everything_and_its_page_needs_nothing_else(run, people, tmp_path) -> None:
    target = tmp_path / "zoe.zip"

    assert run("people", "export", ODD, target, "--json") == 0

    assert run.lines == [
        {
            "exported": ODD,
            "file": str(target),
            "pictures": 3,
            "negatives": 1,
            "events": 0,
            "unreadable": 0,
        }
    ]
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        person = json.loads(archive.read("person.json"))
        templates = json.loads(archive.read("templates.json"))
        page = Page(archive.read("index.html").decode())
        pictures = [
            Image.open(io.BytesIO(archive.read(entry["file"]))).size for entry in person["pictures"]
        ]
    assert pictures == [(112, 112)] * 3
    assert person["format"] == "kenspeckle person"
    assert person["version"] == 1
    assert person["name"] == ODD
    assert person["groups"] == ["Choir & friends"]
    assert sum(entry["in_bin_since"] is not None for entry in person["pictures"]) == 1
    assert [entry["of"] for entry in templates] == ["picture"] * 3
    assert [set(entry) for entry in person["negatives"]] == [{"id", "said", "from", "taken_back"}]
    assert all(abs(np.linalg.norm(entry["vector"]) - 1) < 1e-4 for entry in templates)
    assert all(name.split("/")[0] in {"pictures", name} for name in names)
    assert "script" not in page.tags
    assert "b" not in page.tags
    assert ODD in page.text
    assert "likes <script>alert(1)</script>" in page.text
    assert len(page.sources) == 3
    assert "They are other people’s faces" in page.text
    assert all(source.startswith("data:image/png;base64,") for source in page.sources)


def test_years_of_history_are_linked_to_and_not_in_the_page(run, people, tmp_path) -> None:
    target, random = tmp_path / "zoe.zip", np.random.default_rng(4)
    repository = GalleryRepository.open(DataDir(run.data).gallery)
    zoe, now = repository.find(ODD), datetime.now(UTC)
    pixels = random.integers(0, 256, (16, 16, 3), np.uint8)
    vector = np.eye(1, 128, dtype=np.float32)[0]
    look = EventLook(pixels, Embedding(vector, "sface"))
    EventLog(repository.file).write(
        [
            EventChange(EventState(n, zoe.id, now, now, "Door", Outcome.NAMED, 0.9, look))
            for n in range(230)
        ]
    )
    repository.close()

    assert run("people", "export", ODD, target) == 0

    with zipfile.ZipFile(target) as archive:
        names = set(archive.namelist())
        page = Page(archive.read("index.html").decode())
        templates = json.loads(archive.read("templates.json"))
    inside = [source for source in page.sources if source.startswith("data:image/png;base64,")]
    beside = [source for source in page.sources if source not in inside]
    assert (len(inside), len(beside)) == (200, 33)
    assert set(beside) <= names
    assert len(templates) == 233


def test_an_export_replaces_no_file_unless_asked_and_leaves_no_half(run, people, tmp_path) -> None:
    target = tmp_path / "zoe.zip"
    target.write_text("mine")

    assert run("people", "export", ODD, target) == 2
    assert target.read_text() == "mine"
    assert run("people", "export", ODD, target, "--force") == 0
    assert zipfile.is_zipfile(target)
    assert run("people", "export", ODD, tmp_path / "no folder" / "zoe.zip") == 2
    assert "cannot be written" in run.err
    assert [file.name for file in tmp_path.iterdir() if "partial" in file.name] == []
    if sys.platform != "win32":
        assert target.stat().st_mode & 0o777 == 0o600


def test_erasing_wants_a_yes_and_then_proves_itself(run, people) -> None:
    run("backup", "create")
    assert run("people", "erase", ODD) == 2
    assert "--yes" in run.err
    assert run("people", "list", "--json") == 0
    assert len(run.lines[0]) == 2

    assert run("people", "erase", ODD, "--yes", "--json") == 0

    (done,) = run.lines
    assert done["proof"]["found"] == []
    assert done["proof"]["files"] >= 2
    assert done["backups"] == 1
    assert done["pictures"] == 3
    for file in run.data.rglob("*"):
        if file.is_file():
            assert b"onload" not in file.read_bytes()
    assert run("people", "erase", ODD, "--yes") == 2
    assert "Nobody called" in run.err


def test_what_is_found_after_erasing_is_said_and_the_exit_code_tells(run, people) -> None:
    (run.data / "list.txt").write_text(f"to call: {ODD}\n")

    assert run("people", "erase", ODD, "--yes") == 2

    assert "FOUND" in run.out
    assert "list.txt" in run.out


def test_backups_are_made_listed_checked_and_restored(run, people, tmp_path) -> None:
    stick = tmp_path / "stick.db"
    assert run("backup", "create", "--json") == 0
    assert run.lines[0]["people"] == 2
    assert run("backup", "create", stick) == 0
    assert run("backup", "create", stick) == 2
    assert run("backup", "list", "--json") == 0
    assert [entry["kind"] for entry in run.lines[0]] == ["hand"]
    assert run("people", "rename", "Bruno", "Bernd") == 0

    assert run("backup", "restore", stick) == 2
    assert "--yes" in run.err
    assert run("backup", "restore", stick, "--yes", "--json") == 0

    kept = Path(run.lines[0]["kept"])
    assert run("people", "list") == 0
    assert "Bruno" in run.out
    assert run("backup", "restore", kept, "--yes") == 0
    assert run("people", "list") == 0
    assert "Bernd" in run.out
    assert run("backup", "verify") == 0
    stick.write_bytes(stick.read_bytes()[:20000])
    assert run("backup", "verify", stick, "--json") == 2
    assert run.lines[0][0]["trouble"]["code"] == "backup-unusable"


def test_a_damaged_or_missing_gallery_is_restored_too(run, people) -> None:
    assert run("backup", "create", "--json") == 0
    backup = run.lines[0]["file"]
    gallery = DataDir(run.data).gallery
    data = bytearray(gallery.read_bytes())
    data[4096:40960] = os.urandom(36864)
    gallery.write_bytes(data)
    assert run("people", "list") == 2
    assert "backup restore" in run.err
    assert f"--gallery {run.data / 'gallery.db'}" in run.err
    assert backup in run.err

    assert run("backup", "restore", backup, "--yes", "--json") == 0
    assert Path(run.lines[0]["kept"]).read_bytes() == data
    assert run("people", "list") == 0
    assert "Bruno" in run.out
    gallery.unlink()
    assert run("backup", "restore", backup, "--yes") == 0
    assert run("people", "list") == 0
    assert "Bruno" in run.out


@pytest.mark.parametrize("left", [None, b""])
def test_a_gallery_that_was_lost_is_not_taken_for_a_new_one(run, people, left) -> None:
    assert run("backup", "create", "--json") == 0
    gallery = DataDir(run.data).gallery
    gallery.unlink()
    if left is not None:
        gallery.write_bytes(left)
    for words in (["people", "list"], ["enrol", "Carl", "c.jpg"]):
        assert run(*words) == 2
        assert "missing or empty, though there are backups" in run.err
    assert run("doctor", "--json") == 2
    assert "missing or empty" in run.lines[0]["database"]["problem"]
    assert run("people", "list") == 2
    command = run.err.rsplit("kenspeckle ", 1)[1]
    assert run(*shlex.split(command)) == 0
    assert run("people", "list") == 0
    assert "Bruno" in run.out


def test_a_gallery_of_a_newer_version_is_refused_with_a_sentence(run, people) -> None:
    gallery = DataDir(run.data).gallery
    with closing(sqlite3.connect(gallery)) as file:
        file.execute("UPDATE alembic_version SET version_num = '9999'")
        file.commit()
    content = gallery.read_bytes()

    for command in (
        ("people", "list"),
        ("people", "erase", "Bruno", "--yes"),
        ("backup", "create"),
    ):
        assert run(*command) == 2
        assert "newer version" in run.err
    assert gallery.read_bytes() == content


def test_erasing_asks_on_a_terminal_and_takes_no_other_name(run, people) -> None:
    if sys.platform == "win32":
        pytest.skip("needs a terminal of POSIX")
    import pty

    def erase(typed: str) -> int:
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "desktop_app",
                "--data-dir",
                str(run.data),
                "people",
                "erase",
                "Bruno",
            ],
            stdin=theirs,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        os.write(ours, f"{typed}\n".encode())
        process.communicate(timeout=120)
        os.close(ours)
        os.close(theirs)
        return process.returncode

    assert erase("Anna") == 2
    assert run("people", "list") == 0
    assert "Bruno" in run.out
    assert erase("bruno") == 0
    assert run("people", "list") == 0
    assert "Bruno" not in run.out
