"""Mail that is posted to the web: the rules of SMTP, and the spool."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from helpdesk.mail_addresses import MailAddresses
from helpdesk.mail_door import NotTaken, PostedMail
from helpdesk.settings import Settings
from mailgate.smtp.posted_mail import PostedDoor
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from mailgate.spool.spool import Spool
from tests.conftest import MakeSettings

MAIL = b"Subject: hello\r\n\r\nCaf\xe9\r\n"
OURS = "support@shop.example"
PAUSED = "paused@shop.example"


@pytest.fixture
def settings(make_settings: MakeSettings) -> Settings:
    return make_settings(SMTP_SIZE="65536")


@pytest.fixture
def spool(settings: Settings) -> Iterator[Spool]:
    spool = Spool(settings.spool_dir)
    yield spool
    spool.close()


@pytest.fixture
def door(settings: Settings, spool: Spool) -> Iterator[PostedDoor]:
    known = MailAddresses(frozenset({OURS, PAUSED}), paused=frozenset({PAUSED}))
    write_snapshot(spool.folder / SNAPSHOT, known)
    door = PostedDoor(settings)
    yield door
    door.close()


def refusal(act: Callable[[], object]) -> NotTaken:
    with pytest.raises(NotTaken) as caught:
        act()
    return caught.value


def test_a_mail_is_spooled_and_counted(door: PostedDoor, spool: Spool) -> None:
    opened = door.open(PostedMail("ann@mail.example", ("Support+k3y@Shop.example",)))
    assert opened.mailboxes == (OURS,)
    name = opened.take([MAIL[:5], MAIL[5:]])
    assert spool.waiting(9) == [name]
    assert spool.accepted_count() == 1
    mail = spool.read(name)
    assert mail.raw() == MAIL
    assert mail.envelope.mail_from == "ann@mail.example"
    assert mail.envelope.rcpt_tos == ("Support+k3y@Shop.example",)
    assert mail.envelope.posted
    assert not mail.envelope.may_lack_sender


@pytest.mark.parametrize(("sender", "unsaid"), [(None, True), ("", False)])
def test_the_null_sender_is_another_than_none(
    door: PostedDoor, spool: Spool, sender: str | None, unsaid: bool
) -> None:
    name = door.open(PostedMail(sender, (OURS,))).take([MAIL])
    assert spool.read(name).envelope.may_lack_sender is unsaid


@pytest.mark.parametrize(
    ("recipient", "code", "words"),
    [
        ("nobody@shop.example", 550, "No such mailbox here."),
        ("ann@elsewhere.example", 550, "No mail is relayed here."),
        ("ann%mail.example@shop.example", 550, "No mail is relayed here."),
        ("no address", 501, "Syntax: RCPT TO:<address>."),
        ("a@b>\r\nDATA", 501, "Syntax: RCPT TO:<address>."),
        ("", 501, "The null address receives no mail."),
        (PAUSED, 450, "This mailbox is paused, please try again later."),
    ],
)
def test_it_is_refused_as_smtp_refuses(
    door: PostedDoor, spool: Spool, recipient: str, code: int, words: str
) -> None:
    problem = refusal(lambda: door.open(PostedMail("ann@mail.example", (recipient,))))
    assert (problem.code, problem.words, problem.field) == (code, words, "to")
    assert problem.try_later is (code == 450)
    assert spool.accepted_count() == 0


def test_a_sender_that_is_no_address(door: PostedDoor) -> None:
    assert refusal(lambda: door.open(PostedMail("a b", (OURS,)))).field == "from"
    assert refusal(lambda: door.open(PostedMail("", ()))).field == "to"


def test_nothing_of_a_mail_that_is_too_large_or_empty_stays(door: PostedDoor, spool: Spool) -> None:
    opened = door.open(PostedMail("", (OURS,)))
    assert refusal(lambda: opened.take([b"x" * 65536, b"x"])).code == 552
    assert refusal(lambda: opened.take([])).field == "body"
    assert list((spool.folder / "tmp").iterdir()) == []
    assert spool.accepted_count() == 0
    assert opened.take([b"x" * 65536])


def test_where_no_gateway_ever_ran_nothing_is_made(make_settings: MakeSettings) -> None:
    settings = make_settings()
    problem = refusal(lambda: PostedDoor(settings).open(PostedMail("", (OURS,))))
    assert problem.try_later
    assert not settings.spool_dir.exists()


def test_a_disk_that_fails_is_tried_again(
    door: PostedDoor, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = door.open(PostedMail("", (OURS,)))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mailgate.spool.journal.Journal.append", full)
    assert refusal(lambda: opened.take([MAIL])).try_later
    monkeypatch.setattr("mailgate.smtp.posted_mail.disk_is_low", lambda *_: True)
    assert refusal(lambda: door.open(PostedMail("", (OURS,)))).code == 452
    assert spool.names() == []


def test_what_is_in_the_journal_goes_on_where_its_sync_fails(
    door: PostedDoor, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = door.open(PostedMail("", (OURS,)))

    def fails(*_: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr("mailgate.spool.journal.Journal.sync", fails)
    assert refusal(lambda: opened.take([MAIL])).try_later
    spool.tidy(settled=0)
    assert spool.accepted_count() == spool.waiting_count() == 1


def test_whose_mailbox_an_address_is(door: PostedDoor) -> None:
    assert door.mailbox_at("support+x@shop.example") == OURS
    for other in ("nobody@shop.example", "no address", "postmaster", "a%b@shop.example"):
        assert door.mailbox_at(other) is None
