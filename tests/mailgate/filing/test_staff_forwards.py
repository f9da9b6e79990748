"""What staff forward to a mailbox, in the words of their own client: the customer's ticket."""

from __future__ import annotations

import pytest

from helpdesk.subject_prefixes import PREFIXES, subject_parts
from mailgate.parse.delimiter_phrases import DELIMITERS
from mailgate.parse.label_phrases import LABELS
from mailgate.parse.languages import LANGUAGES
from tests.mailgate.filing.door import Door

AGENT = "Agent <agent@shop.example>"
ENGLISH = (
    "Please handle.\n\n-----Original Message-----\nFrom: Cora <cora@mail.example>\n"
    "Sent: Monday, 12 October 2026 10:46\nTo: Agent <agent@shop.example>\nSubject: Kettle\n\n"
    "My kettle leaks.\n"
)
PLAIN = ("ΠΡΘ:", "TRS:", "転送:", "PD:", "ENC:", "VB:", "İLT:", "转发：", "I:", "RV:", "VS:", "TV:")


def in_words_of(language: str) -> str:
    """A mail forwarded by a client that speaks this language."""
    labels, line = LABELS[language], DELIMITERS[language].original.split("|")[0]
    sender, sent, to, subject = (
        getattr(labels, one).split("|")[0] for one in ("sender", "sent", "to", "subject")
    )
    return (
        f"Please handle.\n\n-----{line}-----\n{sender}: Cora <cora@mail.example>\n"
        f"{sent}: 12.10.2026 10:46\n{to}: Agent <agent@shop.example>\n{subject}: Kettle\n\n"
        "My kettle leaks.\n"
    )


def prefixes_of(language: str) -> list[str]:
    """Those that always say "forwarded": some are words of ordinary subjects, too."""
    listed = PREFIXES[language].forward.split("|")
    given = [f"{one}{colon}" for one in listed for colon in (":", "：", " :")]
    return [one for one in given if subject_parts(f"{one} Kettle").forwards]


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_customer_becomes_the_requester(door: Door, language: str) -> None:
    texts = dict.fromkeys((ENGLISH, in_words_of(language)))
    subjects = [f"{prefix} Kettle" for prefix in (*prefixes_of(language), "Fwd:")]
    for subject in subjects:
        for text in texts:
            door.take(AGENT, subject, text)
    tickets = door.tickets()
    assert len(tickets) == len(subjects) * len(texts)
    assert {one.requester_id for one in tickets} == {door.person("cora@mail.example").id}
    assert {one.subject for one in tickets} == {"Kettle"}
    said = {tuple(door.said_on(one.id)) for one in tickets}
    assert said == {(("My kettle leaks.", False), ("Please handle.", True))}


@pytest.mark.databases("sqlite")
def test_by_the_prefixes_of_the_usual_clients(door: Door) -> None:
    for prefix in PLAIN:
        door.take(AGENT, f"{prefix} Kettle", ENGLISH)
    cora = door.person("cora@mail.example").id
    assert [(one.requester_id, one.subject) for one in door.tickets()] == [(cora, "Kettle")] * len(
        PLAIN
    )


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize("prefix", PLAIN)
def test_a_forward_that_nothing_proves_to_be_of_staff_stays_a_note(door: Door, prefix: str) -> None:
    for verdict in ("none", "fail"):
        door.take(AGENT, f"{prefix} Kettle", ENGLISH, verdict)
    agent = door.person("agent@shop.example").id
    assert {one.requester_id for one in door.tickets()} == {agent}
    assert all(internal for one in door.tickets() for _, internal in door.said_on(one.id))


@pytest.mark.databases("sqlite")
def test_a_customer_who_forwards_stays_the_customer(door: Door) -> None:
    door.take("Bob <bob@mail.example>", "Fwd: Kettle", ENGLISH)
    [ticket] = door.tickets()
    assert ticket.requester_id == door.shop.bob.id
    # Who wrote it stands on the ticket, for staff to take.
    assert [one["address"] for one in ticket.asked_addresses] == ["cora@mail.example"]


BLOCKS = {
    "on behalf of somebody": "From: service@web.example On Behalf Of Cora <cora@mail.example>",
    "another's address as a name": "From: boss@bank.example <cora@mail.example>",
    "the address as the name": 'From: "cora@mail.example" <cora@mail.example>',
    "a link in brackets": "From: Cora <cora@mail.example<mailto:cora@mail.example>>",
    "a link": "From: Cora [mailto:cora@mail.example]",
    "only a link": "From: mailto:cora@mail.example",
    "bare": "From: cora@mail.example",
}


@pytest.mark.databases("sqlite")
def test_whose_it_is_stands_in_the_brackets(door: Door) -> None:
    for line in BLOCKS.values():
        door.take(AGENT, "Fwd: Kettle", ENGLISH.replace("From: Cora <cora@mail.example>", line))
    cora = door.person("cora@mail.example").id
    assert [one.requester_id for one in door.tickets()] == [cora] * len(BLOCKS)


@pytest.mark.databases("sqlite")
@pytest.mark.parametrize(
    "address",
    ["cora/x#y@mail.example", "cora..x@docomo.example", ".cora@docomo.example",
     f"{'c' * 80}@relay.example", "cora@mail_out.example", '"cora.x."@docomo.example'],
)  # fmt: skip
def test_an_odd_address_is_taken_whole(door: Door, address: str) -> None:
    door.take(AGENT, "Fwd: Kettle", ENGLISH.replace("cora@mail.example", address))
    [ticket] = door.tickets()
    assert ticket.requester_id == door.person(address).id


@pytest.mark.databases("sqlite")
def test_what_colleagues_forwarded_to_each_other_is_the_customers(door: Door) -> None:
    between = (
        "Can you?\n\n---------- Forwarded message ---------\nFrom: Admin <admin@shop.example>\n"
        "Date: Mon, 12 Oct 2026 at 11:46\nSubject: Fwd: Kettle\nTo: <agent@shop.example>\n\n"
    )
    door.take(AGENT, "Fwd: Fwd: Kettle", between + ENGLISH)
    [ticket] = door.tickets()
    assert ticket.requester_id == door.person("cora@mail.example").id
    assert door.said_on(ticket.id) == [
        ("My kettle leaks.", False),
        ("Can you?\n\nPlease handle.", True),
    ]


@pytest.mark.databases("sqlite")
def test_a_rule_above_the_forwarded_mail_is_no_part_of_the_note(door: Door) -> None:
    text = ENGLISH.replace("-----Original Message-----", "_" * 32)
    door.take(AGENT, "Fwd: Kettle", text)
    assert door.said_on(door.tickets()[0].id)[-1] == ("Please handle.", True)
