"""A mail that was read, as the actions take it."""

from __future__ import annotations

from helpdesk.db import Database
from helpdesk.mail_in.incoming import Arrival, Incoming, NamedAddress
from helpdesk.vocabulary import Verdict
from mailgate.authenticate import Authentication
from mailgate.filing.incoming_mail import incoming_of
from mailgate.parse import Bounce, BouncedRecipient, MailAddress, ParsedMail
from tests.mailgate.filing.mails import NOW

ARRIVAL = Arrival("1", "k", 9, "s", True, "ann@mail.example", ("support@shop.example",), "", NOW)
ANN = MailAddress("Ann", "ann@mail.example")


def incoming(database: Database, mail: ParsedMail, check: Authentication | None = None) -> Incoming:
    with database.reading() as session:
        return incoming_of(session, ARRIVAL, mail, (), check)


def test_people_and_text_are_carried_over(database: Database) -> None:
    mail = ParsedMail("The lid", ANN, reply_to=(ANN,), cc=(ANN,), text="Hi", reply="Hi")
    found = incoming(database, mail)
    named = NamedAddress("Ann", "ann@mail.example")
    assert (found.sender, found.reply_to, found.to, found.cc) == (named, (named,), (), (named,))
    assert (found.subject, found.body.text, found.body.reply) == ("The lid", "Hi", "Hi")


def test_what_was_not_checked_is_unknown(database: Database) -> None:
    found = incoming(database, ParsedMail(sender=ANN))
    assert (found.verdict, found.authentication, found.hold_reason) == (Verdict.UNKNOWN, None, "")


def test_what_fails_carries_the_reason_to_hold_it(database: Database) -> None:
    check = Authentication(Verdict.FAIL, ("No.",), "mail.example", "reject")
    found = incoming(database, ParsedMail(sender=ANN), check)
    assert found.verdict == Verdict.FAIL
    assert "p=reject" in found.hold_reason
    assert found.authentication is not None


def test_a_report_names_the_mail_that_it_is_about(database: Database) -> None:
    gone = BouncedRecipient("bo@y.example", "failed", "5.1.1", None)
    mail = ParsedMail(kind="bounce", bounce=Bounce((gone,), "sent@shop.example", "mark"))
    found = incoming(database, mail)
    assert (found.bounced_message_id, found.bounced_mark) == ("sent@shop.example", "mark")
    assert (found.bounced_addresses, found.bounce_words) == (("bo@y.example",), "5.1.1")


def test_our_own_mark_is_found(database: Database) -> None:
    mail = ParsedMail(headers=(("x-other", "a"), ("x-postdesk", "ours"), ("x-postdesk", "b")))
    assert incoming(database, mail).loop_mark == "ours"
    assert incoming(database, ParsedMail()).loop_mark == ""


def test_only_a_known_provider_proves_who_wrote_certified_mail(database: Database) -> None:
    check = Authentication(Verdict.PASS, ("Yes.",), "pec.aruba.it")
    for provider, verdict in (
        ("posta-certificata@pec.aruba.it", Verdict.PASS),
        ("posta-certificata@mail.example", Verdict.NONE),
    ):
        mail = ParsedMail(sender=ANN, certified_by=provider)
        assert incoming(database, mail, check).verdict == verdict
