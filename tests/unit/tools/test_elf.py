"""What a library must keep when its symbols are cut away."""

from __future__ import annotations

import importlib.util
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
PAGE = 0x1000
LOAD, DYNAMIC = 1, 2
PROGRAM, NO_BITS, SYMBOLS = 1, 8, 11
IN_MEMORY, PER_THREAD = 0x2, 0x400


@pytest.fixture(scope="module")
def elf():
    path = ROOT / "tools" / "elf.py"
    spec = importlib.util.spec_from_file_location("elf", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where dataclasses look for it
    spec.loader.exec_module(module)
    yield module
    del sys.modules[spec.name]


def library(
    *,
    text=b"code",
    symbol=(1, 0x12, 0, 9, 0x40, 4),  # name, info, other, section, value, size
    offset=PAGE,
    length=None,
    dynamic_at=0x1000,
    debugging=b"",
    machine=62,
) -> bytes:
    """Return an ELF file with one segment: code, a table of one symbol, and 32 bytes of zeros.

    Args:
        offset: of the segment in the file; in memory it is at 0x1000.
        length: how much of it is loaded from the file; by default all.
        dynamic_at: where the loader is told to look for its instructions.
        debugging: what lies after it, in no segment.

    """
    content = text + struct.pack("<IBBHQQ", *symbol)
    filled = len(content) if length is None else length
    segments = [
        (LOAD, 5, offset, 0x1000, 0, filled, filled + 32, PAGE),
        (DYNAMIC, 6, offset, dynamic_at, 0, 8, 8, 8),
    ]
    sections = [
        (0, PROGRAM, IN_MEMORY, 0x1000, offset, len(text), 0, 0, 1, 0),
        (0, SYMBOLS, IN_MEMORY, 0x1000 + len(text), offset + len(text), 24, 0, 0, 8, 24),
        (0, NO_BITS, IN_MEMORY, 0x1000 + len(content), 0, 32, 0, 0, 1, 0),
        (0, NO_BITS, IN_MEMORY | PER_THREAD, 0x9000, 0, 8, 0, 0, 1, 0),
        (0, PROGRAM, 0, 0, offset + len(content), len(debugging), 0, 0, 1, 0),
    ]
    table = offset + len(content) + len(debugging)
    sizes = (0, 64, 56, len(segments), 64, len(sections), 0)
    header = b"\x7fELF\x02\x01\x01".ljust(16, b"\0")
    header += struct.pack("<HHI3QI6H", 3, machine, 1, 0, 64, table, *sizes)
    header += b"".join(struct.pack("<2I6Q", *segment) for segment in segments)
    packed = b"".join(struct.pack("<2I4Q2I2Q", *section) for section in sections)
    return header.ljust(offset, b"\0") + content + debugging + packed


def test_without_what_only_debuggers_read_it_is_the_same(elf):
    assert elf.same_when_loaded(library(debugging=b"names" * 9), library())


def test_moved_by_whole_pages_it_is_the_same(elf):
    assert elf.same_when_loaded(library(offset=5 * PAGE), library())


def test_moved_by_less_than_a_page_the_loader_would_refuse_it(elf):
    assert not elf.same_when_loaded(library(), library(offset=PAGE + 16))


def test_with_another_byte_of_code_it_is_another(elf):
    assert not elf.same_when_loaded(library(), library(text=b"cope"))


def test_where_less_is_loaded_it_is_another(elf):
    assert not elf.same_when_loaded(library(), library(length=20))


def test_where_the_loader_would_look_elsewhere_it_is_another(elf):
    assert not elf.same_when_loaded(library(), library(dynamic_at=0x1004))


def test_for_another_processor_it_is_another(elf):
    assert not elf.same_when_loaded(library(), library(machine=183))


def test_a_symbols_section_may_have_another_number(elf):
    assert elf.same_when_loaded(library(), library(symbol=(1, 0x12, 0, 7, 0x40, 4)))


def test_a_symbol_that_has_lost_its_section_has_lost_its_meaning(elf):
    assert not elf.same_when_loaded(library(), library(symbol=(1, 0x12, 0, 0, 0x40, 4)))


def test_a_symbol_at_another_place_is_another(elf):
    assert not elf.same_when_loaded(library(), library(symbol=(1, 0x12, 0, 9, 0x44, 4)))


def test_what_is_no_library_is_never_the_same(elf):
    assert not elf.same_when_loaded(b"!<arch>\n", b"!<arch>\n")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="libraries are others elsewhere")
@pytest.mark.skipif(not shutil.which("strip"), reason="binutils is not installed")
def test_a_real_library_is_the_same_after_strip_and_smaller(elf, tmp_path):
    from cryptography.hazmat.bindings import _rust

    library, stripped = Path(_rust.__file__), tmp_path / "stripped.so"
    subprocess.run(["strip", "--strip-unneeded", "-o", stripped, library], check=True)
    before, after = library.read_bytes(), stripped.read_bytes()
    assert len(after) < len(before)
    assert elf.same_when_loaded(before, after)
