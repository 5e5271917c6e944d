from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

ENDED = {"alarms": 0, "threads_left": [], "openings_left": 0}


@pytest.fixture
def verdict(monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    from soaking import verdict

    return verdict


def sample(at: float, **changes) -> dict:
    usual = {
        "at": at,
        "rss_mb": 400.0,
        "load": 1.0,
        "is_usual": True,
        "os_threads": 20,
        "python_threads": ["MainThread", "recognition"],
        "handles": 14,
        "label_ms_p50": 15.0,
        "label_ms_p95": 40.0,
        "painted_rate": 30.0,
        "recognised_rate": 30.0,
    }
    return usual | changes


def hour(change=lambda at: {}) -> list[dict]:
    return [sample(at, **change(at)) for at in map(float, range(0, 3601, 5))]


def loss(**changes) -> dict:
    usual = {"trouble": "stops", "is_loss": True, "said": 0.4, "back": 1.0}
    return usual | changes


def losses_of_each_kind(verdict) -> list[dict]:
    return [loss(trouble=one.value, is_loss=one.is_loss) for one in verdict.Trouble]


def status(verdict, samples, what, *, losses=(), errors=(), ended=ENDED, **plan):
    findings = verdict.judge(samples, losses=losses, errors=errors, ended=ended, **plan)
    (found,) = [one for one in findings if one.what.startswith(what)]
    return found.status


def test_an_hour_that_stays_as_it_is_has_nothing_bad(verdict):
    findings = verdict.judge(hour(), losses=losses_of_each_kind(verdict), errors=[], ended=ENDED)
    assert not [one for one in findings if one.status is verdict.Status.BAD]
    assert len(verdict.table(findings).splitlines()) == len(findings) + 1


@pytest.mark.parametrize(("share", "bad"), [(0.018, False), (0.03, True)])
def test_memory_may_grow_by_two_hundredths(verdict, share, bad):
    grown = hour(lambda at: {"rss_mb": 400 * (1 + share * at / 3300)})
    assert (status(verdict, grown, "memory (RSS)") is verdict.Status.BAD) is bad


def test_what_grows_in_the_first_five_minutes_is_warm_up(verdict):
    warming = hour(lambda at: {"rss_mb": 300 + min(at, 300) / 3})
    assert status(verdict, warming, "memory (RSS)") is verdict.Status.GOOD


def test_a_short_run_shows_memory_and_does_not_judge_it(verdict):
    short = [sample(float(at), rss_mb=300.0 + at) for at in range(0, 60, 2)]
    assert status(verdict, short, "memory (RSS)") is verdict.Status.TOO_SHORT


@pytest.mark.parametrize(("key", "what"), [("os_threads", "threads"), ("handles", "handles")])
def test_one_more_for_good_is_too_many_and_one_more_for_a_while_is_not(verdict, key, what):
    usual = sample(0.0)[key]
    for_good = hour(lambda at: {key: usual + (at > 1800)})
    assert status(verdict, for_good, what) is verdict.Status.BAD
    for_a_while = hour(lambda at: {key: usual + (at % 50 == 0)})
    assert status(verdict, for_a_while, what) is verdict.Status.GOOD


@pytest.mark.parametrize("change", [-1, 1])
def test_what_a_lost_camera_takes_with_it_is_not_counted(verdict, change):
    """In the last minute one is lost for most of the time, in the first for none."""
    usual = sample(0.0)["os_threads"]
    lost = hour(
        lambda at: (
            {"os_threads": usual + change, "is_usual": False} if at > 3550 and at % 20 else {}
        )
    )
    assert status(verdict, lost, "threads") is verdict.Status.GOOD
    hidden = hour(
        lambda at: {"os_threads": usual - (at % 20 > 0) + (at > 1800), "is_usual": at % 20 == 0}
    )
    assert status(verdict, hidden, "threads") is verdict.Status.BAD


def test_threads_are_not_judged_where_some_camera_is_always_lost(verdict):
    never = hour(lambda at: {"is_usual": False, "os_threads": 20 + (at > 1800)})
    assert status(verdict, never, "threads") is verdict.Status.TOO_SHORT


def test_a_new_thread_is_named(verdict):
    leaked = hour(
        lambda at: (
            {"os_threads": 21, "python_threads": ["MainThread", "capture 1"]} if at > 1800 else {}
        )
    )
    findings = verdict.judge(leaked, losses=[], errors=[], ended=ENDED)
    assert any("new: capture 1" in one.found for one in findings)


@pytest.mark.parametrize(
    ("changes", "bad"),
    [
        ({}, False),
        ({"said": 1.2}, True),
        ({"said": None}, True),
        ({"back": 3.5}, True),
        ({"back": None}, True),
    ],
)
def test_a_loss_is_to_be_said_in_a_second_and_over_in_three(verdict, changes, bad):
    found = status(verdict, hour(), "camera stops", losses=[loss(), loss(**changes)])
    assert (found is verdict.Status.BAD) is bad


def test_an_hour_in_which_no_camera_failed_proves_nothing(verdict):
    found = status(verdict, hour(), "losses inflicted", lose_every=1e6)
    assert found is verdict.Status.BAD


def test_each_kind_of_loss_has_to_come_in_an_hour(verdict):
    losses = losses_of_each_kind(verdict)
    assert status(verdict, hour(), "losses inflicted", losses=losses) is verdict.Status.GOOD
    for number in range(len(losses)):
        some = losses[:number] + losses[number + 1 :]
        assert status(verdict, hour(), "losses inflicted", losses=some) is verdict.Status.BAD


def test_kinds_of_loss_for_which_there_was_no_time_need_not_come(verdict):
    """Of 20 cameras each is unplugged, then each stops, hangs, repeats: 400 s a kind."""
    losses = losses_of_each_kind(verdict)
    plan = {"cameras": 20, "lose_every": 20.0}
    for count, is_good in ((4, True), (3, False)):
        found = status(verdict, hour(), "losses inflicted", losses=losses[:count], **plan)
        assert (found is verdict.Status.GOOD) is is_good
    short = [sample(float(at)) for at in range(0, 60, 2)]
    assert status(verdict, short, "losses inflicted") is verdict.Status.TOO_SHORT


def test_another_resolution_is_no_loss_and_needs_no_word(verdict):
    resized = loss(trouble="changes its resolution", is_loss=False, said=None)
    assert status(verdict, hour(), "camera changes", losses=[resized]) is verdict.Status.GOOD
    never = resized | {"back": None}
    assert status(verdict, hour(), "camera changes", losses=[never]) is verdict.Status.BAD


@pytest.mark.parametrize(
    ("ended", "errors", "bad"),
    [
        (ENDED, [], False),
        ({}, [], True),
        (ENDED, ["ValueError: no"], True),
        (ENDED | {"threads_left": ["capture 0"]}, [], True),
        (ENDED | {"openings_left": 1}, [], True),
    ],
)
def test_nothing_may_be_left_behind(verdict, ended, errors, bad):
    found = status(verdict, hour(), "end", errors=errors, ended=ended)
    assert (found is verdict.Status.BAD) is bad


def test_labels_that_come_later_and_later_are_worth_a_look(verdict):
    later = hour(lambda at: {"label_ms_p50": 15 + at / 200})
    assert status(verdict, later, "from picture to label") is verdict.Status.LOOK


def test_false_alarms_and_a_busy_machine_are_worth_a_look(verdict):
    ended = ENDED | {"alarms": 1}
    assert status(verdict, hour(), "false alarms", ended=ended) is verdict.Status.LOOK
    busy = hour(lambda at: {"load": 1e3})
    assert status(verdict, busy, "load") is verdict.Status.LOOK


def test_the_slope_is_that_of_most_and_not_moved_by_a_few(verdict):
    jumping = hour(lambda at: {"rss_mb": 400 + at / 3600 + (500 if at % 100 == 0 else 0)})
    assert verdict.Spans(jumping).slope("rss_mb") == pytest.approx(1.0, abs=0.01)
