"""The help of every command, as somebody reads it who sees it for the first time."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

import pytest

from desktop_app.cli.arguments import parse


def parser_of_everything() -> argparse.ArgumentParser:
    """The parser of ``kenspeckle`` itself, which every parsed command line names."""
    return parse([], window=lambda _options: 0).arguments.parser


def leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parsers of a command and of all that it can do."""
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from leaves(command)


def test_every_word_and_option_of_every_command_is_explained():
    silent = [
        f"{parser.prog} {action.metavar or action.option_strings}"
        for parser in leaves(parser_of_everything())
        for action in parser._actions
        if not action.help and not isinstance(action, argparse._SubParsersAction)
    ]
    assert silent == []


def test_every_command_prints_its_help(capsys):
    programs = [parser.prog for parser in leaves(parser_of_everything())]
    assert len(programs) > 40
    for program in programs:
        with pytest.raises(SystemExit) as end:
            parse([*program.split()[1:], "--help"], window=lambda _options: 0)
        assert end.value.code == 0
        assert capsys.readouterr().out.startswith("usage: kenspeckle")
