"""Reports that are read and set aside: counts are kept, and a complaint marks its address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from helpdesk.actions.clear_bounce import clear_bounce
from helpdesk.actions.reply import Answer, reply
from helpdesk.db import Database
from helpdesk.mail_in.incoming import ReportedCounts
from helpdesk.mail_out import bounce_address
from helpdesk.models import MailReport, OutboundMail, PersonAddress
from helpdesk.queries.mail_reports import complaints, weeks_of_domains
from tests.conftest import SECRET
from tests.helpdesk.mails import SUPPORT, comments_of, mail, outbox, receive, recorded
from tests.support.factories import NOW, Shop, make_shop

ANSWER = "comment_added_customer"
CREATED = "ticket_created_customer"


@pytest.fixture
def shop(database: Database) -> Shop:
    return make_shop(database)


def _counts(kind: str = "dmarc", domain: str = "shop.example", **changed: Any) -> ReportedCounts:
    given = {"passed": 40, "failed": 4, "dispositions": (("reject", 4),), "policy": "reject"}
    return ReportedCounts(kind, "big.example", domain, NOW, NOW, **{**given, **changed})


def _report(counts: ReportedCounts) -> Any:
    return mail("noreply-dmarc@big.example", kind="feedback_report", report=counts)


def _reports(database: Database) -> list[MailReport]:
    with database.reading() as session:
        return list(session.scalars(select(MailReport).order_by(MailReport.id)))


def _complained(database: Database, address: str = "ann@mail.example") -> Any:
    with database.reading() as session:
        return session.scalar(
            select(PersonAddress.complained_at).where(PersonAddress.address == address)
        )


def test_an_aggregate_report_is_kept_and_no_ticket(database: Database, shop: Shop) -> None:
    filed = receive(database, _report(_counts()))
    assert (filed.state, filed.reason, filed.ticket_id) == ("set_aside", "a report, read", None)
    assert recorded(database)[-1].kind == "feedback_report"
    (kept,) = _reports(database)
    assert (kept.kind, kept.domain, kept.passed, kept.failed) == ("dmarc", "shop.example", 40, 4)
    assert (kept.dispositions, kept.policy) == ({"reject": 4}, "reject")
    assert outbox(database) == []


def test_the_week_is_summed_by_domain_of_ours(database: Database, shop: Shop) -> None:
    for counts in (
        _counts(policy="none"),
        _counts(passed=2, failed=0),
        _counts("tls", policy="sts"),
        _counts(domain="else.example"),
    ):
        receive(database, _report(counts))
    with database.reading() as session:
        dmarc, tls = weeks_of_domains(session, NOW)
        assert (dmarc.domain, dmarc.passed, dmarc.failed) == ("shop.example", 42, 4)
        assert dmarc.policy == "reject", "as the newest says"
        assert (tls.kind, tls.passed, tls.policy) == ("tls", 40, "sts")
        assert weeks_of_domains(session, NOW + timedelta(days=8)) == ()
        assert complaints(session, NOW) == 0


def _answered(database: Database, shop: Shop) -> OutboundMail:
    filed = receive(database, mail())
    with database.transaction() as session:
        reply(session, shop.agent, filed.ticket_id or 0, Answer("Try a new seal."), now=NOW)
        session.execute(update(OutboundMail).values(state="sent", sent_at=NOW))
    return outbox(database, ANSWER)[-1]


@pytest.mark.parametrize("by", ["VERP", "enclosed Message-ID", "enclosed mark"])
def test_a_complaint_marks_the_address_that_the_mail_went_to(
    database: Database, shop: Shop, by: str
) -> None:
    sent = _answered(database, shop)
    given: dict[str, Any] = {
        "VERP": {"rcpt": [bounce_address.bounce_address(SECRET, SUPPORT, sent.id)]},
        "enclosed Message-ID": {"bounced_message_id": sent.message_id},
        "enclosed mark": {"bounced_mark": bounce_address.bounce_token(SECRET, sent.id)},
    }[by]
    filed = receive(database, mail("fbl@big.example", kind="feedback_report", **given))
    assert (filed.state, filed.reason) == ("set_aside", "a report, read")
    assert _complained(database) == NOW
    assert _reports(database)[-1].address == "ann@mail.example"
    with database.reading() as session:
        assert complaints(session, NOW) == 1
    assert [c.kind for c in comments_of(database, sent.ticket_id)].count("feedback_report") == 0


def test_a_complaint_that_names_an_address_alone_marks_nobody(
    database: Database, shop: Shop
) -> None:
    _answered(database, shop)
    receive(
        database,
        mail("x@y.example", kind="feedback_report", bounced_addresses=("ann@mail.example",)),
    )
    assert _complained(database) is None
    assert _reports(database)[-1].address == "ann@mail.example"


def test_who_complained_gets_answers_and_no_automatic_mail(database: Database, shop: Shop) -> None:
    sent = _answered(database, shop)
    receive(
        database,
        mail("f@b.example", kind="feedback_report", bounced_message_id=sent.message_id),
    )
    before = len(outbox(database, CREATED))
    _answered(database, shop)
    assert len(outbox(database, CREATED)) == before
    assert len(outbox(database, ANSWER)) == 2
    with database.transaction() as session:
        clear_bounce(session, shop.agent, shop.ann.id)
    assert _complained(database) is None
    receive(database, mail(subject="A third"))
    assert len(outbox(database, CREATED)) == before + 1
