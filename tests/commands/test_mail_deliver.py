"""``postdesk mail deliver``: a pipe for an MTA, with the exit statuses it expects."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commands.main import main
from mailgate.spool.mailbox_snapshot import SNAPSHOT, write_snapshot
from mailgate.spool.spool import Spool
from tests.support.ownership import hand_over

MAIL = b"Subject: hello\n\nbody\n"
Deliver = Callable[..., Result]


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    (tmp_path / "var").mkdir(mode=0o700)  # the owner's alone, as Postdesk makes it
    return Spool(tmp_path / "var" / "spool")


@pytest.fixture
def deliver(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> Deliver:
    monkeypatch.setenv("POSTDESK_DATA_DIR", str(spool.folder.parent))
    for name in ("SENDER", "RECIPIENT", "ORIGINAL_RECIPIENT"):
        monkeypatch.delenv(name, raising=False)
    write_snapshot(spool.folder / SNAPSHOT, ["support@shop.example", "orders@shop.example"])

    def run(*arguments: str, mail: bytes = MAIL) -> Result:
        return CliRunner().invoke(main, ["mail", "deliver", *arguments], input=mail)

    return run


def test_a_mail_is_spooled(deliver: Deliver, spool: Spool) -> None:
    result = deliver("--mailbox", "Support+k3y@shop.example", "--sender", "ann@customer.example")
    assert result.exit_code == 0, result.output
    assert result.output == ""
    (name,) = spool.waiting(10)
    mail = spool.read(name)
    assert mail.raw() == MAIL
    assert mail.envelope.rcpt_tos == ("Support+k3y@shop.example",)
    assert mail.envelope.mailboxes == ("support@shop.example",)
    assert mail.envelope.mail_from == "ann@customer.example"
    assert mail.envelope.protocol == "pipe"
    assert spool.accepted_count() == 1


@pytest.mark.parametrize("sender", ["", "<>", "MAILER-DAEMON"])
def test_the_null_sender_in_all_its_spellings(deliver: Deliver, spool: Spool, sender: str) -> None:
    assert deliver("--mailbox", "support@shop.example", "--sender", sender).exit_code == 0
    assert spool.read(spool.waiting(1)[0]).envelope.mail_from == ""


def test_the_line_of_an_mbox_is_the_sender_and_no_part_of_the_mail(
    deliver: Deliver, spool: Spool
) -> None:
    mail = b"From ann@customer.example  Mon Nov 23 10:00:00 2026\n" + MAIL
    assert deliver("--mailbox", "support@shop.example", mail=mail).exit_code == 0
    spooled = spool.read(spool.waiting(1)[0])
    assert spooled.envelope.mail_from == "ann@customer.example"
    assert spooled.raw() == MAIL


def test_no_fault_of_ours_bounces_a_mail(
    deliver: Deliver, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox = ("--mailbox", "support@shop.example")
    assert deliver(*mailbox, mail=b"From \n" + MAIL).exit_code == 0
    assert spool.read(spool.waiting(1)[0]).raw() == MAIL

    def fail(*_: object) -> None:
        raise LookupError("anything")

    monkeypatch.setattr("mailgate.spool.spool.sync_folder", fail)
    result = deliver(*mailbox)
    assert result.exit_code == 75
    assert len(result.stderr.strip().splitlines()) == 1


def test_the_environment_names_the_recipient(
    deliver: Deliver, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECIPIENT", "orders@shop.example")
    monkeypatch.setenv("SENDER", "ann@customer.example")
    assert deliver().exit_code == 0
    envelope = spool.read(spool.waiting(1)[0]).envelope
    assert envelope.mailboxes == ("orders@shop.example",)
    assert envelope.mail_from == "ann@customer.example"


def test_the_only_mailbox_needs_no_naming(deliver: Deliver, spool: Spool) -> None:
    assert deliver().exit_code == 64
    write_snapshot(spool.folder / SNAPSHOT, ["support@shop.example"])
    assert deliver().exit_code == 0
    assert spool.waiting_count() == 1


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (("--mailbox", "nobody@shop.example"), 67),
        (("--mailbox", "support%x.example@shop.example"), 67),
        (("--mailbox", "no address"), 64),
        (("--no-such-option",), 64),
        (("one", "more"), 64),
    ],
)
def test_what_is_wrong_for_good_bounces(
    deliver: Deliver, spool: Spool, arguments: tuple[str, ...], status: int
) -> None:
    result = deliver(*arguments)
    assert result.exit_code == status
    assert result.stderr.strip()
    assert spool.accepted_count() == 0


@pytest.mark.parametrize("mail", [b"", b"x" * 70_000])
def test_an_empty_or_oversized_mail_is_not_taken(
    deliver: Deliver, spool: Spool, monkeypatch: pytest.MonkeyPatch, mail: bytes
) -> None:
    monkeypatch.setenv("POSTDESK_SMTP_SIZE", "65536")
    assert deliver("--mailbox", "support@shop.example", mail=mail).exit_code == 65
    assert spool.accepted_count() == 0
    assert not list((spool.folder / "tmp").iterdir())


def test_what_may_pass_is_for_later(
    deliver: Deliver, spool: Spool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mailbox = ("--mailbox", "support@shop.example")

    (spool.folder / SNAPSHOT).unlink()
    assert deliver(*mailbox).exit_code == 75
    write_snapshot(spool.folder / SNAPSHOT, ["support@shop.example"])

    with monkeypatch.context() as patched:
        patched.setattr("commands.mail_deliver.disk_is_low", lambda *_: True)
        assert deliver(*mailbox).exit_code == 75

    (tmp_path / "file").write_text("")
    monkeypatch.setenv("POSTDESK_DATA_DIR", str(tmp_path / "file" / "var"))
    result = deliver(*mailbox)
    assert result.exit_code == 75
    assert len(result.stderr.strip().splitlines()) == 1
    assert spool.accepted_count() == 0


def test_a_disk_that_fails_is_for_later_and_the_count_balances(
    deliver: Deliver, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("mailgate.spool.spool.sync_folder", fail)
        result = deliver("--mailbox", "support@shop.example")
    assert result.exit_code == 75
    assert "No space left" in result.stderr
    spool.tidy(settled=0)
    assert spool.accepted_count() == spool.waiting_count()


def test_what_root_delivers_is_the_folder_owners(spool: Spool, tmp_path: Path) -> None:
    """A mail that root put there could be read by no filer, and waited for ever."""
    write_snapshot(spool.folder / SNAPSHOT, ["support@shop.example"])
    data = spool.folder.parent
    owner = hand_over(data)
    subprocess.run(
        [sys.executable, "-m", "commands", "mail", "deliver", "--sender", "ann@customer.example"],
        env={**os.environ, "POSTDESK_DATA_DIR": str(data)},
        input=MAIL,
        check=True,
    )
    (name,) = spool.waiting(10)
    assert spool.path(name).stat().st_uid == owner
    assert {path.stat().st_uid for path in data.rglob("*")} == {owner}
