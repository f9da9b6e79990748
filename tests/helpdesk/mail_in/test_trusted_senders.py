"""Whose mail is never held."""

from __future__ import annotations

from helpdesk.actions.trust_sender import trust_sender
from helpdesk.db import Database
from helpdesk.mail_in.trusted_senders import less_reason_to_hold, trusted_as
from tests.helpdesk.mails import mail
from tests.support.factories import NOW, Shop


def test_an_address_counts_before_its_domain(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        for rule in ("eve@bad.example", "@bad.example"):
            trust_sender(session, shop.agent, rule, now=NOW)
        assert trusted_as(session, "Eve@Bad.example") == "eve@bad.example"
        assert trusted_as(session, "mallory@bad.example") == "@bad.example"
        for other in ("eve@worse.example", "eve@x.bad.example", ""):
            assert trusted_as(session, other) == "", other


def test_only_a_reason_to_hold_is_taken_from_a_mail(database: Database, shop: Shop) -> None:
    with database.transaction() as session:
        trust_sender(session, shop.agent, "@bad.example", now=NOW)
        held = mail("eve@bad.example", verdict="fail", hold_reason="It fails.")
        freed = less_reason_to_hold(session, held)
        assert (freed.hold_reason, freed.trusted_as) == ("", "@bad.example")
        assert freed.verdict == "fail", "it still proves nothing"
        for same in (
            mail("eve@bad.example"),
            mail("eve@else.example", hold_reason="It fails."),
            mail(None, hold_reason="It fails."),
        ):
            assert less_reason_to_hold(session, same) is same
