"""What a form showed, compared with what stands there; and two who save at the same moment."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest

from helpdesk.actions.edit_canned_reply import (
    CannedReplyDraft,
    add_canned_reply,
    change_canned_reply,
)
from helpdesk.actor import Actor
from helpdesk.db import Database
from helpdesk.errors import ChangedMeanwhile
from helpdesk.models import AuditKind, CannedReply
from helpdesk.queries.canned_replies import canned_words, view_of
from helpdesk.tickets import audit
from helpdesk.tickets.seen_form import check_seen, seen_of
from tests.support.factories import NOW, Shop

WORDS = {"name": "Sorry", "text": "We are sorry.", "tags": ""}


def test_it_names_what_differs_and_who_changed_that(database: Database, shop: Shop) -> None:
    kind, now = AuditKind.CANNED_REPLY, {**WORDS, "name": "So sorry", "tags": "late"}
    with database.transaction() as session:
        check_seen(session, None, now, kind, "So sorry")
        check_seen(session, seen_of(now), now, kind, "So sorry")
        audit.record(session, shop.admin, kind, "Sorry", "name", new="So sorry", now=NOW)
        audit.record(session, shop.agent, kind, "So sorry", "deleted", now=NOW)  # is no change
        with pytest.raises(ChangedMeanwhile) as changed:
            check_seen(session, seen_of(WORDS), now, kind, "So sorry")
        assert changed.value.now == {"name": "So sorry", "tags": "late"}
        assert (changed.value.by, changed.value.by_id) == ("admin", shop.admin.person_id)
        assert changed.value.at == NOW
        assert changed.value.seen == seen_of(now)
        # A value is told from the same one of another name, and nonsense from all.
        with pytest.raises(ChangedMeanwhile):
            check_seen(session, seen_of({"name": "", "tags": "x"}), {"tags": ""}, kind, "x")
        with pytest.raises(ChangedMeanwhile) as changed:
            check_seen(session, "nonsense", WORDS, kind, "Something else")
        assert (changed.value.now, changed.value.by, changed.value.at) == (WORDS, "", None)


def test_of_two_at_the_same_moment_one_is_saved(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        reply = add_canned_reply(session, shop.admin, CannedReplyDraft("A", "Text"), now=NOW)
        seen, reply_id = seen_of(canned_words(session, view_of(reply))), reply.id
    both, refused = Barrier(2), []

    def save(actor: Actor, text: str) -> None:
        both.wait()
        try:
            with database.transaction() as session:
                draft = CannedReplyDraft("A", text)
                change_canned_reply(session, actor, reply_id, draft, seen=seen, now=NOW)
        except ChangedMeanwhile as problem:
            refused.append((text, problem.now))

    threads = [Thread(target=save, args=args) for args in ((shop.admin, "1"), (shop.agent, "2"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        stands = session.get_one(CannedReply, reply_id).text
    assert refused == [({"1": "2", "2": "1"}[stands], {"text": stands})]
