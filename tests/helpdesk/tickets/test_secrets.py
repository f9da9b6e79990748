"""What must not be passed on to another."""

from __future__ import annotations

import pytest

from helpdesk import links
from helpdesk.tickets.secrets import without_secrets
from tests.conftest import SECRET


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("support+{reply}@shop.example", "support@shop.example"),
        ("support+{side}@shop.example", "support@shop.example"),
        ("https://shop.example/t/{tracking}", "https://shop.example/t/…"),
        ("ann+shop@mail.example, /t/x", "ann+shop@mail.example, /t/x"),
    ],
)
def test_tokens_go_and_all_else_stays(text: str, kept: str) -> None:
    tokens = {
        "reply": links.reply_token(SECRET, 7, 8, 1),
        "side": links.side_token(SECRET, 7, 8, 1),
        "tracking": links.tracking_token(SECRET, 7, 1, 8),
    }
    assert without_secrets(text.format(**tokens)) == kept
