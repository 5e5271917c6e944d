import io
import os
import sys
import zlib
from contextlib import contextmanager

import numpy as np
import pytest
from PIL import Image

from desktop_app.capture import photo as photo_module
from desktop_app.capture.photo import read_photo
from desktop_app.errors import PhotoTooLarge, PhotoUnreadable
from desktop_app.opencv import cv2


@pytest.fixture(scope="module")
def astronaut():
    """A face of 160 × 120, RGB; smooth, so that lossy formats keep it."""
    from skimage.data import astronaut

    return np.array(Image.fromarray(astronaut()[0:240, 80:400]).resize((160, 120)))


def refusal(path):
    with pytest.raises(PhotoUnreadable) as caught:
        read_photo(path)
    assert str(path) in str(caught.value)
    return caught.value.params["reason"]


def png_header(*, width, height):
    """The beginning of an RGB PNG that states a size and goes no further."""
    content = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\0\0\0"
    header = len(content[4:]).to_bytes(4, "big") + content + zlib.crc32(content).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + header + b"\0\0\0\x04IDATxxxx"


@pytest.mark.parametrize("share", [0.99, 0.5, 0.05])
@pytest.mark.parametrize("suffix", ["jpg", "png", "gif", "bmp", "tif", "ppm"])
def test_a_photo_whose_end_is_missing_is_refused_and_called_incomplete(
    tmp_path, astronaut, suffix, share
):
    whole = io.BytesIO()
    Image.fromarray(astronaut).save(whole, {"jpg": "jpeg", "tif": "tiff"}.get(suffix, suffix))
    path = tmp_path / f"photo.{suffix}"
    path.write_bytes(whole.getvalue()[: int(len(whole.getvalue()) * share)])
    assert refusal(path) == "it is incomplete, its end is missing"


@pytest.mark.parametrize(
    "suffix", ["webp", "avif", "jp2", "hdr", "float.tif", "lzw.tif", "pfm", "pam"]
)
def test_a_photo_whose_end_is_missing_is_refused_in_every_other_format(tmp_path, astronaut, suffix):
    whole = tmp_path / f"whole.{suffix}"
    if suffix == "pam":
        header = b"P7\nWIDTH 160\nHEIGHT 120\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n"
        whole.write_bytes(header + astronaut.tobytes())
    elif suffix in ("hdr", "float.tif", "pfm"):
        encoded = cv2.imencode(f".{suffix.rpartition('.')[2]}", astronaut.astype(np.float32) / 255)
        whole.write_bytes(encoded[1])
    else:
        how = {"compression": "tiff_lzw"} if suffix == "lzw.tif" else {}
        Image.fromarray(astronaut).save(whole, **how)
    assert read_photo(whole).shape == astronaut.shape
    path = tmp_path / f"cut.{suffix}"
    path.write_bytes(whole.read_bytes()[: whole.stat().st_size * 2 // 3])
    assert "end is missing" in refusal(path)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        ("Liebe Änne, wie geht es Dir? Mir geht es gut.".encode(), "it is a text, not a photo"),
        (b"%PDF-1.7\n\xd0\xd4\xc5\xd8\n", "it is a PDF document, not a photo"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC pictures cannot be read"),
        (b"\0\0\0\x18ftypisom\0\0\2\0isomiso2", "it is a video, not a photo"),
        (b"\x93\x01\xfe" * 300, "it is not a photo, or it is damaged"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "it is a text, not a photo"),
    ],
)
def test_a_file_that_only_calls_itself_a_photo_is_refused_with_what_it_is(
    tmp_path, content, reason
):
    path = tmp_path / "photo.jpg"
    path.write_bytes(content)
    assert refusal(path).startswith(reason)


def test_a_raw_picture_is_refused_and_its_tiny_preview_is_not_taken_for_it(tmp_path, astronaut):
    Image.fromarray(astronaut).save(tmp_path / "DSC_0001.NEF", "TIFF")
    assert "raw picture" in refusal(tmp_path / "DSC_0001.NEF")


def test_a_missing_file_a_folder_and_an_impossible_name_are_refused(tmp_path):
    assert refusal(tmp_path / "none.jpg") == "there is no such file"
    assert refusal(tmp_path) == "it is a folder"
    assert "characters" in refusal(tmp_path / "a\0b.jpg")


@contextmanager
def without_rights(path):
    """Forbid reading ``path``; where we are root, which nothing forbids, be nobody meanwhile."""
    mode = path.stat().st_mode
    as_root = os.geteuid() == 0
    path.chmod(0)
    if as_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if as_root:
            os.seteuid(0)
        path.chmod(mode)


@pytest.mark.skipif(sys.platform == "win32", reason="rights work otherwise there")
def test_a_forbidden_photo_is_refused(tmp_path, astronaut):
    path = tmp_path / "photo.jpg"
    Image.fromarray(astronaut).save(path)
    with without_rights(path):
        assert refusal(path) == "you do not have permission to read it"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such files")
def test_a_pipe_is_refused_and_not_waited_on(tmp_path):
    os.mkfifo(tmp_path / "pipe.jpg")
    assert refusal(tmp_path / "pipe.jpg") == "it is not a file"


HUGE = {
    "photo.png": png_header(width=30_000, height=20_000),
    "just.png": png_header(width=20_001, height=15_000),
    "monstrous.png": png_header(width=2**31 - 1, height=2**31 - 1),
    "photo.hdr": b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 30000 +X 20000\nxxxx",
    "photo.pfm": b"PF\n30000 20000\n-1.0\nxxxx",
    "photo.pam": b"P7\nWIDTH 30000\nHEIGHT 20000\nDEPTH 3\nMAXVAL 255\nENDHDR\nxxxx",
    "photo.ppm": b"P6\n30000 20000\n255\nxxxx",
}


@pytest.mark.parametrize("name", HUGE)
def test_more_than_300_megapixels_are_refused_before_they_are_decoded(tmp_path, name):
    """The pixels are not even there: decoding would end in another refusal."""
    (tmp_path / name).write_bytes(HUGE[name])
    with pytest.raises(PhotoTooLarge) as caught:
        read_photo(tmp_path / name)
    assert caught.value.params["limit"] == 300
    assert caught.value.params["megapixels"] > 300


def test_the_size_of_a_deep_tiff_is_checked_before_it_is_decoded(tmp_path, monkeypatch):
    # Reading hands the limit on to Pillow, for the whole process: this puts it back afterwards.
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    monkeypatch.setattr(photo_module, "MAX_PIXELS", 99)
    picture = np.zeros((10, 10, 3), np.float32)
    (tmp_path / "photo.tif").write_bytes(cv2.imencode(".tif", picture)[1])
    monkeypatch.setattr(cv2, "imdecode", lambda *_: pytest.fail("it was decoded"))
    with pytest.raises(PhotoTooLarge):
        read_photo(tmp_path / "photo.tif")
