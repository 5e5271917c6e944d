"""The built application, in a folder whose name has a space and letters beyond ASCII."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
Finished = subprocess.CompletedProcess[str]


def pytest_collection_modifyitems(items):
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.frozen)


@pytest.fixture(scope="session")
def build() -> Path:
    """The folder that `make installer` makes, or the one that KENSPECKLE_FROZEN names."""
    folder = Path(os.environ.get("KENSPECKLE_FROZEN") or ROOT / "dist" / "kenspeckle")
    if not folder.is_dir():
        pytest.skip("there is no build of the installer: `make installer` makes one")
    return folder


@pytest.fixture(scope="session")
def program(build, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("frozen") / "Zażółć gęślą – 顔" / "kenspeckle"
    shutil.copytree(build, place, symlinks=True, copy_function=_link)
    return place / ("kenspeckle.exe" if sys.platform == "win32" else "kenspeckle")


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


@pytest.fixture(scope="session")
def photos(tmp_path_factory) -> Path:
    """Two people in the public domain: Eileen Collins three times, Grace Hopper once."""
    import matplotlib as mpl
    from PIL import Image, ImageEnhance
    from skimage.data import astronaut

    folder = tmp_path_factory.mktemp("photos") / "zdjęcia i inne"
    folder.mkdir()
    eileen = Image.fromarray(astronaut())
    eileen.save(folder / "eileen.png")
    eileen.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(folder / "eileen mirrored.jpg")
    ImageEnhance.Brightness(eileen.rotate(8)).enhance(0.7).save(folder / "eileen tilted.webp")
    source = Path(mpl.get_data_path()) / "sample_data" / "grace_hopper.jpg"
    shutil.copy(source, folder / "grace.jpg")
    return folder


@pytest.fixture(scope="session")
def clip(tmp_path_factory, photos) -> Path:
    """Two seconds in which Eileen moves slowly across a grey wall."""
    from PIL import Image

    from desktop_app.opencv import cv2

    path = tmp_path_factory.mktemp("clips") / "ślub.avi"
    face = np.asarray(Image.open(photos / "eileen.png"))[..., ::-1]
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 15.0, (640, 512))
    assert writer.isOpened()
    for shift in range(30):
        frame = np.full((512, 640, 3), 90, np.uint8)
        frame[:, shift * 4 : shift * 4 + 512] = face
        writer.write(frame)
    writer.release()
    return path


@pytest.fixture
def kenspeckle(program, tmp_path) -> Callable[..., Finished]:
    """Run the built application with a data folder of the test's own."""

    def run(
        *arguments: object,
        environ: dict[str, str] | None = None,
        before: tuple[str, ...] = (),
    ) -> Finished:
        # Nothing of the surroundings that we are tested in may help it.
        helped = ("PYTHON", "VIRTUAL_ENV", "QT_", "LD_LIBRARY_PATH", "KENSPECKLE_")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(helped)}
        # Nor may it come into the keychain of whoever runs the tests.
        clean["KENSPECKLE_KEYCHAIN"] = "off"
        words = [*before, str(program), "--data-dir", str(tmp_path / "dane"), *map(str, arguments)]
        return subprocess.run(
            words,
            env=clean | (environ or {}),
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run


@pytest.fixture
def keychain_bus(tmp_path) -> Iterator[str]:
    """A bus of one's own that says it could start a keychain; gives its address."""
    if not shutil.which("dbus-daemon"):
        pytest.skip("dbus-daemon is not installed")
    services = tmp_path / "services"
    services.mkdir()
    (services / "secrets.service").write_text(
        "[D-BUS Service]\nName=org.freedesktop.secrets\nExec=/bin/false\n", encoding="utf-8"
    )
    settings = tmp_path / "bus.conf"
    settings.write_text(
        f"""<busconfig>
          <type>session</type>
          <listen>unix:path={tmp_path / "bus"}</listen>
          <servicedir>{services}</servicedir>
          <policy context="default">
            <allow send_destination="*"/><allow own="*"/><allow eavesdrop="true"/>
          </policy>
        </busconfig>""",
        encoding="utf-8",
    )
    bus = subprocess.Popen(
        ["dbus-daemon", f"--config-file={settings}", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield bus.stdout.readline().strip()
    finally:
        bus.terminate()
        bus.communicate()


@pytest.fixture
def screen() -> Iterator[str]:
    """A real X server that nobody sees; gives what DISPLAY is to be."""
    if not shutil.which("Xvfb"):
        pytest.skip("Xvfb is not installed")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as answer:
            number = answer.readline().strip()
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()
