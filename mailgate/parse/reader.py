"""Bytes in, a :class:`ParsedMail` out: the steps in order, each in a module of its own."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace

from helpdesk.subject_prefixes import subject_parts
from helpdesk.vocabulary import MessageKind
from mailgate.parse import (
    addresses,
    body,
    calendar,
    certified,
    charset,
    fields,
    html_text,
    kind,
    limits,
    quotes,
    sanitise,
    signed,
    stub,
)
from mailgate.parse.mail import Invitation, ParsedAttachment, ParsedMail
from mailgate.parse.structure import Leaf, read_leaves
from mailgate.parse.words import charsets_of_words, clean, decode_text, unfold

Guard = Callable[[], AbstractContextManager[None]]

_KEPT = frozenset(
    {
        "authentication-results", "arc-authentication-results", "arc-seal", "auto-submitted",
        "precedence", "return-path", "delivered-to", "envelope-to", "x-original-to", "sender",
        "dkim-signature", "feedback-id", "received-spf", "importance", "x-priority", "priority",
        "x-auto-response-suppress", "x-auto-reply", "x-loop",
        "x-failed-recipients", "x-mailer", "user-agent", "resent-from", "resent-sender",
        "resent-to", "x-envelope-to", "x-delivered-to",
        "thread-index", "thread-topic", "x-forwarded-to", "x-forwarded-for", "errors-to",
        "content-type", "content-language", "return-receipt-to", "disposition-notification-to",
        "x-ms-exchange-generated-message-source", "x-ms-exchange-inbox-rules-loop", "x-postdesk",
    }
)  # fmt: skip
_WITH_WORDS = frozenset({"subject", "from", "sender", "reply-to", "to", "cc", "thread-topic"})
_KEPT_PREFIXES = ("list-", "x-postdesk-", "x-autoreply", "x-autorespond", "x-spam-")
_LONGEST_KEPT = 4096
_MESSAGE_ID = re.compile(r"<\s*([^<>\s][^<>]*?)\s*>")
_MOST_REFERENCES = 1000


def read_mail(
    raw: bytes,
    *,
    html: bool = True,
    html_guard: Guard = contextlib.nullcontext,
    null_sender: bool = False,
) -> ParsedMail:
    """Read a raw mail.

    Pure; raises nothing for what is in the mail but :class:`limits.MailTooComplexError`, for a mail
    over the limits.

    :param raw: the mail as it came, envelope apart.
    :param html: False leaves the HTML unread but for its bare text.
    :param html_guard: entered around the sanitiser, which may run long.
    :param null_sender: the envelope's sender is empty.
    """
    head, outer = _read(raw, html, html_guard, null_sender)
    brought = certified.enclosed(head, outer.attachments)
    if brought is None:
        return outer
    _, inner = _read(brought.content, html, html_guard)
    return certified.unwrapped(outer, inner, brought)


def _read(
    raw: bytes, html: bool, html_guard: Guard, null_sender: bool = False
) -> tuple[fields.Head, ParsedMail]:
    limits.check(raw)
    head = _head(raw, null_sender)
    defects = head.defects
    leaves = signed.opened(read_leaves(head, defects), defects)
    hint = _charset_hint(head, leaves)
    parts = body.collect(leaves, hint, defects)
    with html_guard():
        text, shown, marked = _texts(parts, html, defects)
        if not text.strip():
            text = marked = _text_of_event(parts)
    found = _header_values(head, hint)
    classified = kind.classify(head, found, parts, text)
    written = classified.kind in _WRITTEN
    split = quotes.split(marked, _setting(found)) if written else quotes.whole(text)
    return head, replace(
        found,
        kind=_kind(head, classified.kind),
        text=text,
        reply=split.reply,
        quoted=split.quoted,
        signature=split.signature,
        disclaimer=split.disclaimer,
        uncut_reply=split.uncut_reply,
        html=shown,
        attachments=tuple(parts.files),
        bounce=classified.bounce,
        report=classified.report,
        defects=tuple(dict.fromkeys([*defects, *_header_defects(head, found)])),
        invitation=_invitation(parts),
    )


def _kind(head: fields.Head, found: MessageKind) -> MessageKind:
    """A provider's receipt of certified mail looks like a person's mail, and is a machine's."""
    if found in _FROM_PEOPLE and certified.is_receipt(head):
        return MessageKind.AUTO_REPLY
    return found


def _head(raw: bytes, null_sender: bool) -> fields.Head:
    head = fields.split(raw)
    if null_sender and head.first("return-path") is None:
        head.fields.append(("return-path", "<>"))  # as the last server writes it (RFC 5321 4.4)
    fields.check(head)
    return head


def _setting(mail: ParsedMail) -> quotes.Setting:
    """What the header says of the text: whether it answers or forwards, and who wrote it."""
    subject = subject_parts(mail.subject)
    answers = bool(mail.in_reply_to or mail.references or subject.answers or subject.forwards)
    return quotes.Setting(not answers, mail.sender.name if mail.sender else "")


def _invitation(parts: body.CollectedBody) -> Invitation | None:
    cards = (calendar.read_invitation(file) for file in _calendars(parts))
    return next((card for card in cards if card), None)


def _text_of_event(parts: body.CollectedBody) -> str:
    """What an invitation says, for a mail that holds nothing else."""
    with contextlib.suppress(limits.MailTooComplexError):
        texts = (calendar.read_text(file) for file in _calendars(parts))
        return without_surrogates(next(filter(None, texts), ""))
    return ""


def _calendars(parts: body.CollectedBody) -> Iterable[ParsedAttachment]:
    return (f for f in parts.files if f.content_type in ("text/calendar", "application/ics"))


_FROM_PEOPLE = frozenset({MessageKind.MESSAGE, MessageKind.LIST})
_WRITTEN = frozenset({MessageKind.MESSAGE, MessageKind.LIST, MessageKind.AUTO_REPLY})


def scan_headers(raw: bytes) -> ParsedMail:
    """Read only the header fields, tolerantly and in bounded time. Raises nothing."""
    head = fields.split(raw[: 2 * limits.HEADER_BLOCK])
    del head.fields[limits.FIELDS :]
    head.fields = [(name, value[: limits.SHORT_FIELD]) for name, value in head.fields]
    try:
        found = _header_values(head, None)
    except Exception:
        return ParsedMail(defects=("the header cannot be read",))
    return replace(
        found,
        defects=tuple(dict.fromkeys([*head.defects, "only the header was read"])),
    )


def _header_values(head: fields.Head, hint: str | None) -> ParsedMail:
    sender = addresses.read_addresses(head.all("from"), hint)
    in_reply_to = message_ids(head.all("in-reply-to"))
    return ParsedMail(
        subject=decode_text(head.first("subject") or "", hint),
        sender=sender[0] if sender else None,
        reply_to=addresses.read_addresses(head.all("reply-to"), hint),
        to=addresses.read_addresses(head.all("to"), hint),
        cc=addresses.read_addresses(head.all("cc"), hint),
        date=addresses.read_date(head.first("date")),
        message_id=next(iter(message_ids(head.all("message-id"))), None),
        in_reply_to=in_reply_to,
        references=message_ids(head.all("references")),
        headers=tuple(_kept(head, hint)),
    )


def message_ids(values: Iterable[str]) -> tuple[str, ...]:
    """Message-IDs without their brackets, each once, in order (RFC 5322 3.6.4). Of very many the
    first and the newest: a thread is found by either end.

    Some clients encode long fields as encoded words, or forget the brackets.
    """
    found: dict[str, None] = {}
    for value in values:
        text = decode_text(value) if "=?" in value else clean(unfold(value))
        bracketed = _MESSAGE_ID.findall(text)
        if not bracketed and "@" in text:
            bracketed = [word.strip("<>,;\"'") for word in text.split() if "@" in word]
        found.update(dict.fromkeys(re.sub(r"\s+", "", one) for one in bracketed))
    ids = tuple(found)
    return ids if len(ids) <= _MOST_REFERENCES else (ids[0], *ids[1 - _MOST_REFERENCES :])


def _kept(head: fields.Head, hint: str | None) -> Iterable[tuple[str, str]]:
    received = 0
    for name, value in head.fields:
        if name == "received":
            received += 1
        elif name in _KEPT or name.startswith(_KEPT_PREFIXES):
            yield name, decode_text(value[:_LONGEST_KEPT], hint)
    yield "received-count", str(received)


def _charset_hint(head: fields.Head, leaves: list[Leaf]) -> str | None:
    """The charset that the mail names for other text of its own: where a part or a field names
    none, its letters are often in it too. One that is named by default tells less."""
    named = [leaf.parameters["charset"] for leaf in leaves if "charset" in leaf.parameters]
    if not any(map(charset.tells_script, named)):
        for name, value in head.fields:
            if "=?" in value and name in _WITH_WORDS:
                named += charsets_of_words(value)
    return next(filter(charset.tells_script, named), named[0] if named else None)


def _header_defects(head: fields.Head, found: ParsedMail) -> Iterable[str]:
    names = [name for name, _ in head.fields]
    for name in ("from", "subject", "message-id", "content-type", "date", "to"):
        if names.count(name) > 1:
            yield f"there are several {name.title()} fields"
    if "\ufffd" in found.subject:
        yield "some letters of its subject cannot be read"
    if found.sender is None:
        yield "no sender's address can be found"
    elif _may_be_several(head) and len(addresses.read_addresses(head.all("from"))) > 1:
        yield "there are several senders"
    elif "@" in found.sender.name:
        yield "the sender's name shows another address"


def _may_be_several(head: fields.Head) -> bool:
    written = "".join(head.all("from"))
    return "=?" in written or written.count("@") > 1


def _texts(
    parts: body.CollectedBody, html: bool, defects: list[str]
) -> tuple[str, str | None, str]:
    """The text, the HTML to be shown, and the text with the marks of quotes in it, without what
    only stands in for it or signs it."""
    chosen_plain: list[str] = []
    chosen_html: list[str] = []
    stubs: list[str] = []
    has_html = False
    for group in _groups(parts.pieces):
        plain = [p.text for p in group if not p.is_html]
        rich = [p.text for p in group if p.is_html]
        in_alternative = bool(group[0].alternative)
        if rich:
            has_html = True
        said = "\n".join(plain) if any(t.strip() for t in plain) else ""
        stands_in = bool(said and rich and in_alternative) and stub.stands_in(said, "\n".join(rich))
        read = []
        if stands_in or not said:
            read = [_html_as_text(one, html, defects) for one in rich]
        if stands_in and any(t.strip() for t in read):
            stubs.append(said)
        elif said:
            read = [said]
        chosen_plain.extend(read)
        chosen_html.extend(rich if rich and in_alternative else [])
        if not in_alternative:
            chosen_html.extend(p.text if p.is_html else body.as_html(p.text) for p in group)
        elif not rich:
            chosen_html.extend(body.as_html(one) for one in plain)
    marked = "\n".join(t.strip("\n") if len(chosen_plain) > 1 else t for t in chosen_plain)
    shown = _sanitised("\n".join(chosen_html), defects) if has_html and html else None
    marked = without_surrogates(marked)
    text = "\n\n".join([quotes.unmarked(marked), *map(without_surrogates, stubs)])
    bare = signed.without_armour(marked, defects)
    return text, shown, bare if bare.strip() else marked


def _groups(pieces: list[body.TextPiece]) -> list[list[body.TextPiece]]:
    groups: list[list[body.TextPiece]] = []
    for piece in pieces:
        if groups and piece.alternative and groups[-1][-1].alternative == piece.alternative:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups


def _html_as_text(source: str, html: bool, defects: list[str]) -> str:
    if html:
        with contextlib.suppress(limits.MailTooComplexError):
            return html_text.text_of(sanitise.structure(source))
    defects.append("its HTML is too odd to be shown; this is the bare text")
    return sanitise.without_tags(source)


def _sanitised(source: str, defects: list[str]) -> str | None:
    try:
        return without_surrogates(sanitise.sanitise(source))
    except limits.MailTooComplexError:
        defects.append("its HTML is too odd to be shown; this is the bare text")
        return None


def without_surrogates(text: str) -> str:
    """Text that is valid Unicode."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode("utf-8")
    return text
