"""``kenspeckle verify A B``."""

from __future__ import annotations

from desktop_app.cli.opened import false_name_rate, opened_pipeline
from desktop_app.cli.options import Options
from desktop_app.cli.terminal import say, say_json
from desktop_app.services.verification import verify

_WORDS = {True: "The same person.", False: "Two people.", None: "It cannot be said."}


def run(options: Options) -> int:
    """Compare two photos."""
    with opened_pipeline(options) as pipeline:
        answer = verify(
            pipeline,
            options.arguments.first,
            options.arguments.second,
            false_match_rate=false_name_rate(options),
        )
    if options.arguments.json:
        say_json(
            {
                "same": answer.same,
                "similarity": round(answer.similarity, 4),
                "confidence": None if answer.confidence is None else round(answer.confidence, 4),
                "reason": answer.reason,
            }
        )
    else:
        say(f"{_WORDS[answer.same]} {answer.reason}")
    return 0
