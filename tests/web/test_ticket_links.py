"""Numbers of tickets in what staff typed."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from web.ticket_links import with_ticket_links

NUMBER = "TKT20261123001"
LINK = f'<a href="/t/{NUMBER}">'


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        (f"<p>See {NUMBER}.</p>", f"<p>See {LINK}{NUMBER}</a>.</p>"),
        (f"#{NUMBER.lower()}", f"{LINK}#{NUMBER.lower()}</a>"),
        (f"[{NUMBER}]", f"[{LINK}{NUMBER}</a>]"),
        (f"<code>{NUMBER}</code>", f"<code>{NUMBER}</code>"),
        (f'<a href="/x/{NUMBER}">{NUMBER}</a>', f'<a href="/x/{NUMBER}">{NUMBER}</a>'),
        (f"http://shop.example/{NUMBER}", f"http://shop.example/{NUMBER}"),
        ("TKT123, #123, TKTs", "TKT123, #123, TKTs"),
        (f"{NUMBER}&lt;b&gt;", f"{LINK}{NUMBER}</a>&lt;b&gt;"),
    ],
)
def test_a_number_leads_to_its_ticket(text: str, linked: str) -> None:
    assert with_ticket_links(Markup(text), lambda number: f"/t/{number}") == linked
