"""The camera source against a stand-in for the device, at OpenCV's border."""

import numpy as np
import pytest

from desktop_app.capture import opencv_source
from desktop_app.capture.camera import CameraSource
from desktop_app.capture.devices import backends
from desktop_app.capture.source import SourceSpec
from desktop_app.errors import CameraBusy, CameraLost, CameraNotFound
from desktop_app.opencv import cv2


class Device:
    """What ``cv2.VideoCapture`` is to us; ``script`` is what its reads give, one by one."""

    def __init__(self, script, *, opens=True, rate=30.0):
        self.script = list(script)
        self.opens = opens
        self.rate = rate
        self.asked = []
        self.released = 0

    def isOpened(self):  # noqa: N802 - OpenCV's name
        return self.opens

    def set(self, prop, value):
        self.asked.append((prop, value))
        return False  # like a camera that cannot do any of it

    def get(self, prop):
        return self.rate if prop == cv2.CAP_PROP_FPS else 0.0

    def read(self):
        step = self.script.pop(0) if self.script else (False, None)
        if callable(step):
            step = step()
        if isinstance(step, Exception):
            raise step
        return step if isinstance(step, tuple) else (True, step)

    def release(self):
        self.released += 1


def picture(blue=0, green=0, red=0):
    return np.full((4, 6, 3), (blue, green, red), np.uint8)


@pytest.fixture
def plug_in(monkeypatch, tmp_path):
    """Plug in devices; the function returned gives a source that opens them one by one."""

    def plug(*devices, node=True, platform="linux", spec="camera:0"):
        waiting = list(devices)
        calls = []

        def open_device(number, backend):
            calls.append((number, backend))
            return waiting.pop(0)

        monkeypatch.setattr(cv2, "VideoCapture", open_device)
        if node:
            (tmp_path / "video0").touch()
        source = CameraSource(SourceSpec.parse(spec), dev_root=tmp_path, platform=platform)
        source.calls = calls
        return source

    return plug


class Clock:
    """Stands still unless it is told to go on."""

    now = 100.0

    def passes(self, seconds, *, then=(False, None)):
        """Return a step of a device's script that takes so long."""

        def step():
            self.now += seconds
            return then

        return step


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(opencv_source.time, "monotonic", lambda: clock.now)
    return clock


def test_the_clock_starts_with_the_first_frame_and_goes_on_when_opened_again(plug_in, clock):
    second = clock.passes(0.5, then=(True, picture()))
    source = plug_in(Device([picture(), second]), Device([picture()]))
    source.open()
    times = [source.read().timestamp, source.read().timestamp]
    source.close()
    clock.now = 107.0
    source.open()
    assert [*times, source.read().timestamp] == [0.0, 0.5, 7.0]


def test_frames_are_rgb_and_counted_from_zero(plug_in):
    source = plug_in(Device([picture(blue=9, red=200), picture(green=5), picture()]))
    source.open()
    frames = [source.read() for _ in range(3)]
    assert frames[0].pixels[0, 0].tolist() == [200, 0, 9]
    assert frames[0].pixels.flags.c_contiguous
    assert frames[1].pixels[0, 0].tolist() == [0, 5, 0]
    assert [frame.index for frame in frames] == [0, 1, 2]
    assert {frame.source_id for frame in frames} == {"camera:0"}
    assert source.frame_rate == 30.0


@pytest.mark.parametrize(
    ("raw", "rgb"),
    [
        (np.full((4, 6), 77, np.uint8), [77, 77, 77]),
        (np.full((4, 6, 1), 77, np.uint8), [77, 77, 77]),
        (np.full((4, 6, 4), (1, 2, 3, 0), np.uint8), [3, 2, 1]),
        (np.full((4, 6), 0xAB00, np.uint16), [0xAB, 0xAB, 0xAB]),
    ],
)
def test_grey_alpha_and_sixteen_bits_become_rgb(plug_in, raw, rgb):
    source = plug_in(Device([raw]))
    source.open()
    pixels = source.read().pixels
    assert pixels.shape == (4, 6, 3)
    assert pixels.dtype == np.uint8
    assert pixels[2, 3].tolist() == rgb


def test_mjpg_is_asked_for_before_the_size_and_the_queue_is_one_picture(plug_in):
    device = Device([picture()])
    plug_in(device).open()
    asked = [prop for prop, _ in device.asked]
    assert asked.index(cv2.CAP_PROP_FOURCC) < asked.index(cv2.CAP_PROP_FRAME_WIDTH)
    assert dict(device.asked)[cv2.CAP_PROP_FOURCC] == cv2.VideoWriter.fourcc(*"MJPG")
    assert dict(device.asked)[cv2.CAP_PROP_BUFFERSIZE] == 1


def size_and_rate(device):
    asked = dict(device.asked)
    wanted = (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT, cv2.CAP_PROP_FPS)
    return tuple(asked[prop] for prop in wanted)


@pytest.mark.parametrize(
    ("spec", "asked"),
    [
        ("camera:0", (1280, 720, 30)),
        ("camera:0@1920x1080@15", (1920, 1080, 15)),
        ("camera:0@640x480", (640, 480, 30)),
    ],
)
def test_the_format_that_is_wanted_is_asked_for(plug_in, spec, asked):
    device = Device([picture()])
    plug_in(device, spec=spec).open()
    assert size_and_rate(device) == asked


def test_a_camera_that_gives_no_picture_in_the_wanted_format_is_asked_for_the_usual_one(plug_in):
    too_much, usual = Device([]), Device([picture(red=4)])
    source = plug_in(too_much, usual, spec="camera:0@3840x2160@30")
    source.open()
    assert too_much.released
    assert size_and_rate(usual) == (1280, 720, 30)
    assert source.read().pixels[0, 0].tolist() == [4, 0, 0]


def test_no_such_device_is_told_apart_without_bothering_opencv(plug_in):
    source = plug_in(node=False)
    with pytest.raises(CameraNotFound):
        source.open()
    assert source.calls == []


def test_a_device_that_is_there_but_does_not_open_is_busy(plug_in):
    device = Device([], opens=False)
    with pytest.raises(CameraBusy):
        plug_in(device).open()
    assert device.released


def test_a_camera_that_opens_but_gives_no_picture_is_busy_and_let_go_of(plug_in):
    device = Device([(False, None)])
    with pytest.raises(CameraBusy):
        plug_in(device).open()
    assert device.released


@pytest.mark.parametrize("number", [100, 200, 999_999_999])
def test_a_number_that_opencv_would_take_for_a_back_end_is_not_found(monkeypatch, number):
    monkeypatch.setattr(cv2, "VideoCapture", lambda *_: pytest.fail("OpenCV was asked"))
    source = CameraSource(SourceSpec.parse(f"camera:{number}"), platform="win32")
    with pytest.raises(CameraNotFound):
        source.open()


def test_on_windows_the_older_back_end_is_tried_when_the_newer_gives_nothing(plug_in):
    silent, good = Device([]), Device([picture(red=1)])
    source = plug_in(silent, good, node=False, platform="win32")
    source.open()
    assert source.calls == [(0, cv2.CAP_MSMF), (0, cv2.CAP_DSHOW)]
    assert silent.released
    assert source.read().pixels[0, 0].tolist() == [1, 0, 0]


def test_elsewhere_a_camera_that_does_not_open_is_not_found(plug_in):
    with pytest.raises(CameraNotFound):
        plug_in(Device([], opens=False), node=False, platform="darwin").open()


PULLED_OUT = {
    "no picture": (False, None),
    "true without a picture": (True, None),
    "an empty picture": (True, np.empty((0, 0, 3), np.uint8)),
    "an error of OpenCV": cv2.error("VIDIOC_DQBUF: No such device"),
    "half a picture": (True, np.zeros(17, np.uint8)),
}


@pytest.mark.parametrize("last", PULLED_OUT.values(), ids=PULLED_OUT.keys())
def test_a_camera_pulled_out_in_the_middle_is_lost_and_can_be_opened_again(plug_in, last):
    pulled, back = Device([picture(), picture(), last]), Device([picture(red=3)])
    source = plug_in(pulled, back)
    source.open()
    before = [source.read(), source.read()]
    with pytest.raises(CameraLost, match="camera:0"):
        source.read()

    source.open()
    assert pulled.released
    after = source.read()
    assert after.pixels[0, 0].tolist() == [3, 0, 0]
    assert after.index == 2
    assert after.timestamp >= before[-1].timestamp


TORN = (True, np.zeros(17, np.uint8))


def test_a_few_torn_pictures_are_left_out_and_counted(plug_in):
    script = [TORN, picture(), TORN, cv2.error("half a JPEG"), (True, None), picture(red=3)]
    source = plug_in(Device(script))
    source.open()
    frames = [source.read(), source.read()]
    assert [frame.index for frame in frames] == [0, 1]
    assert frames[1].pixels[0, 0].tolist() == [3, 0, 0]
    assert source.broken_pictures == 4


def test_a_camera_that_sends_only_torn_pictures_is_lost_after_five(plug_in):
    device = Device([picture(), *[TORN] * 5, picture()])
    source = plug_in(device)
    source.open()
    source.read()
    with pytest.raises(CameraLost):
        source.read()
    assert len(device.script) == 1


def test_a_camera_whose_read_gives_up_after_seconds_is_not_waited_for_again(plug_in, clock):
    device = Device([picture(), clock.passes(5.0), picture()])
    source = plug_in(device)
    source.open()
    source.read()
    with pytest.raises(CameraLost):
        source.read()
    assert len(device.script) == 1


def test_a_camera_may_take_its_time_to_the_first_picture(plug_in, clock):
    source = plug_in(Device([clock.passes(2.0), clock.passes(2.0), picture(red=3)]))
    source.open()
    assert source.read().pixels[0, 0].tolist() == [3, 0, 0]


def test_a_stream_of_torn_pictures_does_not_fill_the_log(plug_in, caplog):
    source = plug_in(Device([step for _ in range(9) for step in (TORN, picture())]))
    source.open()
    for _ in range(9):
        source.read()
    assert source.broken_pictures == 9
    assert sum("is broken" in record.message for record in caplog.records) <= 2


def test_frames_may_change_their_size_in_the_middle(plug_in):
    wide = np.zeros((4, 12, 3), np.uint8)
    source = plug_in(Device([picture(), wide, picture()]))
    source.open()
    assert [source.read().size for _ in range(3)] == [(6, 4), (12, 4), (6, 4)]


def test_closing_twice_and_before_opening_does_no_harm(plug_in):
    device = Device([picture()])
    source = plug_in(device)
    source.close()
    source.open()
    source.close()
    source.close()
    assert device.released == 1


def test_reading_a_camera_that_is_not_open_is_a_bug_and_not_a_lost_camera(plug_in):
    with pytest.raises(RuntimeError, match="without being open"):
        plug_in().read()


@pytest.mark.parametrize("rate", [0.0, -1.0, float("nan"), float("inf"), 90_000.0])
def test_a_frame_rate_that_makes_no_sense_is_none(plug_in, rate):
    source = plug_in(Device([picture()], rate=rate))
    source.open()
    assert source.frame_rate is None


def test_each_system_has_its_own_back_ends():
    assert backends("linux") == (cv2.CAP_V4L2,)
    assert backends("darwin") == (cv2.CAP_AVFOUNDATION,)
    assert backends("win32") == (cv2.CAP_MSMF, cv2.CAP_DSHOW)
