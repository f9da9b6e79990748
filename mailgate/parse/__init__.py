"""Bytes in, an :class:`~mailgate.parse.mail.InboundMail` out. Pure: no database, no network."""

from mailgate.parse.mail import Address, Attachment, Bounce, BouncedRecipient, InboundMail
from mailgate.parse.reader import read_mail

__all__ = ["Address", "Attachment", "Bounce", "BouncedRecipient", "InboundMail", "read_mail"]
