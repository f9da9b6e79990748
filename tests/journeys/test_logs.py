"""The log, as an operator reads it: each mail by one id, nothing personal, calm in an outage."""

from __future__ import annotations

import json
import re
import smtplib
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.support.running import RunningPostdesk
from tests.support.servers import Redis, wait_until
from tests.support.story import AGENT, PASSWORD, SUPPORT, Customer, Shop

WORD = "zwetschgenkuchen"
"""Stands in all that anybody writes here, in their names and their addresses."""
_FIELD = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|\S*)')


def lines(shop: Shop, **wanted: str) -> list[dict[str, str]]:
    """The log's lines that have these values."""
    text = shop.postdesk.log.read_text()
    found = [
        {name: value.strip('"') for name, value in _FIELD.findall(line)}
        for line in text.splitlines()
        if " event=" in line
    ]
    return [one for one in found if wanted.items() <= one.items()]


def events(shop: Shop, **wanted: str) -> list[str]:
    return [one["event"] for one in lines(shop, **wanted)]


def _customer(shop: Shop, name: str) -> Customer:
    return shop.customer(f"{name}.{WORD}@{WORD}.example", f"{name} {WORD.title()}")


def test_one_id_leads_from_the_250_to_the_answer(own_shop: Shop) -> None:
    shop = own_shop
    ann = _customer(shop, "ann")
    ticket = shop.ticket_of(ann.writes(f"My {WORD}", f"It is about {WORD}."))
    ann.receives(ticket.number)
    (accepted,) = lines(shop, event="mail_accepted")
    name = accepted["mail"]
    wait_until("the acknowledgement is told", lambda: lines(shop, event="mail_sent", mail=name))

    token = shop.postdesk.command("token", "issue", AGENT).strip().splitlines()[-1]
    answered = f"Your {WORD} is on its way."
    shop.postdesk.api(f"tickets/{ticket.number}/comment/", token, comment=answered)
    ann.receives(answered)
    answer = {"mail": name, "event": "mail_sent", "template": "comment_added_customer"}
    wait_until("the answer is told", lambda: lines(shop, **answer))

    (filed,) = lines(shop, event="mail_filed", mail=name)
    (acknowledged,) = lines(shop, mail=name, template="ticket_created_customer")
    (sent,) = lines(shop, **answer)
    assert acknowledged["event"] == "mail_sent"
    assert filed["ticket"] == acknowledged["ticket"] == sent["ticket"] == ticket.number
    assert int(accepted["size"]) > 100
    assert f"on {ticket.number}" in shop.postdesk.command("mail", "why", name)


def test_refused_held_and_signed_in_and_nothing_personal(own_shop: Shop) -> None:
    shop = own_shop
    _send(shop, f"nobody.{WORD}@shop.example", f"Subject: {WORD}\r\n\r\n{WORD}\r\n")
    wait_until("it is refused", lambda: events(shop, event="mail_refused"))
    (refused,) = lines(shop, event="mail_refused")
    assert (refused["command"], refused["code"], refused["status"]) == ("RCPT", "550", "5.1.1")

    _send(shop, SUPPORT, f"Subject: {WORD}\r\n\r\n{WORD}\r\n")
    wait_until("it is held", lambda: events(shop, event="mail_held"))
    (held,) = lines(shop, event="mail_held")
    assert "no sender" in held["reason"]
    assert events(shop, mail=held["mail"]) == ["mail_accepted", "mail_held"]

    assert _ask_for_token(shop, f"not the {WORD}") == 401
    assert _ask_for_token(shop, PASSWORD) == 200
    wait_until("both are told", lambda: events(shop, event="signed_in"))
    assert events(shop, route="api_auth.token") or events(shop, event="sign_in_refused")
    assert lines(shop, event="signed_in")[0]["role"] == "agent"

    bea = _customer(shop, "bea")
    ticket = shop.ticket_of(bea.writes(WORD, f"{WORD}: {WORD}"))
    shop.ticket_of(bea.answers(bea.receives(ticket.number), f"More {WORD}."))
    log = shop.postdesk.log.read_text().lower()
    assert WORD not in log
    assert "@" not in re.sub(r"(?m)^ .*$", "", log), "only the words of welcome name addresses"


def test_redis_away_is_told_calmly(tmp_path: Path, own_redis: Redis) -> None:
    with RunningPostdesk(tmp_path, REDIS_URL=own_redis.url) as postdesk:
        shop = Shop(postdesk)
        before = len(postdesk.log.read_text().splitlines())
        own_redis.kill()
        ann = shop.customer("ann@mail.example")
        ticket = shop.ticket_of(ann.writes("Sent while Redis was away"))
        ann.receives(ticket.number)
        time.sleep(4)
        own_redis.start()
        parts = {one["part"] for one in lines(shop, event="outage_began", what="redis")}
        assert "sweep" in parts
        wait_until(
            "the sweep says that it is back",
            lambda: lines(shop, event="outage_ended", what="redis", part="sweep"),
        )
        (ended,) = lines(shop, event="outage_ended", what="redis", part="sweep")
        assert int(ended["seconds"]) >= 4
        wait_until(
            "all workers say so",
            lambda: len(events(shop, event="outage_ended")) >= len(parts) - 1,
        )
        written = postdesk.log.read_text().splitlines()[before:]
        assert len(written) <= 3 + 2 * 6, "\n".join(written)
        shop.database.dispose()


def _send(shop: Shop, to: str, text: str) -> None:
    with smtplib.SMTP("127.0.0.1", shop.postdesk.smtp_port, timeout=10) as client:
        try:
            client.sendmail(f"carl.{WORD}@{WORD}.example", [to], text.encode())
        except smtplib.SMTPRecipientsRefused:
            return


def _ask_for_token(shop: Shop, password: str) -> int:
    request = urllib.request.Request(
        f"{shop.postdesk.url}/api/auth/token/",
        data=json.dumps({"email": AGENT, "password": password}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
