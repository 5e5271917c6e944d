import numpy as np
import pytest
from PIL import Image, ImageCms

from desktop_app.capture.photo import read_photo
from desktop_app.opencv import cv2


@pytest.fixture(scope="module")
def astronaut():
    """A face of 160 × 120, RGB; smooth, so that lossy formats keep it."""
    from skimage.data import astronaut

    return np.array(Image.fromarray(astronaut()[0:240, 80:400]).resize((160, 120)))


def difference(one, other):
    assert one.shape == other.shape
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def check_layout(pixels):
    assert pixels.dtype == np.uint8
    assert pixels.ndim == 3
    assert pixels.shape[2] == 3
    assert pixels.flags.c_contiguous


LOSSLESS, LOSSY = 0.5, 4.0
BY_PILLOW = [
    *[("photo.jpg", {"quality": 95}, LOSSY), ("photo.jpg", {"progressive": True}, LOSSY)],
    *[("photo.mpo", {"quality": 95}, LOSSY), ("photo.avif", {"quality": 90}, LOSSY)],
    *[("photo.webp", {"quality": 95}, LOSSY), ("photo.webp", {"lossless": True}, LOSSLESS)],
    *[("photo.tif", {"compression": "tiff_lzw"}, LOSSLESS), ("photo.tif", {}, LOSSLESS)],
    ("photo.tif", {"compression": "jpeg", "quality": 95}, LOSSY),
    *[
        (f"photo.{suffix}", {}, LOSSLESS)
        for suffix in ["png", "bmp", "dib", "jp2", "ppm", "pcx", "tga", "sgi", "qoi"]
    ],
    ("photo.gif", {}, LOSSY),
]


@pytest.mark.parametrize(("name", "how", "tolerance"), BY_PILLOW)
def test_common_formats_are_read_as_they_look(tmp_path, astronaut, name, how, tolerance):
    Image.fromarray(astronaut).save(tmp_path / name, **how)
    pixels = read_photo(tmp_path / name)
    check_layout(pixels)
    assert difference(pixels, astronaut) < tolerance


@pytest.mark.parametrize("suffix", ["ras", "sr", "pfm"])
def test_formats_that_only_opencv_writes_are_read(tmp_path, astronaut, suffix):
    picture = (
        astronaut[..., ::-1].astype(np.float32) / 255 if suffix == "pfm" else astronaut[..., ::-1]
    )
    (tmp_path / f"photo.{suffix}").write_bytes(cv2.imencode(f".{suffix}", picture)[1])
    pixels = read_photo(tmp_path / f"photo.{suffix}")
    check_layout(pixels)
    assert difference(pixels, astronaut) < LOSSLESS


SAMPLES = {
    "16 bits": lambda unit: np.rint(unit * 65535).astype(np.uint16),
    "32-bit floats": lambda unit: unit.astype(np.float32),
    "64-bit floats": lambda unit: unit.astype(np.float64),
    "floats from 0 to 255": lambda unit: (unit * 255).astype(np.float32),
    "32-bit integers": lambda unit: (unit * 4_000_000).astype(np.int32),
}
DEEP = [(".tif", kind) for kind in SAMPLES] + [(suffix, "16 bits") for suffix in (".png", ".ppm")]


@pytest.mark.parametrize("channels", ["colour", "grey"])
@pytest.mark.parametrize(("suffix", "kind"), DEEP)
def test_more_than_eight_bits_are_scaled_and_not_cut(tmp_path, astronaut, suffix, kind, channels):
    picture = astronaut.astype(np.float64) / 255
    picture[0, 0], picture[0, 1] = 0, 1
    expected = np.rint(picture * 255).astype(np.uint8)
    if channels == "grey":
        picture, expected = picture[..., 1], np.repeat(expected[..., 1:2], 3, axis=2)
    else:
        picture = picture[..., ::-1]
    if channels == "grey" and suffix == ".ppm":
        suffix = ".pgm"
    path = tmp_path / f"photo{suffix}"
    path.write_bytes(cv2.imencode(suffix, SAMPLES[kind](picture))[1])
    pixels = read_photo(path)
    check_layout(pixels)
    assert np.abs(pixels.astype(int) - expected).max() <= 1
    assert pixels[0, 0].tolist() == [0, 0, 0]
    assert pixels[0, 1].tolist() == [255, 255, 255]


def test_a_dark_photo_of_sixteen_bits_stays_dark(tmp_path):
    for suffix in (".pgm", ".png", ".tif"):
        path = tmp_path / f"photo{suffix}"
        path.write_bytes(cv2.imencode(suffix, np.full((3, 3), 20 * 257, np.uint16))[1])
        assert read_photo(path)[1, 1].tolist() == [20, 20, 20]


def test_a_float_picture_with_holes_in_it_is_read(tmp_path):
    picture = np.full((4, 4, 3), 0.5, np.float32)
    picture[0, 0], picture[1, 1] = np.nan, np.inf
    (tmp_path / "photo.tif").write_bytes(cv2.imencode(".tif", picture)[1])
    pixels = read_photo(tmp_path / "photo.tif")
    assert pixels[3, 3].tolist() == [128, 128, 128]
    assert pixels[0, 0].tolist() == [0, 0, 0]


def test_radiance_light_becomes_a_picture_in_which_people_are_seen(tmp_path, astronaut):
    light = (astronaut[..., ::-1].astype(np.float32) / 255) ** 2.2 * 7000
    (tmp_path / "photo.hdr").write_bytes(cv2.imencode(".hdr", light)[1])
    pixels = read_photo(tmp_path / "photo.hdr")
    check_layout(pixels)
    assert difference(pixels, astronaut) < 12


@pytest.mark.parametrize(
    ("tuple_type", "samples", "rgb"),
    [
        ("RGB", [10, 20, 30], [10, 20, 30]),
        ("RGB_ALPHA", [10, 20, 30, 0], [255, 255, 255]),
        ("GRAYSCALE_ALPHA", [10, 255], [10, 10, 10]),
        ("GRAYSCALE", [10], [10, 10, 10]),
    ],
)
def test_portable_arbitrary_maps_are_read_in_their_own_order(tmp_path, tuple_type, samples, rgb):
    header = f"P7\nWIDTH 2\nHEIGHT 3\nDEPTH {len(samples)}\nMAXVAL 255\nTUPLTYPE {tuple_type}\n"
    path = tmp_path / "photo.pam"
    path.write_bytes(header.encode() + b"ENDHDR\n" + bytes(samples) * 6)
    assert read_photo(path).tolist() == [[rgb] * 2] * 3


@pytest.mark.parametrize("mode", ["L", "1", "P", "YCbCr"])
def test_grey_bitmap_and_palette_pictures_become_rgb(tmp_path, astronaut, mode):
    picture = Image.fromarray(astronaut).convert(mode)
    picture.save(tmp_path / "photo.tif")
    pixels = read_photo(tmp_path / "photo.tif")
    check_layout(pixels)
    assert difference(pixels, np.asarray(picture.convert("RGB"))) < LOSSLESS


@pytest.mark.parametrize("suffix", ["jpg", "tif"])
def test_cmyk_is_not_seen_as_a_negative(tmp_path, astronaut, suffix):
    """Adobe writes CMYK into JPEG inverted, and so does Pillow; TIFF is not inverted."""
    Image.fromarray(astronaut).convert("CMYK").save(tmp_path / f"photo.{suffix}", quality=95)
    assert difference(read_photo(tmp_path / f"photo.{suffix}"), astronaut) < LOSSY


def test_lab_is_converted_to_the_colours_it_means(tmp_path, astronaut):
    profiles = [ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")]
    picture = ImageCms.profileToProfile(Image.fromarray(astronaut), *profiles, outputMode="LAB")
    picture.save(tmp_path / "photo.tif")
    assert difference(read_photo(tmp_path / "photo.tif"), astronaut) < 2


@pytest.mark.parametrize(
    "profile", [b"rubbish", ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()]
)
def test_a_profile_that_cannot_be_used_does_not_cost_the_photo(tmp_path, astronaut, profile):
    """One is damaged; the other is for RGB, in a CMYK file."""
    picture = Image.fromarray(astronaut).convert("CMYK")
    picture.save(tmp_path / "photo.jpg", quality=95, icc_profile=profile)
    assert difference(read_photo(tmp_path / "photo.jpg"), astronaut) < LOSSY


@pytest.mark.parametrize(("mode", "suffix"), [("RGBA", "png"), ("RGBA", "webp"), ("LA", "png")])
def test_what_is_transparent_is_white_and_half_is_half(tmp_path, mode, suffix):
    colour = (40,) * (len(mode) - 1)
    picture = Image.new(mode, (3, 1), (*colour, 255))
    picture.putpixel((1, 0), (*colour, 0))
    picture.putpixel((2, 0), (*colour, 128))
    picture.save(tmp_path / f"photo.{suffix}", lossless=True)
    solid, clear, half = read_photo(tmp_path / f"photo.{suffix}")[0].astype(int).tolist()
    assert solid == [40, 40, 40]
    assert clear == [255, 255, 255]
    assert half == pytest.approx([147] * 3, abs=2)


def test_a_transparent_colour_of_a_palette_is_white_in_the_first_frame_of_a_gif(tmp_path):
    first, second = (Image.new("P", (4, 2), colour) for colour in (0, 1))
    for frame in (first, second):
        frame.putpalette([10, 20, 30, 200, 0, 0])
    first.putpixel((2, 1), 1)
    first.save(tmp_path / "photo.gif", save_all=True, append_images=[second], transparency=1)
    pixels = read_photo(tmp_path / "photo.gif")
    assert pixels[0, 0].tolist() == [10, 20, 30]
    assert pixels[1, 2].tolist() == [255, 255, 255]


def test_a_deep_tiff_with_transparency_lies_on_white(tmp_path):
    picture = np.full((2, 2, 4), (0.1, 0.2, 0.4, 1.0), np.float32)  # BGRA
    picture[1, 1, 3] = 0
    (tmp_path / "photo.tif").write_bytes(cv2.imencode(".tif", picture)[1])
    pixels = read_photo(tmp_path / "photo.tif")
    assert pixels[0, 0].tolist() == [102, 51, 26]
    assert pixels[1, 1].tolist() == [255, 255, 255]


# What a viewer does to the stored pixels for each value of the tag (Exif 2.32, 4.6.4 A).
UPRIGHT = {
    1: lambda stored: stored,
    2: lambda stored: stored[:, ::-1],
    3: lambda stored: stored[::-1, ::-1],
    4: lambda stored: stored[::-1],
    5: lambda stored: stored.transpose(1, 0, 2),
    6: lambda stored: np.rot90(stored, -1),
    7: lambda stored: stored[::-1, ::-1].transpose(1, 0, 2),
    8: lambda stored: np.rot90(stored),
}


@pytest.mark.parametrize("orientation", UPRIGHT)
@pytest.mark.parametrize(
    "name", ["a.jpg", "a.png", "a.tif", "lzw.tif", "a.webp", "a.avif", "a.mpo"]
)
def test_the_orientation_is_applied_exactly_once(tmp_path, astronaut, name, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    how = {"compression": "tiff_lzw"} if name == "lzw.tif" else {"quality": 95}
    Image.fromarray(astronaut).save(tmp_path / name, exif=exif, **how)
    pixels = read_photo(tmp_path / name)
    check_layout(pixels)
    assert difference(pixels, UPRIGHT[orientation](astronaut)) < LOSSY


def test_damaged_metadata_does_not_cost_the_photo(tmp_path, astronaut):
    rubbish = b"Exif\0\0II*\0\xff\xff\xff\x7f" + b"\x07" * 40
    Image.fromarray(astronaut).save(tmp_path / "photo.jpg", quality=95, exif=rubbish)
    assert difference(read_photo(tmp_path / "photo.jpg"), astronaut) < LOSSY


def test_a_photo_of_one_pixel_is_read(tmp_path):
    Image.new("RGB", (1, 1), (1, 2, 3)).save(tmp_path / "dot.png")
    assert read_photo(tmp_path / "dot.png").tolist() == [[[1, 2, 3]]]


@pytest.mark.parametrize("name", ["Zoë & 日本.jpg", "100%d.jpg", "photo without suffix"])
def test_any_name_is_read_whatever_its_suffix_says(tmp_path, astronaut, name):
    Image.fromarray(astronaut).save(tmp_path / name, "PNG")
    assert np.array_equal(read_photo(tmp_path / name), astronaut)


@pytest.mark.slow
def test_a_photo_of_200_megapixels_is_opened(tmp_path):
    path = tmp_path / "large.png"
    Image.new("L", (16_320, 12_240), 90).save(path, compress_level=1)
    pixels = read_photo(path)
    assert pixels.shape == (12_240, 16_320, 3)
    assert pixels[-1, -1].tolist() == [90, 90, 90]
