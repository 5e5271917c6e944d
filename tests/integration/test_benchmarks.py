"""`make bench` measures every stage; how fast each is depends on the machine."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def bench(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "benchmarks", *arguments],
        cwd=ROOT,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.slow
def test_every_stage_is_measured_and_the_peer_only_where_it_has_one():
    done = bench("--frames", "2", "--json")
    assert done.returncode == 0, done.stderr
    rows = {row["stage"]: row for row in json.loads(done.stdout)}
    stages = {"find faces", "refine landmarks", "embed"}
    assert set(rows) == stages | {"whole frame", "followed frame"}
    assert all(row["ours"] > 0 for row in rows.values())
    parts = sum(rows[stage]["ours"] for stage in stages)
    assert rows["whole frame"]["ours"] > parts / 2
    find = rows.pop("find faces")
    assert find["ratio"] == pytest.approx(find["ours"] / find["peer"])
    assert [row["peer"] for row in rows.values()] == [None] * 4


def test_a_clip_that_is_not_there_is_said_to_be():
    done = bench("no such clip.mp4")
    assert done.returncode == 2
    assert "no such clip.mp4" in done.stderr
