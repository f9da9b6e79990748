"""Read the prose of a bounce that carries no machine-readable report.

Servers have a hundred ways to say it, and few places to put the address: alone on a line, before a
colon, in brackets after a word such as "to", in the SMTP command they repeat. The surest of these
that finds anything decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mailgate.parse import bounce_phrases
from mailgate.parse.fields import Head
from mailgate.parse.mail import BouncedRecipient
from mailgate.parse.words import decode_text

# no letters of scripts without spaces: "发送到kit@example.org" names kit@
_LETTERS = r"0-9A-Za-z_\u00c0-\u024f\u0370-\u052f"
_ADDRESS = (
    rf"[{_LETTERS}.!#$%&'*+/=?^`{{|}}~-]{{1,80}}@[{_LETTERS}-]{{1,63}}"
    rf"(?:\.[{_LETTERS}-]{{1,63}}){{1,9}}"
)
_ADDRESSES = re.compile(_ADDRESS)
_SUREST = (
    # alone on its line, perhaps with a bullet before and a reason after
    re.compile(
        rf"^[ \t>*•-]*[<\"\[(]?({_ADDRESS})[>\"\])]?(?:[ \t]*\((?:reason|expanded)[^\n]*)?"
        rf"[ \t]*(?:<[^<>\n]*>)?[ \t]*[:;,.]?[ \t]*(?:(?<=: )[^\n]*"
        rf"|\[[^\]\n]*\]|\([^)\n]*\)|on \w{{3}},[^\n]*"
        rf"|on \d+/[^\n]*|\.{{3}}[^\n]*|-+ ?[^\n]*)?$",
        re.MULTILINE,
    ),
    re.compile(rf"^[ \t>*]*[<\"]({_ADDRESS})[>\"][ \t]*:", re.MULTILINE),
    # the server's answer: 550 5.1.1 <ann@example.org>... User unknown
    re.compile(
        rf"^[ \t<]*[45]\d\d[ -](?:[45]\.\d+\.\d+ )?<?({_ADDRESS})>?(?:\.{{2,3}}|:)", re.MULTILINE
    ),
    re.compile(
        rf"(?:{bounce_phrases.RECIPIENT})(?:\(s\)|s)?[ \t]*[:=：（(]"
        rf"[ \t]*[<\"]?({_ADDRESS})",
        re.IGNORECASE,
    ),
    re.compile(rf"RCPT TO:[ \t]*<?({_ADDRESS})", re.IGNORECASE),
    re.compile(
        rf"\b(?:deliver(?:ed|ing|y)?|reject(?:ed|s)?|fail(?:ed|ure)?|recipient|user|unknown|address"
        rf"|reach|sent|send|mailbox|account|message)\b[^\n@<>]{{0,60}}?(?<![{_LETTERS}.])[<\"'(]?"
        rf"({_ADDRESS})",
        re.IGNORECASE,
    ),
    # "wurde nicht an kit@… zugestellt", "无法发送到 kit@…", "kit@…에게 전송되지"
    re.compile(rf"(?:{bounce_phrases.SENT_TO})[ \t*]{{0,3}}[<\"'(]?({_ADDRESS})", re.IGNORECASE),
    re.compile(rf"(?<![{_LETTERS}.@])({_ADDRESS})[>\"')*]?[ \t]?(?:{bounce_phrases.TO_AFTER})"),
    re.compile(rf"generated (?:by|from) ({_ADDRESS})"),
    re.compile(rf"[<\"(（]({_ADDRESS})[>\")）]"),
    re.compile(rf"(?<![{_LETTERS}.@:/])({_ADDRESS})"),
)
# Exim, Sendmail, Postfix: the address that an alias led to, and the one that was written to
_ALIASED = re.compile(
    rf"(?<![{_LETTERS}.@])({_ADDRESS})(>?:?[ \t]{{0,40}}\n?[ \t]{{0,40}})"
    rf"(?:\(reason:[^\n]{{0,200}}\n[ \t]{{0,40}})?\((?:(?:ultimately )?generated|expanded|erzeugt)"
    rf"[ \t]+(?:by|from|von|aus):?[ \t]*<?({_ADDRESS})>?\)"
)
_HEADER_LINE = re.compile(
    r"^[ \t>]*(?:from|to|cc|sender|reply-to|original sender|return-path)[ \t]*:", re.IGNORECASE
)
# rcpt=ann@example.org: an address may hold such a sign, and few do
_KEY = re.compile(r"^(?:rcpt|to|recipient|user|address|e?mail)=", re.IGNORECASE)
_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ -](?:[245]\.\d{1,3}\.\d{1,3})?")
_STATUS = re.compile(r"(?<![\d.])([45]\.\d{1,3}\.\d{1,3})(?![\d.])")
_OUR_OWN = re.compile(r"(?:mailer-daemon|postmaster|post_master|double-bounce)@", re.IGNORECASE)
_LONGEST = 1000
_BLANKS = re.compile(r"[ \t]{5,}")
_LONGEST_LINE = 2000


def before_returned(text: str) -> str:
    """The notice itself, without the mail that it gives back below a line."""
    match = _border(text)
    own = text[: match.start()] if match else text
    return own[: 1 << 16]


def returned(text: str) -> str:
    """The mail that the notice gives back, where it stands in the notice's own text."""
    match = _border(text)
    if not match:
        return ""
    below = text[match.start() if ":" in match[0][:20] else match.end() :].lstrip("\n -")
    return re.sub(r"^[ \t>]+(?=[A-Za-z-]+:)", "", below[: 1 << 16], flags=re.MULTILINE)


def announces_returned(text: str) -> bool:
    """Return whether a line of the notice says that the mail follows below it."""
    return _border(text) is not None


def _border(text: str) -> re.Match[str] | None:
    match = bounce_phrases.RETURNED.search(text)
    while match and not text[: match.start()].strip():
        match = bounce_phrases.RETURNED.search(text, match.end())
    return match


def recipients(head: Head, original: Head, own: str) -> list[BouncedRecipient]:
    """Whom the notice could not reach."""
    # the expressions below look at each blank of a run several times
    own = "\n".join(line[:_LONGEST_LINE] for line in _BLANKS.sub("    ", own).split("\n"))
    written_to = addressees(original)
    own = _ALIASED.sub(lambda m: m[0] if m[1].lower() in written_to else f"{m[3]}{m[2]}", own)
    not_them = _senders(head, original) | _contacts(own)
    addresses = _from_prose(own, not_them)
    failed = _ADDRESSES.findall(" ".join(head.all("x-failed-recipients")))
    if not addresses or not _on_a_line(own, addresses):
        addresses = failed or addresses
    addresses = addresses or _from_subject(head) or _original_recipients(original)
    addresses = addresses or _from_prose(own, frozenset())
    diagnostic, status = _reason(own)
    return [BouncedRecipient(a, None, status, diagnostic) for a in dict.fromkeys(addresses)]


def says_delay(subject: str, text: str) -> bool:
    """Whether the server goes on trying."""
    own = before_returned(text)[:4000]
    return bool(bounce_phrases.DELAY.search(f"{subject}\n{own}"))


def _from_prose(own: str, not_them: frozenset[str]) -> list[str]:
    for pattern in _SUREST:
        found = [_KEY.sub("", m[1]).strip(".'") for m in pattern.finditer(own) if _meant(own, m)]
        kept = [a for a in found if a.lower() not in not_them and not _OUR_OWN.match(a)]
        if kept:
            return kept
    return []


def _meant(own: str, match: re.Match[str]) -> bool:
    """Not the sender that the notice names, nor a contact that it offers."""
    start = own.rfind("\n", 0, match.start(1)) + 1
    line = own[start : match.end(1)]
    before = own[max(0, start - 60) : match.start(1)].lower()
    if re.search(
        r"(?:sent by|contact|message from|assistance|help|sender)\W*$", before[-60:].strip()
    ):
        return False
    return not _HEADER_LINE.match(line) or bool(re.match(r"[ \t>]*to[ \t]*:", line, re.I))


def _contacts(own: str) -> frozenset[str]:
    """Addresses that the notice offers for questions."""
    offered = re.finditer(
        rf"(?:contact|assistance|questions?|help)\W{{1,4}}({_ADDRESS})", own, re.I
    )
    return frozenset(m[1].lower() for m in offered)


def _on_a_line(own: str, addresses: Iterable[str]) -> bool:
    certain = {m[1].lower() for pattern in _SUREST[:5] for m in pattern.finditer(own)}
    return any(a.lower() in certain for a in addresses)


def _senders(head: Head, original: Head) -> frozenset[str]:
    fields = [*head.all("to"), *head.all("delivered-to"), *head.all("from")]
    fields += [*original.all("from"), *original.all("return-path"), *original.all("sender")]
    return frozenset(a.lower() for field in fields for a in _ADDRESSES.findall(field))


def addressees(original: Head) -> frozenset[str]:
    """Return whom the returned mail was written to, in lower case."""
    fields = [*original.all("to"), *original.all("cc")]
    return frozenset(a.lower() for field in fields for a in _ADDRESSES.findall(field))


def _from_subject(head: Head) -> list[str]:
    return _ADDRESSES.findall(decode_text(head.first("subject") or ""))


def _original_recipients(original: Head) -> list[str]:
    fields = original.all("x-original-to") or original.all("to")
    return [a for field in fields for a in _ADDRESSES.findall(decode_text(field))]


def _reason(own: str) -> tuple[str | None, str | None]:
    """The server's own words, and the status in them (RFC 3463) or made of its code."""
    lines = own.split("\n")
    for place, line in enumerate(lines):
        code, status = _CODE.search(line), _STATUS.search(line)
        if code or status:
            words = " ".join(x.strip() for x in lines[place : place + 3] if x.strip())
            found = status[1] if status else f"{code[1][0]}.0.0" if code else None
            return decode_text(words)[:_LONGEST], found
    return None, None
