"""Files in S3, from the gateway to the page: what waits while the store is away."""

from __future__ import annotations

import json
import os
import re
import smtplib
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from email import policy
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

import pytest

from helpdesk.blobs.place import SHARDS
from tests.support.running import POSTDESK, RunningPostdesk
from tests.support.s3_server import VARIABLES, Bucket
from tests.support.servers import wait_until

SUPPORT = "support@shop.example"
FILE = os.urandom(150_000)


@pytest.fixture
def shop(tmp_path: Path, bucket: Bucket) -> Iterator[RunningPostdesk]:
    made = RunningPostdesk(tmp_path, **bucket.settings)
    made.environment |= dict(VARIABLES)
    with made:
        made.command("mailbox", "add", SUPPORT)
        wait_until("it takes mail", made.takes_connections, seconds=60)
        yield made


def write(shop: RunningPostdesk, subject: str) -> None:
    """Ann writes a mail with a file; returns once it was answered with 250."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Ann <ann@mail.example>", SUPPORT, subject
    mail["Message-ID"] = make_msgid(domain="mail.example")
    mail.set_content(f"{subject}: please help.")
    mail.add_attachment(FILE, maintype="application", subtype="pdf", filename="bill.pdf")
    with smtplib.SMTP("127.0.0.1", shop.smtp_port, timeout=20) as client:
        client.sendmail("ann@mail.example", [SUPPORT], mail.as_bytes(policy=policy.SMTP))


def get(shop: RunningPostdesk, path: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(shop.url + path, timeout=20) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def count(shop: RunningPostdesk, state: str) -> int:
    return int(shop.ledger()[state])


def tracking_page(shop: RunningPostdesk) -> str:
    """Where Ann follows her ticket, as the acknowledgement says."""
    wait_until("it is acknowledged", shop.sent)
    text = shop.sent()[0].get_body(("plain",))
    found = re.search(r"/t/[\w.-]+", text.get_content() if text else "")
    assert found
    return found[0]


@pytest.mark.slow
def test_mail_waits_and_pages_say_so(shop: RunningPostdesk, bucket: Bucket) -> None:
    wait_until("it knows the mailbox", lambda: _written(shop, "The kettle leaks"))
    wait_until("it is filed", lambda: count(shop, "filed") == 1)
    page = tracking_page(shop)
    link = re.search(r'href="([^"]+/files?/[^"]+)"', get(shop, page)[1].decode())
    assert link
    assert get(shop, link[1]) == (200, FILE)

    bucket.refuse()
    write(shop, "The kettle burns")
    wait_until("it is away", lambda: json.loads(get(shop, "/readyz")[1])["store"] == "down")
    status, words = get(shop, link[1])
    assert (status, b"store of files" in words) == (503, True)
    assert get(shop, page)[0] == 200
    assert (count(shop, "waiting"), count(shop, "held")) == (1, 0)
    bucket.fall_silent()
    write(shop, "The kettle explodes")
    assert (count(shop, "waiting"), count(shop, "held")) == (2, 0)

    bucket.answer()
    wait_until("both are filed", lambda: count(shop, "filed") == 3)
    ledger = shop.ledger()
    assert (ledger["accepted"], ledger["waiting"], ledger["difference"]) == (3, 0, 0)
    assert get(shop, link[1]) == (200, FILE)
    wait_until("each is acknowledged", lambda: len(shop.sent()) == 3)
    assert len({message["Subject"] for message in shop.sent()}) == 3
    sizes = [size for shard in SHARDS for _, size in bucket.place().listed(shard)]
    assert len([size for size in sizes if size > 100_000]) == 1, "the file is kept once"


def _written(shop: RunningPostdesk, subject: str) -> bool:
    with suppress(smtplib.SMTPException):
        write(shop, subject)
        return True
    return False


def test_no_part_starts_on_another_ones_store(tmp_path: Path, bucket: Bucket) -> None:
    bucket.place().write_identity("b2" * 16)
    shop = RunningPostdesk(tmp_path, **bucket.settings)
    done = subprocess.run(
        [POSTDESK, "up"],
        env=shop.environment | dict(VARIABLES),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"Error: POSTDESK_BLOB_URL: {bucket.url} belongs to another Postdesk")
