"""What tells cameras from each other, on machines that are folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.capture.source import SourceSpec
from desktop_app.capture.traits import Traits, traits_of


class Machine:
    """Folders as Linux has them; a camera is a link into the tree of its bus."""

    def __init__(self, root: Path) -> None:
        self.sys_root = root / "sys"
        self.nodes = self.sys_root / "class" / "video4linux"

    def plug_in(
        self, number=0, name="Desk", *, port="1-2", ids=("046d", "0825"), serial=None, **node
    ):
        usb = self.sys_root / "devices" / port
        interface = usb / f"{port}:1.{node.get('interface', 0)}"
        interface.mkdir(parents=True)
        (usb / "idVendor").write_text(f"{ids[0]}\n")
        (usb / "idProduct").write_text(f"{ids[1]}\n")
        if serial is not None:
            (usb / "serial").write_text(f"{serial}\n")
        (interface / "bInterfaceNumber").write_text(f"{node.get('interface', 0):02}\n")
        self._node(number, name, node.get("index", 0)).symlink_to(interface)

    def build_in(self, number=0, name="Desk", *, slot: str | None):
        link = self._node(number, name, 0)
        if slot is not None:
            device = self.sys_root / "devices" / slot
            device.mkdir(parents=True)
            link.symlink_to(device)

    def traits(self, number=0) -> Traits | None:
        spec = SourceSpec.parse(f"camera:{number}")
        return traits_of(spec, sys_root=self.sys_root, platform="linux")

    def _node(self, number, name, index) -> Path:
        node = self.nodes / f"video{number}"
        node.mkdir(parents=True)
        (node / "name").write_text(f"{name}\n")
        (node / "index").write_text(f"{index}\n")
        return node / "device"


@pytest.fixture
def machine(tmp_path):
    """Makes machines; each is one moment of the same one."""
    moments = iter(range(9))
    return lambda: Machine(tmp_path / str(next(moments)))


def plugged(machine, **camera) -> Traits:
    moment = machine()
    moment.plug_in(**camera)
    found = moment.traits(camera.get("number", 0))
    assert found is not None
    return found


def test_a_camera_is_the_same_in_another_port_and_under_another_number(machine):
    before = plugged(machine, serial="A1")
    assert plugged(machine, serial="A1", port="3-1", number=4) == before


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Door"},
        {"ids": ("046d", "085e")},
        {"ids": ("1908", "0825")},
        {"serial": "B2"},
        {"interface": 2},
        {"index": 1},
    ],
    ids=lambda other: next(iter(other)),
)
def test_another_name_make_serial_number_or_part_is_another_camera(machine, other):
    assert plugged(machine, **other) != plugged(machine, serial="A1" if "serial" in other else None)


def test_a_driver_may_name_the_usb_device_and_not_its_interface(machine):
    moment = machine()
    moment.build_in(slot="1-2")
    before = moment.traits()
    (moment.sys_root / "devices" / "1-2" / "idVendor").write_text("046d\n")
    assert moment.traits() != before
    assert moment.traits().device == ("046d", "", "")


def test_a_camera_that_is_built_in_is_known_by_its_place(machine):
    moment = machine()
    moment.build_in(0, slot="pci0/00")
    moment.build_in(1, slot="pci0/01")
    assert moment.traits(0) != moment.traits(1)


def test_a_camera_that_a_program_pretends_is_known_by_its_name(machine):
    moment = machine()
    moment.build_in(0, "Scenes", slot=None)
    moment.build_in(1, "Scenes", slot=None)
    moment.build_in(2, "Slides", slot=None)
    assert moment.traits(0) == moment.traits(1) != moment.traits(2)


def test_nothing_is_known_of_what_is_not_there_is_no_camera_or_is_elsewhere(machine):
    moment = machine()
    assert moment.traits() is None
    moment.plug_in()
    for text, platform in (("clip.mp4", "linux"), ("camera:0", "darwin"), ("camera:0", "win32")):
        spec = SourceSpec.parse(text)
        assert traits_of(spec, sys_root=moment.sys_root, platform=platform) is None
