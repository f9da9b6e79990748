"""When something does not work: calm words, nothing typed is lost, nothing of ours is shown."""

from __future__ import annotations

import re
import time
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask

from helpdesk.actions.move_ticket import move_ticket
from helpdesk.actions.set_mailbox_rights import set_mailbox_rights
from helpdesk.actions.set_up import add_mailbox
from helpdesk.actor import SYSTEM
from helpdesk.db import connect
from helpdesk.tickets.access import actor_of
from tests.conftest import MakeSettings
from tests.support.clock import FakeClock
from tests.support.servers import Redis
from tests.web.conftest import Browser, Desk
from web.app import create_app


def test_a_page_that_is_not_there(anonymous: Browser) -> None:
    answer = anonymous.get("/nothing/here")
    assert answer.status_code == 404
    assert "Nothing here" in answer.text


def test_a_slash_too_many_leads_to_the_page(desk: Desk, agent: Browser) -> None:
    assert agent.get("/desk/?view=open").location == "/desk?view=open"
    assert agent.get(f"/desk/t/{desk.ticket.number}/").location == f"/desk/t/{desk.ticket.number}"
    for path in ("/nothing/", "//evil.example/", "/desk//", "//desk/"):
        answer = agent.get("/", environ_overrides={"PATH_INFO": path})
        assert not (answer.location or "").startswith("//"), path
    assert agent.client.post("/desk/t/x/").status_code == 404


def test_a_method_that_does_not_fit(anonymous: Browser) -> None:
    answer = anonymous.client.put("/desk/login")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_a_fault_of_ours_shows_no_trace_and_keeps_what_was_typed(
    app: Flask, desk: Desk, agent: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a secret in a trace")

    monkeypatch.setattr("web.desk.composer.reply", broken)
    page = f"/desk/t/{desk.ticket.number}"
    answer = agent.post(page + "/reply", page, comment="Long and carefully written.")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "Long and carefully written." in answer.text


def test_a_ticket_that_went_out_of_sight_gives_back_what_was_written(
    desk: Desk, clock: FakeClock, agent: Browser
) -> None:
    """The words are the same for a ticket that never was: nobody learns that there is one."""
    page = f"/desk/t/{desk.ticket.number}"
    never = "/desk/t/TKT20200101001"
    token = agent.token(page)
    with desk.database.transaction() as session:
        ada = actor_of(desk.ada)
        okapi = add_mailbox(session, SYSTEM, "okapi@shop.example", name="Okapi", now=clock.now)
        set_mailbox_rights(session, ada, desk.bo.id, {1: "answer"}, now=clock.now)
        move_ticket(session, ada, desk.ticket.id, okapi.id, now=clock.now)
    for kind in ("reply", "note"):
        found = [
            agent.client.post(f"{one}/{kind}", data={"csrf_token": token, "comment": "Yes."})
            for one in (page, never)
        ]
        assert [answer.status_code for answer in found] == [404, 404]
        assert found[0].text.replace(desk.ticket.number, "") == found[1].text
        assert "This ticket is not there for you any more" in found[0].text
        assert "What you wrote was not sent" in found[0].text
        assert ">Yes.</textarea>" in found[0].text
        assert "kapi" not in found[0].text
    # Whoever may still read it is told what they lack.
    with desk.database.transaction() as session:
        set_mailbox_rights(session, ada, desk.bo.id, {1: "answer", okapi.id: "see"}, now=clock.now)
    said = agent.post(f"{page}/reply", page, comment="Yes.").text
    assert "You may read" in said
    assert ">Yes.</textarea>" in said


def test_a_database_that_is_away_is_said_and_what_was_typed_is_kept(
    make_settings: MakeSettings, tmp_path: Path
) -> None:
    settings = make_settings(DATABASE_URL=f"sqlite:///{tmp_path}/no/such/folder/file.db")
    database = connect(settings)
    (tmp_path / "no" / "such" / "folder").rmdir()
    app = create_app(settings, database)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    for path in ("/", "/t/whatever", "/readyz"):
        assert client.get(path).status_code == 503, path
    client.get("/desk/login")
    with client.session_transaction() as session:
        session["_user_id"] = "1.1"
    answer = client.post("/desk/t/TKT20261123001/reply", data={"comment": "Hello there, Ann.\n"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "Hello there, Ann." in answer.text
    assert "Back in a moment" in answer.text


@pytest.mark.own_app
def test_a_store_that_is_away_is_said_and_what_was_typed_is_kept(
    desk: Desk, agent: Browser, anonymous: Browser
) -> None:
    page = f"/desk/t/{desk.ticket.number}"
    (file, *_) = re.findall(r"/desk/file/\d+", agent.get(page).text)
    folder = Path(desk.settings.blob_url)
    folder.rename(f"{folder}.away")
    folder.write_bytes(b"")
    try:
        answer = agent.get(file)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "The store of files and mails does not answer" in answer.text
        assert agent.get(page).status_code == 200
        sent = {"comment": "Long and carefully written.", "files": (BytesIO(b"x"), "bill.txt")}
        answer = agent.post(page + "/reply", page, **sent)
        assert answer.status_code == 503
        assert "Long and carefully written." in answer.text
    finally:
        folder.unlink()
        Path(f"{folder}.away").rename(folder)
    assert agent.get(file).status_code == 200


def test_a_redis_that_hangs_holds_up_no_page(
    make_settings: MakeSettings, own_redis: Redis, desk: Desk
) -> None:
    app = create_app(make_settings(REDIS_URL=own_redis.url), desk.database)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    assert client.post("/t/nothing", data={"comment": "x"}).status_code == 404
    own_redis.freeze()
    began = time.monotonic()
    answers = [client.post("/t/nothing", data={"comment": "x"}).status_code for _ in range(5)]
    own_redis.thaw()
    assert answers == [404] * 5
    # A tenth of a second for the first, none for the rest; the margin is for a busy machine.
    assert time.monotonic() - began < 2
