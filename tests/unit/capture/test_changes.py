import numpy as np
import pytest

from desktop_app.capture.changes import ChangeWatch

HEIGHT, WIDTH = 480, 640


def noise(seed, *, mean=100, spread=3):
    values = np.random.default_rng(seed).normal(mean, spread, (HEIGHT, WIDTH, 3))
    return np.clip(values, 0, 255).astype(np.uint8)


@pytest.fixture
def watch():
    return ChangeWatch()


def test_a_sensors_noise_is_a_change_in_every_picture(watch):
    for number in range(5):
        assert watch.look(noise(number), now=number / 30)
        assert watch.last_change_at == number / 30


def test_a_repeated_picture_is_no_change_though_it_comes_in_new_memory(watch):
    picture = noise(0)
    watch.look(picture, now=0.0)
    for number in range(1, 60):
        assert not watch.look(picture.copy(), now=number / 30)
    assert watch.last_change_at == 0.0


@pytest.mark.parametrize("row", [0, 1, 37, 63, 64, HEIGHT - 1])
def test_one_pixel_that_changes_anywhere_is_seen_within_a_quarter_of_a_second(watch, row):
    first = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    second = first.copy()
    second[row, 321, 2] = 1
    watch.look(first, now=0.0)
    seen = [watch.look(second, now=number / 30) for number in range(1, 9)]
    assert any(seen)


def test_another_size_is_another_picture(watch):
    watch.look(noise(0), now=0.0)
    assert watch.look(noise(0)[:, :320], now=0.01)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (5, 7), (16, 16), (17, 3)])
def test_pictures_of_any_size_are_compared(watch, height, width):
    picture = np.zeros((height, width, 3), np.uint8)
    assert watch.look(picture, now=0.0)
    assert not watch.look(picture.copy(), now=1.0)
    picture = picture.copy()
    picture[-1, -1] = 9
    assert watch.look(picture, now=2.0)


def test_a_covered_camera_is_black_with_its_noise_and_its_bright_pixels(watch):
    picture = noise(0, mean=8, spread=4)
    picture[30, 40] = picture[200, 7] = 255
    watch.look(picture, now=0.0)
    assert watch.is_black


def test_a_dark_room_with_a_lamp_in_it_is_not_black(watch):
    picture = noise(0, mean=8, spread=4)
    picture[100:160, 100:160] = 90
    watch.look(picture, now=0.0)
    assert not watch.is_black


def test_when_the_lid_is_taken_off_that_is_known_within_a_quarter_of_a_second(watch):
    watch.look(np.zeros((HEIGHT, WIDTH, 3), np.uint8), now=0.0)
    watch.look(noise(0), now=0.26)
    assert not watch.is_black
