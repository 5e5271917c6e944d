import json
import logging
import os
import pickle

import numpy as np
import pytest

from desktop_app import errors
from desktop_app.arrays import read_only
from desktop_app.errors import FolderNotWritable, KnownError
from desktop_app.paths import DataDir, models_dir, resources_dir
from desktop_app.settings import Settings, load_settings, save_settings


def kinds(base: type[KnownError] = KnownError):
    for kind in base.__subclasses__():
        yield kind
        yield from kinds(kind)


def test_every_trouble_has_a_code_of_its_own():
    codes = [kind.code for kind in kinds()]
    assert len(codes) == len(set(codes))


def test_every_trouble_stands_in_the_tree_of_the_docstring():
    for kind in kinds():
        assert kind.__name__ in (errors.__doc__ or "")


def test_every_trouble_survives_the_way_between_processes():
    error = errors.PhotoUnreadable(path="a.jpg", reason="it is empty")
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is errors.PhotoUnreadable
    assert str(copy) == str(error)
    assert copy.params == error.params


def test_braces_in_a_name_are_no_places_to_fill():
    assert "{0}" in str(errors.NameTaken(name="{0} {x}"))


def test_settings_come_back_as_they_were_saved(tmp_path):
    path = tmp_path / "new" / "settings.json"
    settings = Settings(source="camera:1", theme="dark", mirror=False, false_name_rate=1e-4)
    save_settings(settings, path)
    assert load_settings(path) == settings
    assert json.loads(path.read_text(encoding="utf-8"))["version"] == 1
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "\0", "[" * 200_000),
        *('{"theme": 7, "mirror": "yes", "later": 1}', '{"theme": "pink"}'),
    ],
    ids=range(7),
)
def test_settings_that_make_no_sense_never_keep_us_from_starting(tmp_path, text):
    path = tmp_path / "settings.json"
    path.write_text(text, encoding="utf-8")
    assert load_settings(path) == Settings()


def test_what_a_newer_version_wrote_beside_ours_outlives_a_save(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text('{"version": 7, "theme": "dark", "halo": {"on": true}}', encoding="utf-8")
    save_settings(load_settings(path).with_changes(mirror=False), path)
    stored = json.loads(path.read_text(encoding="utf-8"))
    assert (stored["version"], stored["halo"]) == (7, {"on": True})
    assert (stored["theme"], stored["mirror"]) == ("dark", False)


def test_settings_can_be_saved_over_what_is_no_settings(tmp_path):
    path = tmp_path / "settings.json"
    path.write_text("[" * 200_000, encoding="utf-8")
    save_settings(Settings(theme="light"), path)
    assert load_settings(path) == Settings(theme="light")


def test_a_clip_whose_name_is_no_text_can_be_kept_as_the_source(tmp_path):
    settings = Settings(source=os.fsdecode(b"/clips/\xff.mp4"))
    save_settings(settings, tmp_path / "settings.json")
    assert load_settings(tmp_path / "settings.json") == settings


def test_a_rate_that_is_none_of_the_choices_becomes_the_default():
    assert Settings(false_name_rate=0.5).false_name_rate == 1e-3


def test_settings_that_cannot_be_saved_are_said_and_the_old_ones_stay(tmp_path):
    folder = tmp_path / "file"
    folder.write_text("not a folder", encoding="utf-8")
    with pytest.raises(FolderNotWritable, match="cannot write to its folder"):
        save_settings(Settings(), folder / "settings.json")
    assert folder.read_text(encoding="utf-8") == "not a folder"


def test_a_read_only_array_leaves_the_original_writable():
    original = np.zeros(3, np.float32)
    view = read_only(original, name="x", dtype=np.float32, shape=(3,))
    assert not view.flags.writeable
    assert original.flags.writeable


def test_models_and_resources_are_found():
    assert (models_dir() / "manifest.toml").is_file()
    assert resources_dir().is_dir()


def test_a_data_folder_says_where_its_files_are(tmp_path):
    folder = DataDir(tmp_path)
    assert {path.parent for path in (folder.gallery, folder.settings_file, folder.log_file)} == {
        tmp_path
    }


@pytest.mark.skipif(os.name != "posix", reason="folders have no mode elsewhere")
def test_whoever_makes_the_data_folder_makes_it_for_its_owner_alone(tmp_path):
    from desktop_app.log import log_to_file

    save_settings(Settings(), tmp_path / "a" / "settings.json")
    logger = logging.getLogger("desktop_app")
    before = list(logger.handlers)
    log_to_file(tmp_path / "b" / "kenspeckle.log")
    for handler in set(logger.handlers) - set(before):
        for name in ("desktop_app", "db"):
            logging.getLogger(name).removeHandler(handler)
        handler.close()
    for folder in ("a", "b"):
        assert (tmp_path / folder).stat().st_mode & 0o777 == 0o700
