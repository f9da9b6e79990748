"""Mail that a service, or a program, posts: tickets, answers, and a ledger that is even."""

from __future__ import annotations

import base64
import json
import urllib.request
from email.message import EmailMessage
from email.utils import make_msgid
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest

from tests.support import mail_posts
from tests.support.story import AGENT, SUPPORT, Shop


def post(url: str, body: bytes, **headers: str) -> int:
    """Post to the real server; the status of its answer. A password in the address goes along."""
    parts = urlsplit(url)
    if parts.username:
        given = base64.b64encode(f"{parts.username}:{parts.password}".encode()).decode()
        headers["Authorization"] = f"Basic {given}"
        url = parts._replace(netloc=f"{parts.hostname}:{parts.port}").geturl()
    request = urllib.request.Request(
        url, body, {n.replace("_", "-"): v for n, v in headers.items()}
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return int(answer.status)
    except HTTPError as problem:
        return problem.code


def written(subject: str, text: str, *, to: str = SUPPORT) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ida <ida@mail.example>", to, subject
    mail["Message-ID"] = make_msgid(domain="mail.example")
    mail.set_content(text)
    return mail


def test_what_postmark_posts_is_answered_as_ever(shop: Shop) -> None:
    url = shop.postdesk.command("mailbox", "inbound", SUPPORT, "postmark").strip()

    def by_postmark(mail: EmailMessage, recipient: str) -> int:
        body = mail_posts.postmark(bytes(mail), OriginalRecipient=recipient)
        return post(url, json.dumps(body).encode(), Content_Type="application/json")

    first = written("The handle is loose", "It fell off.\n")
    assert by_postmark(first, "abc@inbound.postmarkapp.com") == 200
    assert by_postmark(first, "abc@inbound.postmarkapp.com") == 200  # it tries again
    ticket = shop.ticket_of(first)
    assert ticket.subject == "The handle is loose"

    token = shop.postdesk.command("token", "issue", AGENT).strip()
    path = f"tickets/{ticket.number}/comment/"
    shop.postdesk.api(path, token, comment="A new one is on its way.")
    ida = shop.customer("ida@mail.example", "Ida")
    answer = ida.receives("A new one is on its way.")

    reply_to = str(answer["Reply-To"] or answer["From"])
    assert by_postmark(written("Thanks", "It is here.\n", to=reply_to), reply_to) == 200
    thanks = written("Re: handle", "It fits, too.\n")
    thanks["In-Reply-To"] = str(answer["Message-ID"])
    assert by_postmark(thanks, "abc@inbound.postmarkapp.com") == 200
    assert shop.ticket_of(thanks).id == ticket.id
    ledger = shop.postdesk.ledger()
    assert (ledger["accepted"], ledger["difference"]) == (4, 0)
    assert (ledger["filed"], ledger["set_aside"]) == (3, 1), "the same again is set aside"


@pytest.mark.parametrize("size", [20, 1_000_000])
def test_a_program_posts_mail_byte_for_byte(shop: Shop, size: int) -> None:
    issue = ("token", "issue", AGENT, "--scope")
    token = shop.postdesk.command(*issue, "mail", "--scope", "read").strip()
    mail = written(f"From a program ({size})", "x" * 70 + "\n")
    raw = bytes(mail) + (b"caf\xe9 " * 1000 + b"\r\n") * (size // 5000)

    def by_program(raw: bytes, to: str = SUPPORT) -> int:
        url = f"{shop.postdesk.url}/api/mail/inbound/?to={to}"
        return post(url, raw, Content_Type="message/rfc822", Authorization=f"Bearer {token}")

    before = shop.postdesk.ledger()["accepted"]
    assert by_program(raw) == 202
    assert by_program(raw, "nobody@shop.example") == 422
    assert shop.ticket_of(mail)
    stored = shop.inbound(str(mail["Message-ID"]).strip("<>"))
    asked = urllib.request.Request(
        f"{shop.postdesk.url}/api/mail/inbound/{stored.id}/raw",
        headers={"Authorization": f"Bearer {token}"},
    )
    with urllib.request.urlopen(asked, timeout=30) as answer:
        assert answer.read() == raw
    assert stored.gateway_id is not None
    ledger = shop.postdesk.ledger()
    assert (ledger["accepted"] - before, ledger["difference"]) == (1, 0)
