"""Bytes in, an :class:`~mailgate.parse.mail.ParsedMail` out. Pure: no database, no network."""

from mailgate.parse.mail import Bounce, BouncedRecipient, MailAddress, ParsedAttachment, ParsedMail
from mailgate.parse.reader import read_mail

__all__ = [
    "Bounce",
    "BouncedRecipient",
    "MailAddress",
    "ParsedAttachment",
    "ParsedMail",
    "read_mail",
]
