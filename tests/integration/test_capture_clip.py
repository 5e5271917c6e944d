import os
import shutil
import socket
import struct
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from desktop_app.capture.clip import ClipSource
from desktop_app.capture.opening import source_for
from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.errors import ClipUnreadable
from desktop_app.opencv import cv2

WIDTH, HEIGHT, RATE = 160, 120, 25.0
DATA = Path(
    os.environ.get(
        "KENSPECKLE_DATA", Path(__file__).resolve().parents[2] / ".." / "shared" / "data"
    )
)


def write_clip(path, *, frames=50, codec=None):
    """Write a clip whose left half is red and whose right half grows brighter."""
    codec = codec or {".avi": "MJPG", ".mkv": "MJPG", ".mpg": "MPG2"}.get(path.suffix, "mp4v")
    fourcc = cv2.VideoWriter.fourcc(*codec)
    writer = cv2.VideoWriter(str(path), cv2.CAP_FFMPEG, fourcc, RATE, (WIDTH, HEIGHT))
    assert writer.isOpened()
    for index in range(frames):
        picture = np.full((HEIGHT, WIDTH, 3), min(index * 4, 255), np.uint8)
        picture[:, : WIDTH // 2] = (0, 0, 200)
        writer.write(picture)
    writer.release()
    return path


def clip(path):
    return ClipSource(SourceSpec(SourceKind.CLIP, str(path)))


def refusal(path):
    source = clip(path)
    with pytest.raises(ClipUnreadable) as caught:
        source.open()
    assert caught.value.params["path"] == str(path)
    return caught.value.params["reason"]


def frames_of(source):
    frames = []
    read_into(frames, source)
    return frames


def read_into(frames, source):
    source.open()
    while (frame := source.read()) is not None:
        frames.append(frame)


@pytest.mark.parametrize("suffix", [".avi", ".mp4", ".mkv", ".mov", ".ts"])
def test_a_clip_gives_all_its_frames_in_rgb_with_its_own_times_and_then_the_end(tmp_path, suffix):
    source = source_for(SourceSpec.parse(str(write_clip(tmp_path / f"clip{suffix}"))))
    frames = frames_of(source)
    assert [frame.index for frame in frames] == list(range(50))
    assert [frame.timestamp for frame in frames] == pytest.approx(
        [index / RATE for index in range(50)], abs=1e-6
    )
    assert source.frame_rate == RATE
    assert source.read() is None, "the end stays the end"
    red, green, blue = frames[10].pixels[60, 20].astype(int)
    assert red > 150
    assert max(green, blue) < 60
    assert frames[40].pixels[60, 140].mean() > frames[10].pixels[60, 140].mean() + 80
    source.close()


def test_a_container_without_times_still_gives_times_that_grow(tmp_path):
    frames = frames_of(clip(write_clip(tmp_path / "clip.mpg")))
    assert len(frames) == 50
    steps = [later.timestamp - earlier.timestamp for earlier, later in pairwise(frames)]
    assert steps == pytest.approx([1 / RATE] * 49)


def test_recordings_joined_to_one_file_give_times_that_grow(tmp_path):
    """MPEG transport streams may be joined byte by byte; their clock then begins anew."""
    joined = tmp_path / "joined.ts"
    part = write_clip(tmp_path / "part.ts").read_bytes()
    joined.write_bytes(part + part)
    frames = frames_of(clip(joined))
    assert len(frames) == 100
    steps = [later.timestamp - earlier.timestamp for earlier, later in pairwise(frames)]
    assert min(steps) > 0
    assert max(steps) < 1


def test_opening_again_rewinds_the_clip(tmp_path):
    source = clip(write_clip(tmp_path / "clip.avi"))
    first, second = frames_of(source), frames_of(source)
    assert [frame.timestamp for frame in first] == [frame.timestamp for frame in second]
    assert [frame.index for frame in second] == list(range(50))


def test_rotation_that_the_file_asks_for_is_applied_once(tmp_path):
    path = write_clip(tmp_path / "clip.mp4")
    data = bytearray(path.read_bytes())
    # The matrix of the track header, version 0: 40 bytes into the box's content.
    matrix = data.index(b"tkhd") + 4 + 40
    one, w = 0x10000, 0x40000000
    data[matrix : matrix + 36] = struct.pack(">9i", 0, one, 0, -one, 0, 0, HEIGHT * one, 0, w)
    path.write_bytes(data)

    frame = frames_of(clip(path))[10]
    assert frame.size == (HEIGHT, WIDTH)
    # Turned clockwise by a quarter: what was on the left is now on top.
    assert frame.pixels[20, 60, 0] > 150 > 60 > frame.pixels[20, 60, 1]
    assert np.ptp(frame.pixels[140, 60].astype(int)) < 20


@pytest.mark.parametrize("suffix", [".avi", ".mkv"])
def test_a_clip_that_breaks_off_shows_what_it_has_and_then_says_where(tmp_path, suffix):
    whole = write_clip(tmp_path / f"whole{suffix}", frames=200).read_bytes()
    cut = tmp_path / f"cut{suffix}"
    cut.write_bytes(whole[: len(whole) // 2])
    source = clip(cut)
    shown = []
    with pytest.raises(ClipUnreadable, match=r"breaks off after 0:0[34] of 0:08"):
        read_into(shown, source)
    assert 80 < len(shown) < 120


def test_a_clip_that_lacks_a_last_frame_or_two_ends_as_usual(tmp_path):
    whole = write_clip(tmp_path / "whole.mkv").read_bytes()
    cut = tmp_path / "cut.mkv"
    cut.write_bytes(whole[: len(whole) - 3000])
    assert 40 <= len(frames_of(clip(cut))) < 50


def test_a_long_clip_may_lack_a_few_frames_more(tmp_path):
    whole = write_clip(tmp_path / "whole.avi", frames=500).read_bytes()
    cut = tmp_path / "cut.avi"
    cut.write_bytes(whole[: int(len(whole) * 0.91)])
    assert 450 < len(frames_of(clip(cut))) < 500 - 0.5 * RATE


def test_an_mp4_whose_recording_was_not_finished_is_called_incomplete(tmp_path):
    whole = write_clip(tmp_path / "whole.mp4").read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: len(whole) // 2])
    assert refusal(cut).startswith("it is incomplete")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.mp4", b"", "the file is empty"),
        ("noise.mp4", b"\x93\x01\xfe" * 5000, "it is not a video, or it is damaged"),
        ("letter.mp4", b"Dear Anna,\n" * 500, "it is not a video, or it is damaged"),
        ("letter.txt", b"Dear Anna,\n" * 500, "it is a text, not a video"),
        ("zeros.mp4", bytes(5000), "it is not a video, or it is damaged"),
    ],
)
def test_what_is_no_video_is_refused_with_the_reason(tmp_path, name, content, reason):
    path = tmp_path / name
    path.write_bytes(content)
    assert refusal(path) == reason


def test_a_playlist_is_refused_and_does_not_make_the_application_call_the_network(tmp_path):
    path = tmp_path / "list.mp4"
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/a.ts"
        path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{address}\n")
        assert refusal(path) == "it is a playlist, not a video"
        path.write_text(f"ffconcat version 1.0\nfile {address}\n")
        assert refusal(path) == "it is not a video, or it is damaged"
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_missing_file_and_a_folder_are_refused_with_the_reason(tmp_path):
    assert refusal(tmp_path / "none.mp4") == "there is no such file"
    assert refusal(tmp_path) == "it is a folder"
    assert refusal(tmp_path / "a\0b.mp4") == "its name holds characters that no file name can have"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_is_refused_and_not_waited_on(tmp_path):
    os.mkfifo(tmp_path / "pipe.mp4")
    assert refusal(tmp_path / "pipe.mp4") == "it is not a file"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names are Unicode")
def test_a_name_that_is_not_unicode_is_refused_and_does_not_end_the_process(tmp_path):
    path = os.fsencode(tmp_path) + b"/clip\xff.avi"
    shutil.copyfile(write_clip(tmp_path / "clip.avi"), path)
    with pytest.raises(ClipUnreadable, match="rename it") as caught:
        clip(os.fsdecode(path)).open()
    str(caught.value).encode()


def test_names_with_spaces_umlauts_and_percent_signs_are_opened(tmp_path):
    path = tmp_path / "Tür & 日本 %03d.avi"
    shutil.copyfile(write_clip(tmp_path / "clip.avi", frames=3), path)
    assert len(frames_of(clip(path))) == 3


def test_closing_twice_does_no_harm_and_reading_after_it_is_a_bug(tmp_path):
    source = clip(write_clip(tmp_path / "clip.avi", frames=3))
    source.close()
    source.open()
    source.close()
    source.close()
    with pytest.raises(RuntimeError, match="without being open"):
        source.read()


@pytest.mark.skipif(not (DATA / "videos").is_dir(), reason="there are no real clips here")
def test_real_clips_give_every_frame_they_state():
    for path in sorted((DATA / "videos").glob("*.mp4")):
        capture = cv2.VideoCapture(str(path), cv2.CAP_FFMPEG)
        stated = int(capture.get(cv2.CAP_PROP_FRAME_COUNT))
        capture.release()
        frames = 0
        last = -1.0
        source = clip(path)
        source.open()
        while (frame := source.read()) is not None:
            assert frame.timestamp > last
            last = frame.timestamp
            frames += 1
        source.close()
        assert frames == stated, path.name


def test_a_clip_that_changes_its_size_in_the_middle_keeps_the_first(tmp_path):
    """OpenCV scales; so a picture never changes its size without the source being opened anew."""
    jpegs = b""
    for width, height in ((160, 120), (320, 240), (120, 160)):
        picture = np.full((height, width, 3), (0, 0, 200), np.uint8)
        picture[:, width // 2 :] = (0, 200, 0)
        jpegs += 5 * cv2.imencode(".jpg", picture)[1].tobytes()
    (tmp_path / "sizes.mjpeg").write_bytes(jpegs)
    frames = frames_of(clip(tmp_path / "sizes.mjpeg"))
    assert [frame.size for frame in frames] == [(160, 120)] * 15
    for frame in frames:
        red, green = frame.pixels[60, 20].astype(int), frame.pixels[60, 140].astype(int)
        assert red[0] > 150 > 60 > red[1]
        assert green[1] > 150 > 60 > green[0]
