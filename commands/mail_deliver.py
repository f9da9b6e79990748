"""``postdesk mail deliver``: take one mail from a pipe, as an MTA's delivery command."""

from __future__ import annotations

import os
import sys
from typing import Any, BinaryIO, NoReturn

import click

from commands.folder_owner import enter
from helpdesk.disks import disk_is_low
from helpdesk.settings import SettingError, Settings, data_dir, load
from mailgate.smtp.envelope_paths import PathError, parse_address
from mailgate.spool.mailbox_snapshot import SNAPSHOT, Mailboxes, Snapshot
from mailgate.spool.spool import Envelope, Spool, SpoolWriter

# The exit statuses that MTAs understand (sysexits.h): all but "try later" bounce the mail.
EX_USAGE = 64
EX_DATAERR = 65
EX_NOUSER = 67
EX_TEMPFAIL = 75

_PIECE = 64 * 1024


class _PipeUsageError(click.UsageError):
    exit_code = EX_USAGE


class _PipeCommand(click.Command):
    """Wrong arguments exit as MTAs expect, and not with click's 2."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as problem:
            raise _PipeUsageError(problem.message, problem.ctx) from None


@click.command("deliver", cls=_PipeCommand)
@click.option(
    "--mailbox",
    metavar="ADDRESS",
    help="The recipient, plus-tag and all. Not needed where there is only one mailbox.",
)
@click.option("--sender", metavar="ADDRESS", help="The envelope sender; empty for a bounce.")
def deliver_command(mailbox: str | None, sender: str | None) -> None:
    """Take the raw mail on standard input into the spool.

    Exits with 0 only once the mail is safe on disk; 75: try again later; 67: no such mailbox;
    65: the mail is empty or too large; 64: wrong arguments. The sender is taken from --sender, the
    variable SENDER, or the mail's first line ("From …").
    """
    try:
        enter(data_dir())
        settings = load()
        spool = Spool(settings.spool_dir)
        recipient, ours = _recipient(settings, spool, mailbox, sender)
        _spool(settings, spool, recipient, ours, sender)
    except SettingError as problem:
        _fail(EX_TEMPFAIL, str(problem))
    except click.ClickException as problem:  # somebody else's data folder
        _fail(EX_TEMPFAIL, problem.message)
    except OSError as problem:
        _fail(EX_TEMPFAIL, f"the mail cannot be kept ({problem.strerror}); try again later")
    except Exception as problem:
        # A fault of ours would exit with 1, and the MTA would bounce the mail.
        fault = type(problem).__name__
        _fail(EX_TEMPFAIL, f"the mail cannot be kept (a fault of Postdesk: {fault}); later")


def _recipient(
    settings: Settings, spool: Spool, given: str | None, sender: str | None
) -> tuple[str, str]:
    """The recipient, and the mailbox that answers for it."""
    snapshot = Snapshot(spool.folder / SNAPSHOT, keys=settings.keys)
    snapshot.reload()
    mailboxes = snapshot.current
    if mailboxes is None:
        _fail(EX_TEMPFAIL, "the mailboxes are not known yet; start Postdesk once")
    given = given or os.environ.get("ORIGINAL_RECIPIENT") or os.environ.get("RECIPIENT")
    if not given:
        only = mailboxes.only
        if only is None:
            _fail(EX_USAGE, "which mailbox? Use --mailbox ADDRESS")
        given = only
    mailbox = _match(mailboxes, given, bounce=not _plain_sender(sender))
    if mailboxes.is_paused(mailbox):
        _fail(EX_TEMPFAIL, f"{mailbox} is paused; try again later")
    return given, mailbox


def _match(mailboxes: Mailboxes, given: str, *, bounce: bool) -> str:
    try:
        path = parse_address(given)
    except PathError:
        _fail(EX_USAGE, f"“{given}” is no mail address")
    where = (path.local, path.domain)
    mailbox = None
    if not path.asks_to_relay:
        mailbox = mailboxes.match(*where) or mailboxes.match_answer(*where, bounce=bounce)
    if mailbox is None:
        _fail(EX_NOUSER, f"{given}: no such mailbox here")
    return mailbox


def _spool(
    settings: Settings, spool: Spool, recipient: str, mailbox: str, sender: str | None
) -> None:
    if disk_is_low(spool.folder, settings.smtp_size):
        _fail(EX_TEMPFAIL, "not enough room on the disk; try again later")
    raw = sys.stdin.buffer
    first = raw.readline(_PIECE)
    if first.startswith(b"From "):
        # The line of an mbox, which some MTAs put before the mail: no part of it.
        words = first.decode("utf-8", "replace").split()
        sender = sender if sender is not None or len(words) < 2 else words[1]
        first = raw.readline(_PIECE)
    if not first:
        _fail(EX_DATAERR, "the mail is empty")
    writer = spool.begin(
        Envelope(
            mail_from=_plain_sender(sender),
            rcpt_tos=(recipient,),
            mailboxes=(mailbox,),
            protocol="pipe",
        )
    )
    try:
        _copy(first, raw, writer, settings.smtp_size)
    except OSError:
        writer.abort()
        raise
    writer.commit()


def _copy(first: bytes, raw: BinaryIO, writer: SpoolWriter, largest: int) -> None:
    size = 0
    piece = first
    while piece:
        size += len(piece)
        if size > largest:
            writer.abort()
            _fail(EX_DATAERR, f"the mail is larger than {largest} bytes")
        writer.write(piece)
        piece = raw.read(_PIECE)


def _plain_sender(given: str | None) -> str:
    sender = os.environ.get("SENDER", "") if given is None else given
    # Postfix and others write the null sender so.
    return "" if sender in ("<>", "MAILER-DAEMON") else sender.strip("<>")


def _fail(status: int, text: str) -> NoReturn:
    click.echo(f"postdesk mail deliver: {text}", err=True)
    sys.exit(status)
