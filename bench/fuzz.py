"""Mutated mails through the reader: ``python -m bench.fuzz [COUNT] [SEED]`` (15,000 by default).

Takes the corpus of real mails where it is found beside the project, and the project's own fixtures.
For each mutated mail: no exception but the documented one, the result is valid UTF-8 JSON, text
without NUL, and no mail takes more than a second. Prints the seed, so that a run can be repeated.
"""

from __future__ import annotations

import dataclasses
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from mailgate.parse import ParsedMail, read_mail
from mailgate.parse.limits import MailTooComplexError
from mailgate.parse.reader import scan_headers

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / ".." / "shared" / "mail"
FIXTURES = ROOT / "tests" / "mailgate" / "parse" / "fixtures"
SLOW_SECONDS = 1.0
_TOKENS = (
    b"\0", b"\r", b"\n", b"\r\n\r\n", b"\xff", b"\xe9", b"=?utf-8?q?=00=ff?=", b"=?utf-8?b?4pyU",
    b"--", b"\n--b\n", b"--b--", b"Content-Type: ", b"; charset=", b"zlib", b"punycode", b"idna",
    b"undefined", b"utf-16", b"utf-7", b"+AGE-", b"\x1b$B", b"\x1b(B",
    b"multipart/mixed; boundary=b",
    b"message/rfc822", b"message/delivery-status", b"text/html", b"base64", b"quoted-printable",
    b"x-uuencode", b"begin 644 a\n", b"`\nend\n", b"=ybegin name=a\n", b"=yend\n", b"filename*0*=",
    b"filename*=''%", b"<div>", b"<blockquote>", b"<a href=", b"<!--", b"]]>", b"&#0;", b"&#xd800;",
    b"> ", b"On 1 Jan 2020 10:00, a <a@b.c> wrote:\n", b"-- \n", b"From: ", b"From ", b"<>", b"<@>",
    b"@", b",", b";", b"\"", b"(", b")", b"\\", b"BEGIN:VCALENDAR\n", b"BEGIN:VEVENT\n",
    b"DTSTART:99",
    b"END:VEVENT\n", b"\x78\x9f\x3e\x22", b"Final-Recipient: ", b"Date: 99 Foo 99999",
    b"\xf0\x9f\x8e\x89",
)  # fmt: skip
Mutation = Callable[[bytearray, random.Random, list[bytes]], None]


def _flip(mail: bytearray, chance: random.Random, _: list[bytes]) -> None:
    for _unused in range(chance.randint(1, 8)):
        if mail:
            mail[chance.randrange(len(mail))] = chance.randrange(256)


def _insert(mail: bytearray, chance: random.Random, _: list[bytes]) -> None:
    at = _place(mail, chance)
    mail[at:at] = chance.choice(_TOKENS) * chance.choice((1, 1, 1, 3, 60))


def _delete(mail: bytearray, chance: random.Random, _: list[bytes]) -> None:
    at = _place(mail, chance)
    del mail[at : at + chance.choice((1, 2, 10, 100, 2000))]


def _cut(mail: bytearray, chance: random.Random, _: list[bytes]) -> None:
    del mail[_place(mail, chance) :]


def _repeat(mail: bytearray, chance: random.Random, _: list[bytes]) -> None:
    at = _place(mail, chance)
    mail[at:at] = mail[at : at + chance.choice((10, 100, 1000))] * chance.randint(1, 20)


def _splice(mail: bytearray, chance: random.Random, others: list[bytes]) -> None:
    other = chance.choice(others)
    start = chance.randrange(len(other) + 1)
    at = _place(mail, chance)
    mail[at : at + chance.randint(0, 500)] = other[start : start + chance.randint(1, 3000)]


def _place(mail: bytearray, chance: random.Random) -> int:
    """Anywhere, half of the time within the header."""
    limit = len(mail) + 1
    return chance.randrange(min(limit, 1500) if chance.random() < 0.5 else limit)


MUTATIONS: tuple[Mutation, ...] = (_flip, _insert, _delete, _cut, _repeat, _splice)


def mutated(seed: random.Random, mails: list[bytes]) -> bytes:
    """One of the mails, with one to six mutations."""
    mail = bytearray(seed.choice(mails))
    for _ in range(seed.randint(1, 6)):
        seed.choice(MUTATIONS)(mail, seed, mails)
    return bytes(mail)


def check(raw: bytes) -> str | None:
    """What is wrong with how a mail is read, or None."""
    started = time.process_time()
    try:
        mail = read_mail(raw)
    except MailTooComplexError:
        mail = scan_headers(raw)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    took = time.process_time() - started
    if took > SLOW_SECONDS:
        return f"took {took:.1f} s"
    return _unsound(mail)


def _unsound(mail: ParsedMail) -> str | None:
    shown = dataclasses.replace(
        mail, attachments=tuple(dataclasses.replace(a, content=b"") for a in mail.attachments)
    )
    try:
        text = json.dumps(dataclasses.asdict(shown), ensure_ascii=False, default=str)
        text.encode("utf-8")
    except (UnicodeEncodeError, ValueError) as error:
        return f"is no UTF-8 JSON: {error}"
    if "\\u0000" in text:
        return "holds a NUL"
    if any("\n" in a.filename or a.filename == "/" for a in mail.attachments):
        return "has an unsafe file name"
    if mail.text.strip() and not mail.reply.strip():
        return "has an empty reply"
    return None


def seeds(folders: tuple[Path, ...] = (CORPUS, FIXTURES), largest: int = 60_000) -> list[bytes]:
    """The mails to start from."""
    files = [p for folder in folders if folder.is_dir() for p in sorted(folder.rglob("*.eml"))]
    return [p.read_bytes() for p in files if p.stat().st_size <= largest]


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 15_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 32)
    mails = seeds()
    chance, found, started = random.Random(seed), Counter[str](), time.time()
    for number in range(count):
        raw = mutated(chance, mails)
        problem = check(raw)
        if problem:
            found[problem[:80]] += 1
            print(f"mail {number}: {problem}", file=sys.stderr)
    print(
        f"{count:,} mails mutated from {len(mails):,}, seed {seed}: {found.total()} problems,"
        f" {time.time() - started:.0f} s"
    )
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
