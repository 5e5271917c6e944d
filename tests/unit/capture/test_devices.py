import struct
import sys

import pytest

from desktop_app.capture.devices import Camera, can_capture, device_capabilities, list_cameras
from desktop_app.opencv import cv2

CAPTURE, META, OUTPUT, MPLANE, STREAMING = 0x1, 0x00800000, 0x2, 0x1000, 0x04000000


@pytest.fixture
def machine(tmp_path):
    """Pretend a machine: ``machine(number, name, index=…, capabilities=…)``, then ``.list()``."""

    class Machine:
        def __init__(self):
            self.answers = {}

        def __call__(self, number, name, *, index=0, capabilities=None):
            node = tmp_path / "sys" / "class" / "video4linux" / f"video{number}"
            node.mkdir(parents=True)
            (node / "index").write_text(f"{index}\n")
            if name is not None:
                (node / "name").write_text(f"{name}\n")
            self.answers[tmp_path / "dev" / f"video{number}"] = capabilities

        def list(self):
            return list_cameras(
                sys_root=tmp_path / "sys",
                dev_root=tmp_path / "dev",
                capabilities=self.answers.get,
                platform="linux",
            )

    return Machine()


def test_a_machine_without_cameras_has_an_empty_list(machine):
    assert machine.list() == []


def test_cameras_are_listed_by_number_with_the_names_people_know(machine):
    machine(10, "Logitech BRIO", capabilities=CAPTURE | STREAMING)
    machine(2, "Integrated Camera: Integrated C", capabilities=CAPTURE)
    assert machine.list() == [Camera(2, "Integrated Camera"), Camera(10, "Logitech BRIO")]


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("HD Webcam: HD Webcam C525", "HD Webcam C525"),
        ("UVC: Front", "UVC: Front"),
        ("Dummy video device (0x0000)", "Dummy video device (0x0000)"),
        ("", "Camera 0"),
        (None, "Camera 0"),
    ],
)
def test_names_are_tidied_but_never_lost(machine, raw, shown):
    machine(0, raw, capabilities=CAPTURE)
    assert machine.list() == [Camera(0, shown)]


def test_the_metadata_node_of_a_camera_and_a_video_output_are_not_cameras(machine):
    machine(0, "Webcam", capabilities=CAPTURE)
    machine(1, "Webcam", index=1, capabilities=META)
    machine(2, "Encoder", capabilities=OUTPUT)
    machine(3, "Pi Camera", capabilities=MPLANE)
    assert machine.list() == [Camera(0, "Webcam"), Camera(3, "Pi Camera")]


def test_a_node_that_cannot_be_asked_is_judged_by_its_place_in_the_device(machine):
    machine(0, "Webcam", index=0)
    machine(1, "Webcam", index=1)
    assert machine.list() == [Camera(0, "Webcam")]


def test_the_second_picture_node_of_one_camera_is_listed_and_told_apart(machine):
    machine(0, "RealSense", index=0, capabilities=CAPTURE)
    machine(2, "RealSense", index=2, capabilities=CAPTURE)
    assert machine.list() == [Camera(0, "RealSense (1)"), Camera(2, "RealSense (2)")]


def test_a_driver_that_fails_in_an_unforeseen_way_gives_an_empty_list(tmp_path):
    (tmp_path / "sys" / "class" / "video4linux" / "video0").mkdir(parents=True)

    def broken(device):
        raise RuntimeError("driver bug")

    assert list_cameras(sys_root=tmp_path / "sys", capabilities=broken, platform="linux") == []


@pytest.mark.skipif(sys.platform != "linux", reason="V4L2 is Linux")
def test_a_file_that_is_no_device_cannot_be_asked(tmp_path):
    (tmp_path / "video0").write_bytes(b"")
    assert device_capabilities(tmp_path / "video0") is None
    assert device_capabilities(tmp_path / "video1") is None


@pytest.mark.skipif(sys.platform != "linux", reason="V4L2 is Linux")
@pytest.mark.parametrize(
    ("whole_device", "node", "known"),
    [(0x80000000 | CAPTURE | META, META, META), (CAPTURE | STREAMING, 0, CAPTURE | STREAMING)],
    ids=["a node of several", "a driver that only knows the device"],
)
def test_the_abilities_of_the_node_count_where_the_driver_tells_them(
    tmp_path, monkeypatch, whole_device, node, known
):
    import fcntl

    def answer(file, request, buffer):
        assert request == 0x80685600  # VIDIOC_QUERYCAP, 104 bytes
        assert len(buffer) == 104
        return bytes(80) + struct.pack("=III", 0x60500, whole_device, node) + bytes(12)

    monkeypatch.setattr(fcntl, "ioctl", answer)
    (tmp_path / "video0").write_bytes(b"")
    assert device_capabilities(tmp_path / "video0") == known


def test_only_capture_counts_as_giving_pictures():
    assert [can_capture(flags) for flags in (CAPTURE, MPLANE, META, OUTPUT, 0)] == [
        *(True, True, False, False, False)
    ]


def test_elsewhere_cameras_are_counted_by_opening_them_until_one_is_missing(monkeypatch):
    opened, released = [], []

    class Device:
        def __init__(self, index, backend):
            self.index = index
            opened.append((index, backend))

        def isOpened(self):  # noqa: N802 - OpenCV's name
            return self.index < 2

        def release(self):
            released.append(self.index)

    monkeypatch.setattr(cv2, "VideoCapture", Device)
    assert list_cameras(platform="darwin") == [Camera(0, "Camera 0"), Camera(1, "Camera 1")]
    assert opened == [(index, cv2.CAP_AVFOUNDATION) for index in (0, 1, 2)]
    assert released == [0, 1, 2]
