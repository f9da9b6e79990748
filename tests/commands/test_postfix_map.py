"""The mailboxes as a table of Postfix, which Postfix itself looks up."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from commands.postfix_map import postfix_map
from helpdesk.links import reply_token
from helpdesk.mail_addresses import MailAddresses
from helpdesk.mail_out.bounce_address import bounce_token
from helpdesk.settings import load
from tests.conftest import missing_program

SECRET = "s" * 40
KNOWN = MailAddresses(
    frozenset({"support@shop.example", "o'neil.$x@shop.example", "hilfe@käufe.example"}),
    receives={"in+out@inbound.example": "support@shop.example"},
    gone={"old@shop.example": "support@shop.example"},
)


@pytest.mark.servers
def test_postfix_finds_each_address_and_no_other(tmp_path: Path) -> None:
    if shutil.which("postmap") is None:
        missing_program("postmap (on Debian: apt install postfix)")
    table = tmp_path / "postdesk"
    table.write_text(postfix_map(KNOWN, load({}).smtp_listen))
    tokens = (reply_token(SECRET, 7, 1, 1), bounce_token(SECRET, 3))
    found = [
        "support@shop.example", "Support+any.thing@Shop.example", "o'neil.$x@shop.example",
        "hilfe+x@xn--kufe-loa.example", "in+out@inbound.example",
        *(f"old+{token}@shop.example" for token in tokens),
    ]  # fmt: skip
    missed = [
        "old@shop.example", "old+tag@shop.example", "supports@shop.example",
        "support@shopxexample", "support@shop.example.org",
        "o'neilx$x@shop.example", "shop.example",
    ]  # fmt: skip
    (tmp_path / "main.cf").write_text("compatibility_level = 3.6\n")
    asked = subprocess.run(
        ["postmap", "-c", str(tmp_path), "-q", "-", f"regexp:{table}"],
        input="".join(f"{address}\n" for address in [*found, *missed]),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "warning" not in asked.stderr
    assert asked.stdout.splitlines() == [f"{one}\tsmtp:[127.0.0.1]:8025" for one in found]


@pytest.mark.parametrize(
    ("listen", "transport"),
    [
        ("0.0.0.0:2525", "smtp:[127.0.0.1]:2525"),
        ("[::1]:25", "smtp:[::1]:25"),
        ("lmtp:unix:/run/postdesk/lmtp,127.0.0.1:8025", "lmtp:unix:/run/postdesk/lmtp"),
    ],
)
def test_the_table_names_where_mail_is_taken(listen: str, transport: str) -> None:
    table = postfix_map(KNOWN, load({"POSTDESK_SMTP_LISTEN": listen}).smtp_listen)
    lines = [line for line in table.splitlines() if not line.startswith("#")]
    assert len(lines) == 5
    assert all(line.endswith(f"$/ {transport}") for line in lines)
