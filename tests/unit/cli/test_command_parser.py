"""Options stand anywhere among the words of a command."""

from itertools import chain, permutations
from pathlib import Path

import pytest

from desktop_app.cli.arguments import parse


def read(*words: str):
    return parse(words, window=lambda _options: 0).arguments


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["people", "remove", "Anna", "7", "8"], {"name": "Anna", "numbers": [7, 8]}),
        (["people", "group", "Anna", "Choir"], {"name": "Anna", "groups": ["Choir"]}),
        (["people", "note", "Anna", "tall"], {"name": "Anna", "text": "tall"}),
        (["people", "restore", "Anna"], {"name": "Anna", "new_name": None}),
        (["people", "split", "Anna", "Ben", "7", "8"], {"new_name": "Ben", "numbers": [7, 8]}),
        (["people", "not", "Anna", "a", "b"], {"photos": [Path("a"), Path("b")]}),
        (["backup", "verify", "a", "b"], {"files": [Path("a"), Path("b")]}),
        (["enrol", "Anna", "a", "b"], {"name": "Anna", "photos": [Path("a"), Path("b")]}),
        (["identify", "a", "b"], {"photos": [Path("a"), Path("b")]}),
    ],
)
def test_an_option_may_stand_between_any_two_words(words, expected):
    of_command = 1 if words[0] in {"enrol", "identify"} else 2
    for place in range(of_command, len(words) + 1):
        for option in (["--json"], ["--json", "--gallery", "g.db"]):
            arguments = read(*words[:place], *option, *words[place:])
            found = vars(arguments)
            assert {name: found[name] for name in expected} == expected
            assert arguments.json


def test_options_with_values_stand_anywhere_too():
    parts = (["Anna"], ["--by", "Her mother"], ["--until", "2030-01-31"])
    for order in permutations(parts):
        arguments = read("people", "consent", *chain.from_iterable(order))
        assert (arguments.name, arguments.by) == ("Anna", "Her mother")
        assert arguments.until.year == 2030


def test_what_follows_two_dashes_is_a_word_whatever_it_looks_like():
    assert read("people", "note", "Anna", "--", "--json").text == "--json"
    assert read("people", "note", "--json", "Anna", "--", "-tall-").text == "-tall-"
    assert read("people", "remove", "--", "-Anna", "7").numbers == [7]


@pytest.mark.parametrize(
    ("words", "surplus"),
    [
        (["people", "rename", "Anna", "--json", "Ben", "Carl"], "Carl"),
        (["people", "remove", "Anna", "--force", "7"], "--force"),
        (["doctor", "now"], "now"),
    ],
)
def test_what_has_no_place_is_refused_with_the_usage_of_that_command(capsys, words, surplus):
    with pytest.raises(SystemExit) as end:
        read(*words)
    assert end.value.code == 2
    said = capsys.readouterr().err
    assert f"unrecognized arguments: {surplus}" in said
    assert f"usage: kenspeckle {' '.join(words[: 1 if words[0] == 'doctor' else 2])} " in said
