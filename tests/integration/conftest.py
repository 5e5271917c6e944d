"""The command line as a fixture, with public-domain photos and a clip made of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from desktop_app.cli.main import run as run_command_line


def no_window(options) -> int:
    raise AssertionError(f"a window was asked for: {options}")


class Kenspeckle:
    """Runs commands in this process with a data folder of their own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.data = folder / "data"
        # A named folder that is not there is taken for a slip of the pen.
        self.data.mkdir()
        self._capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: object) -> int:
        self._capsys.readouterr()
        words = ["--data-dir", str(self.data), *map(str, arguments)]
        code = run_command_line(words, window=no_window)
        self.out, self.err = self._capsys.readouterr()
        return code

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def run(tmp_path, capsys) -> Kenspeckle:
    return Kenspeckle(tmp_path, capsys)


@pytest.fixture(scope="session")
def photos(tmp_path_factory, astronaut, hopper) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("photos")

    def save(name: str, picture: Image.Image) -> Path:
        path = folder / name
        picture.save(path)
        return path

    collins, grace = Image.fromarray(astronaut), Image.fromarray(hopper)
    both = Image.new("RGB", (1100, 512))
    both.paste(collins, (0, 0))
    both.paste(grace.resize((430, 512)), (600, 0))
    blank = folder / "Grüße 👋.jpg"
    Image.new("RGB", (300, 200), "teal").save(blank)
    broken = folder / "broken.jpg"
    broken.write_bytes((save("whole.jpg", collins)).read_bytes()[:9000])
    return {
        "collins": save("collins.png", collins),
        "collins again": save(
            "collins2.jpg", ImageEnhance.Brightness(collins.crop((60, 0, 420, 400))).enhance(0.7)
        ),
        "collins left": save("collins3.png", collins.transpose(Image.Transpose.FLIP_LEFT_RIGHT)),
        "hopper": save("hopper.jpg", grace),
        "both": save("both.png", both),
        "nobody": blank,
        "broken": broken,
    }


@pytest.fixture(scope="session")
def clip(tmp_path_factory, astronaut) -> Path:
    """Collins drifts across the picture for 40 frames."""
    from desktop_app.opencv import cv2

    path = tmp_path_factory.mktemp("clips") / "drift.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20.0, (640, 512))
    for step in range(40):
        canvas = np.zeros((512, 640, 3), np.uint8)
        canvas[:, 2 * step : 2 * step + 512] = astronaut[..., ::-1]
        writer.write(canvas)
    writer.release()
    return path
