"""What sealing costs: a template, a crop, a large gallery's templates at start-up, a passphrase.

::

    python -m benchmarks.vault

The crop is also held against what is done with it anyway: making and reading its PNG.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.frames import photograph
from db.key_slots import COST, Keys, new_key, unwrap, wrap_for_passphrase
from db.pictures import decode_png, encode_png
from db.vault import Purpose, SealedVault

_CROP = 112
_TEMPLATE = 4 * 128
_GALLERY = 25_000
_RUNS = 15


def microseconds(work: Callable[[], object], *, calls: int) -> float:
    """Return the median over runs of what one call takes."""
    runs = []
    for _ in range(_RUNS):
        started = time.perf_counter()
        for _ in range(calls):
            work()
        runs.append((time.perf_counter() - started) / calls * 1e6)
    return statistics.median(runs)


def main() -> None:
    """Print a line a measurement."""
    vault = SealedVault(new_key(), uid=os.urandom(16).hex())
    whole = photograph()
    row, column = (side // 2 - _CROP // 2 for side in whole.shape[:2])
    pixels = whole[row : row + _CROP, column : column + _CROP]

    template = os.urandom(_TEMPLATE)
    sealed = vault.seal(template, Purpose.TEMPLATE)
    sealing = microseconds(lambda: vault.seal(template, Purpose.TEMPLATE), calls=2000)
    unsealing = microseconds(lambda: vault.unseal(sealed, Purpose.TEMPLATE), calls=2000)
    print(f"template, {_TEMPLATE} bytes:  seal {sealing:.1f} µs, unseal {unsealing:.1f} µs")

    picture = encode_png(pixels)
    sealed_picture = vault.seal(picture, Purpose.SAMPLE)
    sealing = microseconds(lambda: vault.seal(picture, Purpose.SAMPLE), calls=200)
    unsealing = microseconds(lambda: vault.unseal(sealed_picture, Purpose.SAMPLE), calls=200)
    writing = microseconds(lambda: encode_png(pixels), calls=20)
    reading = microseconds(lambda: decode_png(picture), calls=20)
    print(
        f"crop, {len(picture)} bytes:    seal {sealing:.1f} µs ({sealing / writing:.3f} of making "
        f"the PNG), unseal {unsealing:.1f} µs ({unsealing / reading:.3f} of reading it)"
    )

    gallery = [vault.seal(template, Purpose.TEMPLATE) for _ in range(_GALLERY)]
    unsealing = microseconds(
        lambda: [vault.unseal(value, Purpose.TEMPLATE) for value in gallery], calls=1
    )
    print(f"{_GALLERY:,} templates:   unseal {unsealing / 1e3:.0f} ms")

    key, uid = new_key(), "benchmark"
    slot = wrap_for_passphrase(key, uid=uid, passphrase="correct horse")
    keys = Keys(passphrase="correct horse")
    opening = microseconds(
        lambda: unwrap([slot], uid=uid, keys=keys, path=Path("gallery")), calls=1
    )
    print(
        f"passphrase:          {opening / 1e3:.0f} ms (Argon2id, {COST.memory // 1024} MiB, "
        f"{COST.iterations} passes, {COST.lanes} lanes)"
    )


if __name__ == "__main__":
    main()
