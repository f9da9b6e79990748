"""A dispute pack as it is taken from a ticket's page, opened by the tools that anybody has."""

from __future__ import annotations

import subprocess
import zipfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from helpdesk.actions.reply import Answer, reply
from helpdesk.models import DeliveryAttempt, InboundMail, OutboundMail
from helpdesk.queries.pack_check import check_pack
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.content import StoredFile
from tests.web.conftest import RAW, Browser, Desk

SENT = b"Subject: Re: Parcel late\r\n\r\nIt is on its way.\r\n"
LARGE = 3 * 1024 * 1024


@pytest.fixture
def answered(desk: Desk) -> Desk:
    """An answer left, and the relay said so."""
    at = desk.ticket.created_at + timedelta(hours=1)
    with desk.database.transaction() as session:
        comment = reply(session, actor_of(desk.bo), desk.ticket.id, Answer("On its way."), now=at)
        mail = session.scalars(
            select(OutboundMail).where(OutboundMail.comment_id == comment.id)
        ).one()
        mail.rendered_sha256 = desk.blobs.put(SENT)
        mail.state, mail.sent_at = "sent", at  # type: ignore[assignment]
        attempt = DeliveryAttempt(
            outbound_mail_id=mail.id, at=at, relay="relay.example", outcome="sent", code=250,
            text="queued as 4711",
        )  # fmt: skip
        session.add(attempt)
    return desk


def take(desk: Desk, browser: Browser, tmp_path: Path, **sent: Any) -> Path:
    page = f"/desk/t/{desk.ticket.number}"
    answer = browser.post(f"{page}/dispute-pack", page, **sent)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/zip"
    path = tmp_path / "pack.zip"
    path.write_bytes(answer.data)
    return path


def problems(desk: Desk, path: Path) -> tuple[str, ...]:
    with desk.database.reading() as session:
        return check_pack(session, path).problems


def rewritten(path: Path, **changed: bytes | None) -> Path:
    """The pack with other entries; None leaves one out."""
    other = path.with_name("other.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            content = changed.pop(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in changed.items():
            new.writestr(name, content or b"")
    return other


def test_unzip_and_sha256sum_prove_it(answered: Desk, agent: Browser, tmp_path: Path) -> None:
    path = take(answered, agent, tmp_path)
    folder = tmp_path / "opened"
    subprocess.run(["unzip", "-q", path, "-d", folder], check=True)
    done = subprocess.run(
        ["sha256sum", "--strict", "-c", "SHA256SUMS"],
        cwd=folder, check=True, capture_output=True, text=True,
    )  # fmt: skip
    there = {str(one.relative_to(folder)) for one in folder.rglob("*") if one.is_file()}
    assert {line.partition(":")[0] for line in done.stdout.splitlines()} == there - {"SHA256SUMS"}
    assert (folder / "inbound/0001.eml").read_bytes() == RAW
    assert SENT in [one.read_bytes() for one in folder.glob("outbound/*.eml")]
    assert any("queued as 4711" in one.read_text() for one in folder.glob("outbound/*.json"))
    index = (folder / "index.html").read_text()
    assert "<script" not in index
    assert "250, “queued as 4711”" in index
    assert "On its way." in index
    assert "Ticket opened" in index
    assert problems(answered, path) == ()


def test_what_was_changed_since_is_told(answered: Desk, agent: Browser, tmp_path: Path) -> None:
    path = take(answered, agent, tmp_path)
    with zipfile.ZipFile(path) as pack:
        sums, lines = pack.read("SHA256SUMS").decode(), pack.read("ledger.jsonl").decode()
    forged = RAW.replace(b"late", b"here")
    resummed = sums.replace(sha256(RAW).hexdigest(), sha256(forged).hexdigest()).encode()
    first, _, rest = lines.partition("\n")
    assert problems(answered, rewritten(path, **{"inbound/0001.eml": forged}))[0] == (
        "inbound/0001.eml was changed."
    )
    assert problems(answered, rewritten(path, **{"inbound/0001.eml": None}))[0] == (
        "inbound/0001.eml is missing."
    )
    both = rewritten(path, **{"inbound/0001.eml": forged, "SHA256SUMS": resummed})
    assert "is not the mail that ledger.jsonl names" in problems(answered, both)[0]
    assert problems(answered, rewritten(path, **{"a.txt": b""}))[0].endswith("it was added.")
    without = rewritten(path, **{"ledger.jsonl": f"{first}\n".encode(), "SHA256SUMS": b""})
    assert any("that came as first is missing" in one for one in problems(answered, without))
    later = rest.replace("first", "third", 1)
    other = rewritten(path, **{"ledger.jsonl": f"{first}\n{later}".encode()})
    assert any("the ledger never saw this mail" in one for one in problems(answered, other))
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"inbound/0001.eml") + 25] ^= 1
    path.write_bytes(raw)
    assert problems(answered, path)


def test_a_mail_that_is_gone_from_the_store_is_named(
    answered: Desk, agent: Browser, tmp_path: Path
) -> None:
    answered.blobs.path(sha256(RAW).hexdigest()).unlink()
    path = take(answered, agent, tmp_path)
    with zipfile.ZipFile(path) as pack:
        assert pack.read("missing.txt") == b"inbound/0001.eml\n"
    assert problems(answered, path) == ("inbound/0001.eml is missing.",)


def test_names_of_entries_are_safe(answered: Desk, agent: Browser, tmp_path: Path) -> None:
    key = answered.blobs.put(b"x")
    with answered.database.transaction() as session:
        names = ("../../etc/passwd", "-rf", "a\nb.txt", "…")
        files = [StoredFile(name, "text/plain", 1, key) for name in names]
        draft = Answer("Files.", files=files)
        at = answered.ticket.created_at + timedelta(hours=2)
        comment = reply(session, actor_of(answered.bo), answered.ticket.id, draft, now=at)
        for mail in session.scalars(
            select(OutboundMail).where(OutboundMail.comment_id == comment.id)
        ):
            session.delete(mail)
    with zipfile.ZipFile(take(answered, agent, tmp_path)) as pack:
        files_there = [name for name in pack.namelist() if name.startswith("files/")]
        assert len(files_there) >= 4
        assert not [name for name in pack.namelist() if ".." in name or "\n" in name]
        assert all(name.isascii() and name.count("/") <= 1 for name in pack.namelist())


def test_a_large_mail_is_whole(answered: Desk, agent: Browser, tmp_path: Path) -> None:
    key = answered.blobs.put(bytes(LARGE), durable=False)
    with answered.database.transaction() as session:
        mail = session.scalars(select(InboundMail)).one()
        mail.raw_sha256, mail.size = key, LARGE
    page = f"/desk/t/{answered.ticket.number}"
    answer = agent.post(f"{page}/dispute-pack", page)
    path = tmp_path / "large.zip"
    path.write_bytes(answer.data)
    assert problems(answered, path) == ()
