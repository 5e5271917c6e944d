"""A file read in slices says what its bytes say."""

import os
import random

from desktop_app.file_bytes import bytes_of


def test_slices_of_a_file_are_those_of_its_bytes(tmp_path):
    path = tmp_path / "data"
    content = os.urandom(300_000)
    path.write_bytes(content)
    dice = random.Random(4)
    with bytes_of(path) as data:
        assert len(data) == len(content)
        for _ in range(300):
            start = dice.randrange(310_000)
            stop = start + dice.choice([0, 1, 9, 4096, 70_000, 200_000])
            assert data[start:stop] == content[start:stop]
        assert data[:] == content


def test_a_file_that_becomes_shorter_meanwhile_ends_early(tmp_path):
    path = tmp_path / "data"
    path.write_bytes(b"a" * 200_000)
    with bytes_of(path) as data:
        path.write_bytes(b"b" * 10)
        assert data[0:100] == b"b" * 10
        assert data[100_000:100_100] == b""
