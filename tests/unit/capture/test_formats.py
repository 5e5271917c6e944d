"""What a camera offers, against a stand-in for the kernel's side of three requests."""

import struct

import pytest

from desktop_app.capture.devices import Camera
from desktop_app.capture.formats import CameraFormat, formats_of, offered_formats

MJPG, YUYV = (int.from_bytes(code, "little") for code in (b"MJPG", b"YUYV"))


class Driver:
    """Answers as a driver does, field by field as linux/videodev2.h has them.

    ``formats``: of each pixel format, of each size, what it says about intervals; a size is a pair,
    or six numbers for a range; an interval a fraction of a second, or a pair of them for a range.
    """

    def __init__(self, formats, *, buffer=1):
        self.formats = formats
        self.buffer = buffer

    def __call__(self, request, question):
        number, size = request & 0xFF, request >> 16 & 0x3FFF
        assert size == len(question)
        assert chr(request >> 8 & 0xFF) == "V"
        answer = {2: self.format, 74: self.size, 75: self.interval}[number](bytearray(question))
        return None if answer is None else bytes(answer)

    def format(self, fields):
        index, buffer = struct.unpack_from("=II", fields)
        if buffer != self.buffer or index >= len(self.formats):
            return None
        struct.pack_into("=I", fields, 44, list(self.formats)[index])
        return fields

    def size(self, fields):
        index, kind = struct.unpack_from("=II", fields)
        sizes = list(self.formats[kind])
        if index >= len(sizes):
            return None
        discrete = len(sizes[index]) == 2
        struct.pack_into("=I", fields, 8, 1 if discrete else 3)
        struct.pack_into(f"={len(sizes[index])}I", fields, 12, *sizes[index])
        return fields

    def interval(self, fields):
        index, kind, width, height = struct.unpack_from("=IIII", fields)
        sizes = self.formats[kind]
        intervals = sizes.get((width, height)) or next(iter(sizes.values()))
        if index >= len(intervals):
            return None
        interval = intervals[index]
        if isinstance(interval[0], tuple):
            struct.pack_into("=I4I", fields, 16, 3, *interval[0], *interval[1])
        else:
            struct.pack_into("=I2I", fields, 16, 1, *interval)
        return fields


def written(formats):
    return [str(offer) for offer in formats]


def test_each_size_and_rate_is_listed_the_largest_and_quickest_first():
    driver = Driver(
        {
            MJPG: {
                (640, 480): [(1, 30), (1, 15)],
                (1920, 1080): [(1, 30)],
                (1280, 720): [(1001, 30000), (1, 60)],
            }
        }
    )
    assert written(offered_formats(driver)) == [
        "1920x1080@30",
        "1280x720@60",
        "1280x720@29.97",
        "640x480@30",
        "640x480@15",
    ]


def test_of_a_camera_with_motion_jpeg_nothing_else_is_offered():
    driver = Driver({YUYV: {(2592, 1944): [(1, 2)]}, MJPG: {(1280, 720): [(1, 30)]}})
    assert written(offered_formats(driver)) == ["1280x720@30"]


def test_a_camera_without_motion_jpeg_offers_what_it_has():
    driver = Driver({YUYV: {(640, 480): [(1, 30)], (1280, 720): [(1, 10)]}})
    assert written(offered_formats(driver)) == ["1280x720@10", "640x480@30"]


def test_of_a_range_of_sizes_and_rates_the_usual_ones_are_offered():
    driver = Driver({YUYV: {(320, 1280, 16, 240, 720, 8): [((1, 30), (1, 15))]}})
    offered = written(offered_formats(driver))
    assert offered[:2] == ["1280x720@30", "1280x720@25"]
    assert "640x480@15" in offered
    assert "1920x1080@30" not in offered
    assert "640x480@5" not in offered


def test_a_camera_that_tells_no_rates_offers_its_sizes():
    driver = Driver({YUYV: {(640, 480): []}})
    assert offered_formats(driver) == [CameraFormat(640, 480)]


def test_a_camera_with_several_planes_is_asked_too():
    driver = Driver({YUYV: {(640, 480): [(1, 30)]}}, buffer=9)
    assert written(offered_formats(driver)) == ["640x480@30"]


def test_a_driver_that_never_comes_to_an_end_is_not_asked_for_ever():
    class Endless(Driver):
        def format(self, fields):
            struct.pack_into("=I", fields, 44, MJPG)
            return fields

    assert written(offered_formats(Endless({MJPG: {(640, 480): [(1, 30)]}}))) == ["640x480@30"]


def test_a_rate_of_no_seconds_is_left_out():
    driver = Driver({MJPG: {(640, 480): [(0, 30), (1, 30)]}})
    assert written(offered_formats(driver)) == ["640x480@30"]


def test_a_camera_that_is_gone_offers_nothing(tmp_path):
    assert formats_of(Camera(0, "gone"), dev_root=tmp_path, platform="linux") == []


@pytest.mark.skipif("sys.platform != 'linux'")
def test_what_is_no_camera_offers_nothing(tmp_path):
    (tmp_path / "video0").write_text("a file")
    assert formats_of(Camera(0, "file"), dev_root=tmp_path, platform="linux") == []


@pytest.mark.parametrize("platform", ["win32", "darwin"])
def test_elsewhere_the_usual_sizes_are_offered_and_no_camera_is_touched(platform, tmp_path):
    offered = formats_of(Camera(0, "any"), dev_root=tmp_path, platform=platform)
    assert "1280x720@30" in written(offered)
    assert offered == sorted(offered, key=lambda offer: -offer.width)


@pytest.mark.parametrize("text", ["1280x720@30", "640x480@29.97", "1920x1080", "640x480@7.5"])
def test_a_format_is_written_in_the_form_that_is_read(text):
    assert str(CameraFormat.parse(text)) == text


@pytest.mark.parametrize(
    "text", ["", "1280", "x720", "1280x720@", "1280x720@0", "0x720", "-1x5", "1x2x3", "１x２"]
)
def test_what_is_no_format_is_refused(text):
    with pytest.raises(ValueError, match="expected"):
        CameraFormat.parse(text)
