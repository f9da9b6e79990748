"""Whose address is a machine's, by its name."""

from __future__ import annotations

import pytest

from helpdesk.mail_in.service_addresses import is_no_reply, is_service_address

NO_REPLY = """
noreply no-reply no.reply no_reply noreply2 no-reply-orders donotreply do_not_reply
orders-noreply dontreply don-t-reply ne-pas-repondre nepasrepondre pas-de-reponse no_contestar
nao-responda naoresponda noresponder bitte-nicht-antworten keine-antwort niet-beantwoorden
noreageren non-rispondere nonrispondere no-risposta
nie-odpowiadac nieodpowiadaj svara-ej svarainte ikke-svar svar-ikke eivastausta
ei-vastata neodpovidat no-replies ne-otvechat
mailer-daemon postmaster bounce bounces bounce-123
"""
MACHINES = """
robot sympa listserv notifications system-notification price.alerts newsletter news mailing
list-join list-leave list-confirm auto-reply autoresponder automated-mail
"""
PEOPLE = """
norep info support rooter ann nora noel nevio einar ejnar nonna answers reply.team antwort antworten
respuestas responsable postmann bouncer bounce.house.hire
news-desk alert.bay autohaus auto nils.svar svara
"""


@pytest.mark.parametrize(
    ("address", "service"),
    [
        ("no-reply@x.example", True),
        ("noreply+4@x.example", True),
        ("DoNotReply-7@x.example", True),
        ("nicht-antworten@x.example", True),
        ("mailer-daemon@x.example", True),
        ("postmaster@x.example", True),
        ("kettles-bounces@lists.example", True),
        ("owner-kettles@lists.example", True),
        ("notifications@x.example", True),
        ("ann@x.example", False),
        ("norep@x.example", False),
        ("info@x.example", False),
        ("support@x.example", False),
        ("rooter@x.example", False),
    ],
)
def test_service_addresses_are_known_by_their_names(address: str, service: bool) -> None:
    assert is_service_address(address) is service


@pytest.mark.parametrize("name", NO_REPLY.split())
def test_answers_to_these_are_read_by_nobody(name: str) -> None:
    assert is_no_reply(f"{name}@x.example")
    assert is_no_reply(f"{name.upper()}+7@X.example")
    assert is_service_address(f"{name}@x.example")


@pytest.mark.parametrize("name", MACHINES.split())
def test_behind_these_stand_machines(name: str) -> None:
    assert is_service_address(f"{name}@x.example")
    assert not is_no_reply(f"{name}@x.example")


@pytest.mark.parametrize("name", PEOPLE.split())
def test_these_may_be_people(name: str) -> None:
    assert not is_service_address(f"{name}@x.example")
