"""Mails that wait in the spool, as the API lists them."""

from __future__ import annotations

import json

from tests.web.api.conftest import RAW_MAIL, Api, add_inbound_mail


def test_mails_that_wait_in_the_spool(api: Api) -> None:
    assert api.agent.get("/api/mail/inbound/?state=waiting")["results"] == []
    folder = api.store.settings.spool_dir / "new"
    folder.mkdir(parents=True)
    envelope = {
        "mail_from": "ann@mail.example",
        "rcpt_tos": ["support@shop.example"],
        "received_at": "2026-11-23T08:59:00+00:00",
    }
    (folder / "0000000000000001.a").write_bytes(json.dumps(envelope).encode() + b"\n" + RAW_MAIL)
    (folder / "0000000000000002.b").write_bytes(b"no envelope")
    found = api.agent.get("/api/mail/inbound/?state=waiting")
    assert found["count"] == 2
    damaged, waiting = found["results"]
    assert damaged["reason"] == "Its envelope cannot be read."
    assert (waiting["id"], waiting["state"], waiting["size"]) == (None, "waiting", len(RAW_MAIL))
    assert (waiting["from"], waiting["to"]) == ("ann@mail.example", ["support@shop.example"])
    assert waiting["received_at"] == "2026-11-23T08:59:00+00:00"
    # What a person released waits once more, and comes after those of the spool.
    released = [add_inbound_mail(api, state="waiting", subject=name) for name in "ab"]
    listed: list[int | None] = []
    for page in (1, 2, 3):
        found = api.agent.get(f"/api/mail/inbound/?state=waiting&page={page}&page_size=2")
        assert found["count"] == 4
        listed += [mail["id"] for mail in found["results"]]
    assert listed == [None, None, *reversed(released)]
