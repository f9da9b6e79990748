"""The export of a person as a zip file, written piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from markupsafe import Markup

from helpdesk.blobs import Blobs
from helpdesk.queries.person_export import Facts, PersonExport
from web.pack_file import ZipPieces, as_text

_PAGE = Markup(
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><title>What is kept about you</title>'
    "<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;"
    "padding:0 1rem}}pre{{white-space:pre-wrap;font:inherit}}article{{border-left:3px solid #bbb;"
    "padding-left:1rem;margin:1rem 0}}small{{color:#555}}</style></head><body>"
    "<h1>What is kept about you</h1><p>Made on {made}.</p>{body}</body></html>\n"
)
_README = """\
What is kept about the person of index.html, as of the time in it.

index.html   to read
data.json    the same for programs
mails/       the mails as they came from you and left for you, where they are kept
files/       files of messages
SHA256SUMS   sha256sum -c SHA256SUMS shows that nothing was changed since

{notes} What other customers wrote on tickets that they are on with you is
theirs, and not in it. Colleagues are called staff.
"""
_NOTES = "Internal notes about you are in it, of tickets that nobody else is on."


def person_pieces(export: PersonExport, blobs: Blobs) -> Iterator[bytes]:
    """The zip file, in pieces. Stored files that are gone are named in ``missing.txt``."""
    made = ZipPieces(blobs, export.made_at)
    notes = _NOTES if export.with_notes else "Internal notes are not in it."
    yield from made.entry("README.txt", [_README.format(notes=notes).encode()])
    yield from made.entry("index.html", [_page(export).encode()])
    data = json.dumps(_values(export), indent=1, ensure_ascii=False, default=as_text)
    yield from made.entry("data.json", [data.encode()])
    for file in export.files:
        yield from made.stored(file.name, file.sha256)
    yield from made.end()


def _values(export: PersonExport) -> Facts:
    return {
        "made_at": export.made_at,
        "person": export.person,
        "tickets": export.tickets,
        "orders": export.orders,
        "mails": export.mails,
        "sessions": export.sessions,
        "log": export.log,
    }


def _page(export: PersonExport) -> str:
    body = [
        Markup("<h2>You</h2>{}").format(_facts(export.person)),
        Markup("<h2>Tickets: {}</h2>").format(len(export.tickets)),
        *map(_ticket, export.tickets),
        *_section("Orders", export.orders),
        *_section("Mails", export.mails),
        *_section("Where you signed in", export.sessions),
        *_section("The log about you", export.log),
    ]
    made = f"{export.made_at:%Y-%m-%d %H:%M} UTC"
    return str(_PAGE.format(made=made, body=Markup("").join(body)))


def _section(name: str, rows: Iterable[Facts]) -> Iterator[Markup]:
    found = [_facts(row) for row in rows]
    if found:
        yield Markup("<h2>{}</h2>").format(name)
        yield from found


def _ticket(ticket: Facts) -> Markup:
    messages = Markup("").join(
        Markup("<article><small>{}, {}{}</small><pre>{}</pre>{}</article>").format(
            as_text(one["at"]),
            one["by"],
            ", an internal note" if one["internal_note"] else "",
            one["text"],
            Markup("").join(_link(name) for name in one["files"]),
        )
        for one in ticket["messages"]
    )
    head = {name: value for name, value in ticket.items() if name not in ("messages", "subject")}
    return Markup("<h3>{}</h3>{}{}").format(ticket["subject"], _facts(head), messages)


def _facts(facts: Facts) -> Markup:
    return Markup("<p>{}</p>").format(
        Markup("<br>").join(
            Markup("<small>{}:</small> {}").format(
                name.replace("_", " "), _link(value) if name == "file" else _shown(value)
            )
            for name, value in facts.items()
            if value not in (None, "", [], ())
        )
    )


def _shown(value: object) -> str:
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=as_text)
    return as_text(value)


def _link(name: str) -> Markup:
    return Markup('<a href="{0}">{0}</a> ').format(name)
