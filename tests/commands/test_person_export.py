"""``postdesk person export``: all about one, and nothing of others."""

from __future__ import annotations

import json
import zipfile
from hashlib import sha256
from pathlib import Path

from sqlalchemy import select

from helpdesk.actions.add_note import add_note
from helpdesk.actions.change_people import add_person_to
from helpdesk.actions.reply import Answer, reply
from helpdesk.blobs import Blobs
from helpdesk.db import Database
from helpdesk.models import AuditEntry
from helpdesk.settings import Settings
from helpdesk.tickets.content import StoredFile
from tests.commands.conftest import Postdesk, said
from tests.helpdesk.mails import mail, receive
from tests.support.factories import NOW, make_shop

CARA = "cara.quill@mail.example"


def fill(database: Database, settings: Settings) -> None:
    shop = make_shop(database)
    key = Blobs(settings.blob_url).put(b"a picture")
    file = StoredFile("../leak <1>.png", "image/png", 9, key)
    own = receive(database, mail(CARA, "Own", "My <b>kettle</b>", files=(file,), verdict="pass"))
    both = receive(database, mail(CARA, "Both", "Our kettle", verdict="pass"))
    with database.transaction() as session:
        add_person_to(session, shop.agent, both.ticket_id or 0, shop.bob.id, now=NOW)
        for ticket_id in (own.ticket_id or 0, both.ticket_id or 0):
            add_note(session, shop.agent, ticket_id, text=f"A note on {ticket_id}", now=NOW)
            reply(session, shop.agent, ticket_id, Answer("We answer"), now=NOW)
    subject = f"Re: [{both.ticket_number}] Both"
    receive(database, mail("bob@mail.example", subject, "A secret of Bob", verdict="pass"))


def test_it_has_what_is_theirs_and_nothing_of_others(
    database: Database, settings: Settings, postdesk: Postdesk, tmp_path: Path
) -> None:
    fill(database, settings)
    target = tmp_path / "cara.zip"
    done = postdesk("person", "export", CARA, "--to", str(target))
    assert done.exit_code == 0, done.output
    assert target.stat().st_mode & 0o077 == 0
    assert "2 tickets" in done.stdout
    with zipfile.ZipFile(target) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    sums = dict(reversed(line.split("  ")) for line in content["SHA256SUMS"].decode().splitlines())
    assert all(sha256(content[name]).hexdigest() == one for name, one in sums.items())
    assert set(sums) | {"SHA256SUMS"} == set(content)
    data = json.loads(content["data.json"])
    assert data["person"]["addresses"] == [CARA]
    own, both = data["tickets"]
    assert [one["text"] for one in own["messages"]] == [
        "My <b>kettle</b>",
        "A note on 1",
        "We answer",
    ]
    assert [one["text"] for one in both["messages"]] == ["Our kettle", "We answer"]
    (name,) = own["messages"][0]["files"]
    assert content[name] == b"a picture"
    assert ".." not in name
    page = content["index.html"].decode()
    assert "My &lt;b&gt;kettle&lt;/b&gt;" in page
    whole = b"".join(content.values())
    assert b"secret of Bob" not in whole
    assert b"bob@mail.example" not in whole
    with database.reading() as session:
        line = session.scalars(select(AuditEntry).where(AuditEntry.field == "exported")).one()
    assert (line.subject, line.new_value) == ("", "2 tickets, 2 mails")


def test_without_notes_and_where_there_is_nothing(
    database: Database, settings: Settings, postdesk: Postdesk, tmp_path: Path
) -> None:
    fill(database, settings)
    target = tmp_path / "cara.zip"
    assert postdesk("person", "export", CARA, "--to", str(target), "--no-notes").exit_code == 0
    with zipfile.ZipFile(target) as archive:
        assert b"A note on" not in archive.read("data.json")
    assert "there already" in said(postdesk("person", "export", CARA, "--to", str(target)))
    nobody = postdesk("person", "export", "no@mail.example", "--to", str(tmp_path / "x.zip"))
    assert "Nothing is kept" in said(nobody)
    assert not (tmp_path / "x.zip").exists()
