"""Every text that people read can be translated: Qt's tool finds it, with the place it is for."""

from __future__ import annotations

import ast
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parents[2] / "desktop_app"
# What is handed on by a variable is marked where it is written: of actions, by a no-op there.
HANDED_ON = {"ui/actions.py", "ui/error_dialog.py"}


class Asked(NamedTuple):
    """A call that translates: where, and the arguments that a tool has to read."""

    place: str
    arguments: list[ast.expr]

    @property
    def text(self) -> str | None:
        if not all(isinstance(one, ast.Constant) for one in self.arguments):
            return None
        last = self.arguments[-1]
        assert isinstance(last, ast.Constant)
        return str(last.value)


def asked() -> Iterator[Asked]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called, place = ast.unparse(node.func), path.relative_to(PACKAGE).as_posix()
            if called in {"translate", "QCoreApplication.translate", "QT_TRANSLATE_NOOP"}:
                yield Asked(place, node.args[:2])
            elif called == "self.tr":
                yield Asked(place, node.args[:1])


def test_each_text_stands_in_the_call_that_translates_it_with_its_context():
    unread = [one for one in asked() if one.text is None and one.place not in HANDED_ON]
    assert [f"{one.place}: {ast.unparse(one.arguments[0])}" for one in unread] == []


def test_the_tool_that_collects_texts_finds_all_of_them(tmp_path):
    name = "pyside6-lupdate.exe" if sys.platform == "win32" else "pyside6-lupdate"
    tool, collected = Path(sys.executable).parent / name, tmp_path / "all.ts"
    if not tool.is_file():
        pytest.skip("pyside6-lupdate is not installed")
    files = [str(path) for path in sorted((PACKAGE / "ui").rglob("*.py"))]
    subprocess.run([tool, *files, "-ts", collected], check=True, capture_output=True)
    found = {source.text for source in ET.parse(collected).iter("source")}
    texts = {one.text for one in asked() if one.text is not None}
    assert texts - found == set()
    assert len(texts) > 500
