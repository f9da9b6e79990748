"""Mail servers that misbehave: each fault has its own words, and none is taken for success."""

from __future__ import annotations

import pytest

from helpdesk.imap.account import ImapAccount, Tls
from helpdesk.imap.connection import ImapConnection, MailGone, MailUnreadable
from helpdesk.imap.trouble import ImapTrouble, TroubleKind
from tests.helpdesk.imap.scripted import Answer, ScriptedImap

CAPABILITY = "* CAPABILITY IMAP4rev1 UIDPLUS IDLE\r\n{tag} OK done"
SELECTED = "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n{tag} OK [READ-WRITE] done"


def connect(server: ScriptedImap, tls: Tls = Tls.OFF) -> ImapConnection:
    account = ImapAccount("127.0.0.1", server.port, tls, "me", "secret")
    return ImapConnection(account, connect=2, read=2)


def scripted(**answers: Answer) -> ScriptedImap:
    named = {name.replace("_", " "): answer for name, answer in answers.items()}
    return ScriptedImap({"CAPABILITY": CAPABILITY, "SELECT": SELECTED, **named})


def test_nobody_listens() -> None:
    with scripted() as server:
        pass
    with pytest.raises(ImapTrouble) as told:
        connect(server)
    assert told.value.kind is TroubleKind.UNREACHABLE


@pytest.mark.parametrize(
    ("greeting", "kind"),
    [("220 mail.example ESMTP", TroubleKind.UNREACHABLE), ("* BYE busy", TroubleKind.UNREACHABLE)],
)
def test_another_kind_of_server(greeting: str, kind: TroubleKind) -> None:
    with ScriptedImap({}, greeting) as server, pytest.raises(ImapTrouble) as told:
        connect(server)
    assert told.value.kind in (kind, TroubleKind.ANSWER)
    no_imap = "it is no IMAP server (220 mail.example ESMTP)."
    assert str(told.value).endswith(no_imap) == greeting.startswith("220")


def test_one_that_speaks_no_tls() -> None:
    with scripted() as server, pytest.raises(ImapTrouble) as told:
        connect(server, Tls.IMPLICIT)
    assert told.value.kind is TroubleKind.UNTRUSTED
    assert "no TLS from the first byte at this port: is it STARTTLS" in told.value.words


def test_one_that_offers_no_starttls() -> None:
    with scripted() as server, pytest.raises(ImapTrouble) as told:
        connect(server, Tls.STARTTLS)
    assert told.value.kind is TroubleKind.UNTRUSTED
    assert not [one for one in server.heard if one.startswith("LOGIN")], "nothing was given away"


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("[AUTHENTICATIONFAILED] no", TroubleKind.REFUSED),
        ("[UNAVAILABLE] later", TroubleKind.ANSWER),
    ],
)
def test_a_sign_in_that_is_refused(said: str, kind: TroubleKind) -> None:
    with scripted(LOGIN=f"{{tag}} NO {said}") as server, pytest.raises(ImapTrouble) as told:
        connect(server)
    assert told.value.kind is kind
    assert told.value.words == said


def test_a_connection_that_is_dropped() -> None:
    with scripted(SELECT=None) as server:
        imap = connect(server)
        with pytest.raises(ImapTrouble) as told:
            imap.open_folder()
        imap.close()
    assert told.value.kind is TroubleKind.UNREACHABLE


def test_a_folder_without_numbers_that_hold() -> None:
    with scripted(SELECT="* 3 EXISTS\r\n{tag} OK done") as server:
        imap = connect(server)
        with pytest.raises(ImapTrouble) as told:
            imap.open_folder()
        imap.close()
    assert told.value.kind is TroubleKind.ANSWER


def test_the_last_mail_is_not_newer_than_itself() -> None:
    with scripted(UID_SEARCH="* SEARCH 9\r\n{tag} OK done") as server:
        imap = connect(server)
        imap.open_folder()
        assert imap.newer(9) == []
        assert imap.newer(8) == [9]
        imap.close()


def test_a_mail_that_is_gone_or_not_given() -> None:
    answers = {
        "UID_FETCH_5": "{tag} OK nothing",
        "UID_FETCH_6": "* 1 FETCH (UID 6 BODY[]<0> NIL)\r\n{tag} OK done",
        "UID_FETCH_7": "{tag} NO it is damaged",
    }
    with scripted(**answers) as server:
        imap = connect(server)
        imap.open_folder()
        with pytest.raises(MailGone):
            list(imap.pieces(5))
        with pytest.raises(MailUnreadable):
            list(imap.pieces(6))
        with pytest.raises(MailUnreadable, match="it is damaged"):
            list(imap.pieces(7))
        imap.close()


def test_an_answer_that_makes_no_sense() -> None:
    with scripted(UID_FETCH="* 1 FETCH (UID x RFC822.SIZE\r\n{tag} OK done") as server:
        imap = connect(server)
        imap.open_folder()
        with pytest.raises(ImapTrouble) as told:
            imap.described([5])
        imap.close()
    assert told.value.kind in (TroubleKind.ANSWER, TroubleKind.UNREACHABLE)


def test_what_cannot_be_moved_is_copied_and_deleted() -> None:
    with scripted() as server:
        imap = connect(server)
        imap.open_folder()
        imap.move([5, 6], "Done")
        imap.close()
    heard = [one for one in server.heard if one.startswith("UID")]
    assert [one.split()[1] for one in heard] == ["COPY", "STORE", "EXPUNGE"]
    assert all("5,6" in one for one in heard)
