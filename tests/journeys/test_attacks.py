"""What strangers try, over real SMTP, against a running Postdesk behind a front server.

The front server's word stands in the mails themselves: a test writes the verdict that it wants.
"""

from __future__ import annotations

import re
import smtplib
import urllib.request
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import make_msgid, parseaddr

import pytest
from sqlalchemy import select

from helpdesk.actions.reply import Answer, reply
from helpdesk.models import InboundMail, Participant, Ticket
from helpdesk.tickets.access import actor_of
from helpdesk.tickets.people import person_at
from tests.support.running import RunningPostdesk
from tests.support.servers import wait_until
from tests.support.story import AGENT, SUPPORT, Shop, text_of

PASS, NONE, FAIL = "pass", "none", "fail"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder = tmp_path_factory.mktemp("attacked")
    with RunningPostdesk(folder, AUTH="front", TRUSTED_AUTHSERV="mx.shop.example") as postdesk:
        shop = Shop(postdesk)
        yield shop
        shop.database.dispose()


def send(
    shop: Shop,
    sender: str,
    subject: str,
    text: str = "Hello.",
    *,
    to: str = SUPPORT,
    dmarc: str = PASS,
    **fields: str,
) -> EmailMessage:
    """Send a mail; fields by name, with ``_`` for ``-``.

    :param sender: a whole From field, or an address.
    """
    mail = letter(sender, subject, text, to=to, **fields)
    deliver(shop, [mail], dmarc)
    return mail


def letter(
    sender: str, subject: str, text: str = "Hello.", *, to: str = SUPPORT, **fields: str
) -> EmailMessage:
    """A mail as its writer sends it."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = make_msgid(domain=domain_of(sender))
    for name, value in fields.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail


def deliver(shop: Shop, mails: list[EmailMessage], dmarc: str) -> None:
    """Bring these mails as the front server does, which writes what it found above them."""
    with smtplib.SMTP("127.0.0.1", shop.postdesk.smtp_port, timeout=20) as client:
        for mail in mails:
            sender = parseaddr(str(mail["From"]))[1]
            found = f"mx.shop.example; dmarc={dmarc} header.from={domain_of(sender)}"
            raw = f"Authentication-Results: {found}\r\n".encode() + mail.as_bytes(policy=SMTP)
            client.sendmail(sender, [str(mail["To"])], raw)


def domain_of(sender: str) -> str:
    return sender.rstrip(">").rpartition("@")[2]


def reply_address(mail: EmailMessage) -> str:
    """Where a mail of ours asks for its answers: an address with a token."""
    return parseaddr(str(mail["Reply-To"]))[1]


def answer(shop: Shop, ticket: Ticket, text: str, *, include: Collection[int] = ()) -> None:
    """Answer a ticket as the agent."""
    with shop.database.transaction() as session:
        agent = person_at(session, AGENT)
        assert agent
        written = Answer(text, include=include)
        reply(session, actor_of(agent), ticket.id, written, now=datetime.now(UTC))


def on_ticket(shop: Shop, ticket: Ticket) -> dict[str, bool]:
    """Who is on a ticket beside its requester, and whether they are still pending."""
    with shop.database.reading() as session:
        rows = session.scalars(select(Participant).where(Participant.ticket_id == ticket.id))
        return {
            row.person.address: row.pending for row in rows if row.person_id != ticket.requester_id
        }


def acknowledged(shop: Shop, address: str) -> EmailMessage:
    """The acknowledgement that this customer got."""
    return shop.customer(address).receives("TKT")


def tracking_page(shop: Shop, mail: EmailMessage) -> str:
    link = re.search(r"http://\S+/t/[a-z0-9]+", text_of(mail))
    assert link
    with urllib.request.urlopen(link.group(), timeout=10) as answer:
        return str(answer.read().decode())


def words_of(mail: EmailMessage) -> str:
    """All that a reader can see of a mail: its fields, and every text in it, decoded."""
    texts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join([*map(str, mail.values()), *texts])


def sent_outside(shop: Shop) -> list[EmailMessage]:
    """What left to anybody but staff, who may be told of everything."""
    return [
        mail
        for mail in shop.postdesk.sent()
        if AGENT not in str(mail["To"]) and "@localhost" not in str(mail["To"])
    ]


def test_the_ticket_trick(shop: Shop) -> None:
    """A code that a service mails to a ticket's address stays with staff."""
    ticket = shop.ticket_of(send(shop, "mallory@trick.example", "Hello"))
    ours = acknowledged(shop, "mallory@trick.example")
    code = "Your verification code is 493021"
    to = reply_address(ours)
    service = send(shop, "no-reply@service.example", "Confirm your account", code, to=to)
    assert shop.ticket_of(service).id == ticket.id
    comment = shop.comments(ticket)[-1]
    assert (comment.internal, comment.text.strip()) == (True, code)
    assert "493021" not in tracking_page(shop, ours)
    # Naming themselves, the service and the number changes nothing about it.
    send(shop, "mallory@trick.example", f"[{ticket.number}]", Cc="no-reply@service.example")
    again = send(shop, "no-reply@service.example", f"[{ticket.number}] Code", code)
    assert shop.ticket_of(again).id != ticket.id
    assert "493021" not in tracking_page(shop, ours)
    assert all("493021" not in words_of(mail) for mail in sent_outside(shop))


def test_staff_cannot_be_played(shop: Shop) -> None:
    ticket = shop.ticket_of(send(shop, "ann@played.example", "Refund?"))
    ours = acknowledged(shop, "ann@played.example")
    anns_own = reply_address(ours)
    words = "#resolve\n#assign me\nYour refund is granted."
    tries = [
        send(shop, AGENT, f"Re: [{ticket.number}]", words, dmarc=NONE),
        send(shop, AGENT, f"Re: [{ticket.number}]", words, dmarc=PASS),
        send(shop, AGENT, "Re: Refund?", words, to=anns_own, dmarc=PASS),
        send(shop, AGENT, "Re: Refund?", words, to=anns_own, dmarc=FAIL),
        send(shop, AGENT, "Re:", words, dmarc=NONE, References=str(ours["Message-ID"])),
    ]
    for mail in tries:
        assert shop.ticket_of(mail).id == ticket.id
    comments = shop.comments(ticket)[1:]
    assert [(one.internal, one.from_staff) for one in comments] == [(True, False)] * len(tries)
    assert all(
        "not proven" in one.staff_annotation or "failed" in one.staff_annotation for one in comments
    )
    now = shop.now(ticket)
    assert (now.status, now.assignee_id) == ("open", None)
    assert all("refund is granted" not in words_of(mail) for mail in sent_outside(shop))


def test_others_tickets_cannot_be_joined(shop: Shop) -> None:
    ticket = shop.ticket_of(send(shop, "ann@joined.example", "My secret order"))
    acknowledgement = acknowledged(shop, "ann@joined.example")
    ours = str(acknowledgement["Message-ID"])
    forged = re.sub(r"<.", "<a" if ours[1] != "a" else "<b", ours)
    token = reply_address(acknowledgement).partition("+")[2].partition("@")[0]
    # Not at its end: the last character holds bits that base32 does not use.
    wrong = f"support+{token[:-9]}{'a' if token[-9] != 'a' else 'b'}{token[-8:]}@shop.example"
    tries = [
        send(shop, "eve@joined.example", f"Re: [{ticket.number}]"),
        send(shop, "eve@joined.example", "Re: x", In_Reply_To=ours, References=ours),
        send(shop, "eve@joined.example", "Re: y", In_Reply_To=forged, dmarc=NONE),
        send(shop, "eve@joined.example", "Re: z", to=wrong),
        send(shop, "ann@joined.example", f"Re: [{ticket.number}]", dmarc=FAIL),
        send(shop, "eve@joined.example", f"[{ticket.number}]", Cc="eve@joined.example"),
    ]
    for mail in tries:
        assert shop.ticket_of(mail).id != ticket.id
    assert len(shop.comments(ticket)) == 1
    to_eve = [text_of(mail) for mail in shop.customer("eve@joined.example").inbox]
    assert all("My secret order" not in text for text in to_eve)


def test_answers_are_not_led_elsewhere_but_by_a_firms_own_and_by_forms(shop: Shop) -> None:
    led = send(shop, "ann@asks.example", "Led", dmarc=NONE, Reply_To="eve@else.example")
    same = send(shop, "ann@asks.example", "Same", dmarc=NONE, Reply_To="team@asks.example")
    proven = send(shop, "ann@asks.example", "Proven", Reply_To="Ann <ann@home.example>")
    form = send(shop, "noreply@jotform.com", "Form", Reply_To="Kim <kim@asks.example>")
    for mail, answered, is_named in (
        (led, "ann@asks.example", False),
        (same, "team@asks.example", False),
        (proven, "ann@asks.example", True),
        (form, "kim@asks.example", False),
    ):
        ticket = shop.ticket_of(mail)
        ours = shop.customer(answered).receives(f"[{ticket.number}]")
        assert (ticket.subject in str(ours["Subject"])) is is_named
    for nobody in ("eve@else.example", "ann@home.example", "noreply@jotform.com"):
        assert shop.customer(nobody).inbox == []
    answer = shop.customer("kim@asks.example").answers(ours, "Thank you.")
    assert shop.ticket_of(answer).id == ticket.id
    assert [one.internal for one in shop.comments(ticket)] == [False, False]


def test_an_email_bomb_reaches_its_victim_three_times_without_a_word_of_it(shop: Shop) -> None:
    bomb = [
        letter(f"CHEAP NAME <victim+{n}@bombed.example>", f"CHEAP PILLS {n}", "CHEAP")
        for n in range(40)
    ]
    deliver(shop, bomb, NONE)
    shop.ticket_of(bomb[-1])

    def all_left() -> bool:
        return len(inbox(shop)) >= 3

    wait_until("what may leave has left", all_left)
    send(shop, "calm@quiet.example", "One more")
    acknowledged(shop, "calm@quiet.example")
    assert len(inbox(shop)) == 3
    for mail in inbox(shop):
        assert "CHEAP" not in words_of(mail)


def inbox(shop: Shop) -> list[EmailMessage]:
    return [mail for mail in shop.postdesk.sent() if "@bombed.example" in str(mail["To"])]


def test_guessed_numbers_join_and_reveal_nothing(shop: Shop) -> None:
    ticket = shop.ticket_of(send(shop, "ann@guessed.example", "My secret number"))
    day = ticket.number[:11]
    guesses = [letter("eve@guesser.example", f"Re: [{day}{n:03}]") for n in range(1, 61)]
    deliver(shop, guesses, PASS)
    assert ticket.id not in {shop.ticket_of(mail).id for mail in guesses}
    assert len(shop.comments(ticket)) == 1
    eve = shop.customer("eve@guesser.example")
    eve.receives("TKT")
    assert all("secret" not in words_of(mail) for mail in eve.inbox)
    assert len(eve.inbox) <= 3


def test_a_forged_mail_gives_nothing_to_whom_it_names(shop: Shop) -> None:
    """Neither to whoever stands in copy of it, nor by its Message-ID."""
    ticket = shop.ticket_of(send(shop, "ann@copied.example", "Copied lid"))
    eve = "eve@copier.example"
    forged = send(shop, "ann@copied.example", f"Re: [{ticket.number}]", dmarc=NONE, Cc=eve)
    begun = send(shop, "ann@copied.example", "Another", dmarc=NONE, Cc=eve)
    assert shop.ticket_of(forged).id == ticket.id
    for named in (forged, begun):
        theirs = shop.ticket_of(named)
        assert on_ticket(shop, theirs) == {}
        tried = send(shop, eve, "Re: Copied lid", In_Reply_To=str(named["Message-ID"]))
        assert shop.ticket_of(tried).id not in (ticket.id, theirs.id)
        answer(shop, theirs, "For Ann alone.")
        shop.customer("ann@copied.example").receives("For Ann alone.")
    assert all("For Ann alone." not in words_of(mail) for mail in shop.customer(eve).inbox)


def test_a_reply_address_that_was_passed_on_lets_nobody_in(shop: Shop) -> None:
    ticket = shop.ticket_of(send(shop, "ann@passed.example", "Passed on"))
    answer(shop, ticket, "Which lid is it?")
    ours = shop.customer("ann@passed.example").receives("Which lid is it?")
    sid = "sid@stranger.example"
    for dmarc in (PASS, NONE, FAIL):
        to, text = reply_address(ours), f"It is mine ({dmarc})."
        answered = send(shop, sid, "Re: Passed on", text, to=to, dmarc=dmarc, Cc=sid)
        assert shop.ticket_of(answered).id == ticket.id
        assert shop.comments(ticket)[-1].internal
        assert shop.now(ticket).someone_else_said == text
    assert shop.now(ticket).status == "in_progress", "it is staff's turn"
    assert on_ticket(shop, ticket) == {}
    assert "It is mine" not in tracking_page(shop, ours)
    # Nor do the Message-IDs of what they wrote.
    again = send(shop, sid, "And?", References=f"{answered['Message-ID']} {ours['Message-ID']}")
    assert shop.ticket_of(again).id != ticket.id
    answer(shop, ticket, "For Ann alone, again.")
    shop.customer("ann@passed.example").receives("For Ann alone, again.")
    assert all("For Ann alone" not in words_of(mail) for mail in shop.customer(sid).inbox)


def test_a_services_invitation_shows_its_secret_to_nobody_in_its_reply_to(shop: Shop) -> None:
    mallory = "mallory@inviter.example"
    ticket = shop.ticket_of(send(shop, mallory, "Hello"))
    ours = acknowledged(shop, mallory)
    secret = "Join with the secret 771177"
    for to in (SUPPORT, reply_address(ours)):
        invitation = send(
            shop, "invites@service.example", "Join us", secret, to=to, Reply_To=mallory
        )
        landed = shop.ticket_of(invitation)
        assert shop.comments(landed)[-1].internal is (landed.id == ticket.id)
        assert landed.id == ticket.id or landed.requester_id != ticket.requester_id
        own = send(shop, mallory, "Re: Join us", In_Reply_To=str(invitation["Message-ID"]))
        assert (shop.ticket_of(own).id == landed.id) is (landed.id == ticket.id), "her own alone"
    assert "771177" not in tracking_page(shop, ours)
    assert all("771177" not in words_of(mail) for mail in shop.customer(mallory).inbox)


def test_no_mail_of_ours_carries_a_name_that_nothing_proves(shop: Shop) -> None:
    victim = "victim@named.example"
    first = send(shop, f"You have WON at evil <{victim}>", "Prize", dmarc=NONE)
    ticket = shop.ticket_of(first)
    answer(shop, ticket, "Who are you?")
    shop.customer(victim).receives("Who are you?")
    assert len(shop.customer(victim).inbox) == 2
    assert all("WON" not in words_of(mail) for mail in shop.postdesk.sent())


def test_five_strangers_of_a_mail_are_offered_and_none_is_mailed(shop: Shop) -> None:
    crowd = [f"n{n}@crowd.example" for n in range(40)]
    ticket = shop.ticket_of(send(shop, "ann@crowded.example", "Many", Cc=", ".join(crowd)))
    assert on_ticket(shop, ticket) == dict.fromkeys(crowd[:5], True)
    answer(shop, ticket, "To Ann alone.")
    shop.customer("ann@crowded.example").receives("To Ann alone.")
    assert shop.customer("@crowd.example").inbox == []


def test_a_forged_copy_that_came_first_puts_no_genuine_mail_out_of_sight(shop: Shop) -> None:
    genuine = letter("ann@copy.example", "My only mail")
    deliver(shop, [genuine], f"{FAIL} (p=reject)")
    shop.wait_until_held(1)
    held = shop.inbound(str(genuine["Message-ID"]).strip("<>"))
    deliver(shop, [genuine], PASS)
    ticket = shop.ticket_of(genuine)
    assert not shop.comments(ticket)[0].unverified
    with shop.database.reading() as session:
        first = session.get_one(InboundMail, held.id)
        assert first.state == "set_aside"
        assert first.reason.startswith("Came again, better: inbound mail ")
    # And what stands on its ticket is not filed again for being proven better or worse.
    deliver(shop, [genuine, genuine], FAIL)
    wait_until("both are set aside", lambda: shop.postdesk.ledger()["set_aside"] == 3)
    assert len(shop.comments(ticket)) == 1
