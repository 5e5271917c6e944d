from pathlib import Path

import pytest

from desktop_app.capture.camera import CameraSource
from desktop_app.capture.clip import ClipSource
from desktop_app.capture.formats import CameraFormat
from desktop_app.capture.opening import source_for
from desktop_app.capture.source import SourceKind, SourceSpec
from desktop_app.capture.stream import StreamSource
from desktop_app.errors import SourceInvalid


@pytest.mark.parametrize(
    ("text", "kind", "address"),
    [
        ("camera:0", SourceKind.CAMERA, "0"),
        (" Camera:007 ", SourceKind.CAMERA, "7"),
        ("rtsp://cam.local/live", SourceKind.STREAM, "rtsp://cam.local/live"),
        ("RTSPS://cam.local/live", SourceKind.STREAM, "RTSPS://cam.local/live"),
    ],
)
def test_what_a_user_types_is_understood(text, kind, address):
    spec = SourceSpec.parse(text)
    assert (spec.kind, spec.address) == (kind, address)


def test_anything_else_is_the_path_of_a_clip_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    spec = SourceSpec.parse("Öffnen: Tür.mp4")
    assert spec == SourceSpec(SourceKind.CLIP, str(tmp_path / "Öffnen: Tür.mp4"))
    assert spec.label == "Öffnen: Tür.mp4"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "camera:",
        "camera:front",
        "camera:-1",
        "camera:1234567890",
        "http://x/a",
        "rtsp://",
    ],
)
def test_what_is_none_of_the_three_forms_is_refused(text):
    with pytest.raises(SourceInvalid):
        SourceSpec.parse(text)


def test_the_home_of_nobody_is_refused_and_not_a_bug():
    with pytest.raises(SourceInvalid):
        SourceSpec.parse("~no-such-user-here/clip.mp4")


@pytest.mark.parametrize("text", ["camera:3", "rtsp://user:pw@host/live?channel=1"])
def test_a_source_is_written_in_the_form_that_is_read(text):
    assert SourceSpec.parse(str(SourceSpec.parse(text))) == SourceSpec.parse(text)


@pytest.mark.parametrize("text", ["camera:0@1280x720@30", "camera:2@640x480"])
def test_a_camera_may_be_wanted_in_a_format(text):
    spec = SourceSpec.parse(text)
    assert str(spec) == text
    assert spec.wanted == CameraFormat.parse(text.partition("@")[2])


def test_a_camera_is_the_same_source_in_every_format():
    plain, wanted = SourceSpec.parse("camera:0"), SourceSpec.parse("camera:0@640x480@15")
    assert plain == wanted
    assert {plain: "window"}[wanted] == "window"
    assert wanted.label == wanted.public_address == source_for(wanted).source_id == "camera:0"
    assert plain != SourceSpec.parse("camera:1@640x480@15")


@pytest.mark.parametrize("text", ["camera:0@", "camera:0@big", "camera:0@0x0", "camera:@640x480"])
def test_a_camera_in_a_format_that_makes_no_sense_is_refused(text):
    with pytest.raises(SourceInvalid):
        SourceSpec.parse(text)


def test_a_stream_keeps_its_at_signs():
    assert SourceSpec.parse("rtsp://a:b@host/x@640x480").wanted is None


SECRET_ADDRESSES = [
    "rtsp://anna:geheim@cam.local:554/live",
    "rtsp://anna:ge@h/geheim@cam.local:554/live",
    "rtsp://cam.local:554/live?user=anna&password=geheim",
    "rtsp://cam.local:554/user=anna&password=geheim&channel=1/live",
    "rtsp://cam.local:554/user=anna_passwd=geheim_channel=1",
    "rtsp://cam.local:554/live#geheim",
    "rtsp://cam.local:554/live?auth=geheim",
]


@pytest.mark.parametrize("address", SECRET_ADDRESSES)
def test_no_password_is_in_what_is_shown_or_logged_of_a_stream(address):
    spec = SourceSpec.parse(address)
    public = [spec.label, spec.public_address, repr(spec), source_for(spec).source_id]
    assert not any("geheim" in text for text in public)
    assert all("cam.local:554" in text for text in public)
    assert str(spec) == address


def test_no_password_is_in_the_refusal_of_an_address_that_cannot_be_used():
    with pytest.raises(SourceInvalid) as caught:
        SourceSpec.parse("http://anna:geheim@cam.local/live")
    assert "geheim" not in str(caught.value)
    assert "cam.local" in str(caught.value)


@pytest.mark.parametrize(
    ("text", "kind", "live"),
    [
        ("camera:0", CameraSource, True),
        ("clip.mp4", ClipSource, False),
        ("rtsp://host/x", StreamSource, True),
    ],
)
def test_each_kind_of_source_has_its_reader(text, kind, live):
    spec = SourceSpec.parse(text)
    assert type(source_for(spec)) is kind
    assert spec.is_live is live


def test_two_clips_of_the_same_name_have_different_source_ids():
    here, there = (source_for(SourceSpec.parse(f"{folder}/a.mp4")) for folder in ("x", "y"))
    assert here.source_id != there.source_id
    assert Path(here.source_id).name == "a.mp4"
