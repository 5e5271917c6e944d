"""The page of an export that people read: everything escaped, no scripts, nothing from elsewhere.

Pictures are in the page itself, or linked to where there are too many.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from html import escape
from typing import Any

_STYLE = """\
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
  color-scheme: light dark; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .3rem 1.5rem; }
dt { font-weight: 600; } dd { margin: 0; white-space: pre-wrap; }
ul.faces { list-style: none; padding: 0; display: flex; flex-wrap: wrap; gap: 1rem; }
ul.faces li { width: 9rem; font-size: .85rem; } img { width: 7rem; border-radius: .3rem; }
table { border-collapse: collapse; } th, td { text-align: start; padding: .2rem 1rem .2rem 0; }
"""
_ORIGINS = {"photo": "from a photo", "live": "from the camera", "clip": "from a clip"}


def person_page(content: Mapping[str, Any], pictures: Mapping[str, bytes]) -> Iterator[str]:
    """Give the page, piece by piece.

    Args:
        content: as ``person.json`` holds it.
        pictures: PNG by the name of the file in the export, of those that are to be in the page.

    """
    name = escape(content["name"])
    yield (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">\n"
        f"<title>{name}</title><style>{_STYLE}</style></head><body>\n<h1>{name}</h1>\n"
        "<p>This is everything that the gallery of Kenspeckle held about this person when the "
        "file was made. It is not sealed: whoever has the file can read it. The same for programs "
        "is in person.json and templates.json.</p>\n"
    )
    yield _about_person(content)
    yield from _pictures(content["pictures"], pictures)
    yield _negatives(content["negatives"])
    yield from _history(content["history"], pictures)
    yield _imports(content["being_imported"])
    yield "</body></html>\n"


def _about_person(content: Mapping[str, Any]) -> str:
    consent = content["consent"]
    lines = {
        "Enrolled": _when(content["enrolled"]),
        "In the bin since": _when(content["in_bin_since"]),
        "Groups": ", ".join(content["groups"]),
        "Note": content["note"],
        "Who agreed": consent["by"],
        "Agreed on": consent["given"] or "",
        "Holds until": consent["until"] or "",
    }
    rows = [f"<dt>{what}</dt><dd>{escape(said)}</dd>" for what, said in lines.items() if said]
    return f"<dl>{''.join(rows)}</dl>"


def _pictures(entries: Iterable[Mapping[str, Any]], pictures: Mapping[str, bytes]) -> Iterator[str]:
    yield '<h2>Pictures they are recognised by</h2><ul class="faces">'
    for entry in entries:
        about = escape(_about_picture(entry))
        yield f"<li>{_image(entry['file'], pictures)}<br>{about}</li>"
    yield "</ul>"


def _negatives(entries: Iterable[Mapping[str, Any]]) -> str:
    items = "".join(f"<li>{escape(_about_negative(entry))}</li>" for entry in entries)
    if not items:
        return ""
    return (
        "<h2>Faces that were said not to be theirs</h2>"
        "<p>They are other people’s faces, and not in this file.</p>"
        f"<ul>{items}</ul>"
    )


def _about_picture(entry: Mapping[str, Any]) -> str:
    words = [
        f"{_ORIGINS[entry['from']]}, {_when(entry['taken_in'])}",
        f"quality {entry['quality']:.0%}",
        *(f"read by {template['embedder']}" for template in entry["templates"]),
    ]
    if entry["in_bin_since"]:
        words.append(f"in the bin since {_when(entry['in_bin_since'])}")
    return "; ".join(words)


def _about_negative(entry: Mapping[str, Any]) -> str:
    words = f"{_ORIGINS[entry['from']]}, {_when(entry['said'])}"
    if entry["taken_back"]:
        words += f"; taken back {_when(entry['taken_back'])}"
    return words


def _history(events: Iterable[Mapping[str, Any]], pictures: Mapping[str, bytes]) -> Iterator[str]:
    heads = "".join(f"<th>{word}</th>" for word in ("From", "Until", "By", "How sure", ""))
    yield f"<h2>When they were seen</h2><table><tr>{heads}</tr>"
    for event in events:
        cells = (
            escape(_when(event["from"])),
            escape(_when(event["until"])),
            escape(event["source"]),
            "" if event["confidence"] is None else f"{event['confidence']:.0%}",
            _image(event["file"], pictures) if event["file"] else "",
        )
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>\n"
    yield "</table>"


def _imports(staged: Iterable[Mapping[str, Any]]) -> str:
    items = "".join(f"<li>{escape(entry['path'])}</li>" for entry in staged)
    return f"<h2>Photos of an import that is not over</h2><ul>{items}</ul>" if items else ""


def _image(path: str | None, pictures: Mapping[str, bytes]) -> str:
    if path is None:
        return "This picture cannot be read."
    if path not in pictures:
        return f'<a href="{escape(path)}">{escape(path)}</a>'
    data = b64encode(pictures[path]).decode()
    return f'<img alt="A face" src="data:image/png;base64,{data}">'


def _when(moment: str | None) -> str:
    """Return a time as people read it, where they are."""
    if moment is None:
        return ""
    return f"{datetime.fromisoformat(moment).astimezone():%Y-%m-%d %H:%M}"
