import sys

import pytest

from desktop_app.capture.devices import Camera
from desktop_app.capture.hotplug import CameraWatch


class Machine:
    """Folders that look like those of Linux."""

    def __init__(self, root):
        self.sys_root, self.dev_root = root / "sys", root / "dev"
        self.nodes = self.sys_root / "class" / "video4linux"
        self.dev_root.mkdir(parents=True)
        self.kept = []

    def plug_in(self, number, name):
        """One node for pictures, and one for metadata, as a UVC camera has them."""
        for index in (0, 1):
            node = self.nodes / f"video{number + index}"
            node.mkdir(parents=True)
            (node / "name").write_text(f"{name}\n")
            (node / "index").write_text(f"{index}\n")
            (self.dev_root / node.name).touch()

    def pull_out(self, number):
        for index in (0, 1):
            node = self.nodes / f"video{number + index}"
            # A moved folder keeps its inode, which no new one then gets.
            self.kept.append(node.rename(self.sys_root / f"gone{len(self.kept)}"))
            device = self.dev_root / node.name
            device.rename(self.dev_root / f"gone{len(self.kept)}")


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path)


@pytest.fixture
def watch(machine):
    watch = CameraWatch(sys_root=machine.sys_root, dev_root=machine.dev_root, platform="linux")
    watch.poll()
    return watch


def test_a_camera_that_is_plugged_in_came(machine, watch):
    machine.plug_in(0, "Desk")
    change = watch.poll()
    assert change.came == change.cameras == (Camera(0, "Desk"),)
    assert change.went == ()


def test_nothing_is_said_twice(machine, watch):
    machine.plug_in(0, "Desk")
    watch.poll()
    assert watch.poll() is None


def test_a_camera_that_is_pulled_out_went(machine, watch):
    machine.plug_in(0, "Desk")
    machine.plug_in(2, "Door")
    watch.poll()
    machine.pull_out(0)
    change = watch.poll()
    assert change.went == (Camera(0, "Desk"),)
    assert change.came == ()
    assert change.cameras == (Camera(2, "Door"),)


def test_a_camera_that_was_out_for_a_moment_went_and_came(machine, watch):
    machine.plug_in(0, "Desk")
    watch.poll()
    machine.pull_out(0)
    machine.plug_in(0, "Desk")
    change = watch.poll()
    assert change.went == change.came == (Camera(0, "Desk"),)


def test_a_camera_whose_name_changes_because_its_twin_went_has_stayed(machine, watch):
    machine.plug_in(0, "Desk")
    machine.plug_in(2, "Desk")
    watch.poll()
    machine.pull_out(0)
    change = watch.poll()
    assert change.went == (Camera(0, "Desk (1)"),)
    assert change.came == ()
    assert change.cameras == (Camera(2, "Desk"),)


def test_what_is_there_from_the_beginning_did_not_come(machine):
    machine.plug_in(0, "Desk")
    watch = CameraWatch(sys_root=machine.sys_root, dev_root=machine.dev_root, platform="linux")
    assert watch.poll() is None


def test_cameras_are_asked_for_their_names_only_when_something_changed(machine):
    asked = []

    def cameras():
        asked.append(1)
        return []

    watch = CameraWatch(
        sys_root=machine.sys_root, dev_root=machine.dev_root, platform="linux", cameras=cameras
    )
    for _ in range(5):
        watch.poll()
    assert len(asked) == 1
    machine.plug_in(0, "Desk")
    watch.poll()
    assert len(asked) == 2


def test_a_machine_that_never_had_a_camera_is_no_trouble(tmp_path):
    watch = CameraWatch(sys_root=tmp_path / "no", dev_root=tmp_path / "no", platform="linux")
    assert watch.poll() is None
    assert watch.poll() is None


@pytest.mark.skipif(sys.platform == "win32", reason="a link needs a right there")
def test_a_node_that_cannot_be_read_hides_no_camera(machine, watch):
    for number in range(0, 12, 2):
        machine.plug_in(number, f"Camera {number}")
    assert len(watch.poll().came) == 6
    (machine.dev_root / "video-gone").symlink_to(machine.dev_root / "nowhere")
    (machine.nodes / "video-gone").symlink_to(machine.nodes / "nowhere")
    assert watch.poll() is None


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_no_camera_is_opened_in_the_background(tmp_path, platform):
    watch = CameraWatch(platform=platform, cameras=lambda: pytest.fail("cameras were opened"))
    assert watch.poll() is None
    assert watch.poll() is None
