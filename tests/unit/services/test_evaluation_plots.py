import sys

import numpy as np
import pytest

from desktop_app.errors import FileNotWritable, PlottingMissing
from desktop_app.services.evaluation import plots
from desktop_app.services.evaluation.intervals import Share
from desktop_app.services.evaluation.metrics import REJECTED, accept_rates, judge
from desktop_app.services.evaluation.openset import OpenSetReport
from desktop_app.services.evaluation.openset_figures import (
    Decided,
    Outcome,
    Trials,
    stated_confidence,
)
from desktop_app.services.evaluation.pairs import Compared


def compared(similarities, same):
    similarities, same = np.array(similarities, float), np.array(same, bool)
    failed = similarities == REJECTED
    folds = np.arange(len(same)) // 2 % 2
    return Compared(judge(similarities, same=same, folds=folds, failed=failed), similarities, same)


def lines(plot):
    return [line.get_xydata() for line in plot.axes[0].get_lines()]


def test_a_curve_says_what_is_accepted_above_each_stranger():
    values, same = np.array([0.9, 0.5, 0.2, 0.6, 0.3]), np.array([1, 1, 1, 0, 0], bool)
    far, tar = accept_rates(values, same)
    # Letting in one of the two: above 0.3. Letting in both: everything.
    assert (list(far), list(tar)) == ([0.5, 1.0], [pytest.approx(2 / 3), 1.0])
    far, tar = accept_rates(np.array([REJECTED, 0.5, 0.1, REJECTED]), np.array([1, 1, 0, 0], bool))
    assert list(tar) == [0.5, 0.5]


def test_what_was_never_seen_is_drawn_at_half_of_what_once_would_have_been():
    perfect = compared([0.9, 0.1] * 10, [1, 0] * 10)
    (curve,) = lines(plots.pairs_plots({"": perfect})["det"])
    assert set(curve[:, 1]) == {1 / 20}
    (curve,) = lines(plots.pairs_plots({"": perfect})["roc"])
    assert set(curve[:, 1]) == {1.0}


def open_set(*decisions, splits=2):
    """A report of 10 strangers and 10 probes a split; decisions: how often named, and missed."""
    trials = Trials(
        people=2,
        templates=2,
        failed_templates=0,
        person=np.arange(20),
        enrolled=np.arange(20) < 10,
        similarity=np.linspace(0.9, 0.1, 20),
        own=np.arange(20) < 10,
        confidence=np.full(20, 0.5),
        outcomes=np.zeros((1, 20), np.int64),
    )
    decided = []
    for named, missed in decisions:
        shares = [Share(0.0, 0.0, 0.0)] * len(Outcome)
        shares[Outcome.NAMED_RIGHTLY] = Share(1.0 - missed, 0.0, 1.0)
        fpir = Share(named, 0.0, 1.0)
        decided.append(Decided(0.01, fpir, (named,) * splits, tuple(shares), tuple(shares)))
    return OpenSetReport(
        **dict.fromkeys(("templates", "people"), 2),
        **dict.fromkeys(("strangers", "probes"), 10),
        **dict.fromkeys(("seed", "left_out", "failed_strangers", "failed_probes"), 0),
        failed_templates=0,
        rank_one=Share(1.0, 1.0, 1.0),
        points=(),
        decided=tuple(decided),
        reliability=stated_confidence([trials] * splits),
        splits=(trials,) * splits,
    )


def test_what_was_decided_is_marked_where_it_is_and_only_a_zero_elsewhere():
    """Means over splits are smaller than what is seen once in one of them: here 0.1."""
    drawn = plots.open_set_plots(open_set((0.03, 0.04), (0.0, 0.04)))["det"]
    _, first, second = drawn.axes[0].get_lines()
    assert first.get_xydata()[0] == pytest.approx([0.03, 0.04])
    assert second.get_xydata()[0] == pytest.approx([1 / 40, 0.04])
    assert first.get_markerfacecolor() == first.get_color()
    assert second.get_markerfacecolor() == "white"
    assert second.get_label().endswith("none named")


def test_kinds_share_a_curve_plot_and_have_a_histogram_each():
    drawn = plots.pairs_plots(
        {
            "easy": compared([0.9, 0.1] * 10, [1, 0] * 10),
            "hard": compared([0.5, REJECTED] * 9, [1, 0] * 9),
        }
    )
    assert [text.get_text() for text in drawn["roc"].axes[0].get_legend().get_texts()] == [
        "easy",
        "hard",
    ]
    assert len(drawn["scores"].axes) == 2


def test_a_long_curve_is_thinned_and_keeps_its_ends():
    x = np.arange(1, 100_001) / 100_000
    far, tar = plots._thinned(x, x)
    assert len(far) <= 300
    assert (far[0], far[-1], tar[-1]) == (x[0], 1.0, 1.0)


def test_plots_that_cannot_be_written_are_a_known_trouble(tmp_path):
    drawn = plots.pairs_plots({"": compared([0.9, 0.1] * 10, [1, 0] * 10)})
    (tmp_path / "file").touch()
    with pytest.raises(FileNotWritable, match="cannot be written"):
        plots.save_plots(drawn, tmp_path / "file", name="pairs")


def test_without_matplotlib_there_is_a_sentence(monkeypatch):
    plots.check_plotting()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(PlottingMissing, match="Leave --output out"):
        plots.check_plotting()
