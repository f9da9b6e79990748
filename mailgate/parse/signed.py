"""Mail that is signed or encrypted: signed content is read as the mail's own, and what is only a
signature is marked as one. Nothing is verified, and nothing is decrypted."""

from __future__ import annotations

import re
from dataclasses import replace

from helpdesk.vocabulary import SIGNATURE_TYPES
from mailgate.parse import cms, fields, limits
from mailgate.parse.content import decoded
from mailgate.parse.structure import Leaf, read_leaves

ENCRYPTED = "it is encrypted, and cannot be read here"
_IN_ONE_PIECE = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
_UNTYPED = frozenset({"application/octet-stream", "application/x-pkcs7-signature"})
_DEEPEST = 3
_MOST_OPENED = 10
_NUMBERS_APART = 10_000
_SIGNED_TEXT = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Za-z-]{1,40}: [^\n]*\n)*[ \t]*\n", re.M
)
_SIGNATURE_BLOCK = re.compile(
    r"^-----BEGIN PGP SIGNATURE-----[ \t]*\n(?:(?!-----)[^\n]*\n)*-----END PGP SIGNATURE-----"
    r"[ \t]*\n?",
    re.M,
)
_ENCRYPTED_TEXT = re.compile(r"^-----BEGIN PGP MESSAGE-----[ \t]*$", re.M)


def opened(leaves: list[Leaf], defects: list[str]) -> list[Leaf]:
    """The leaves, with the parts of signed content in the place of what holds it. The signed
    object is kept behind them, as a signature.

    :raises limits.MailTooComplexError: as for the mail itself.
    """
    if any(box.subtype == "encrypted" for leaf in leaves for box in leaf.path[:1]):
        defects.append(ENCRYPTED)
    return _opened(leaves, defects, _DEEPEST, [_MOST_OPENED])


def _opened(leaves: list[Leaf], defects: list[str], depth: int, left: list[int]) -> list[Leaf]:
    found: list[Leaf] = []
    for leaf in leaves:
        inner = _inside(leaf, defects, depth, left) if _may_hold_signed(leaf) else []
        found += inner
        found.append(replace(leaf, is_signature=True) if inner else leaf)
    return found


def _may_hold_signed(leaf: Leaf) -> bool:
    if leaf.content_type in _IN_ONE_PIECE:
        return True
    return leaf.content_type in _UNTYPED and _file_name(leaf).lower().endswith(".p7m")


def _file_name(leaf: Leaf) -> str:
    told = str(leaf.message.get("content-disposition") or "")
    inside = re.search(r"[\w.-]{1,100}\.p7m\b", told, re.IGNORECASE)
    return leaf.parameters.get("name") or (inside[0] if inside else "")


def _inside(leaf: Leaf, defects: list[str], depth: int, left: list[int]) -> list[Leaf]:
    if not depth or not left[0]:
        return []
    content = decoded(leaf, [])
    told = cms.read_signed(content)
    if told is None:
        if cms.is_encrypted(content):
            defects.append(ENCRYPTED)
        return []
    head = fields.split(told.content)
    if head.first("content-type") is None:  # a signed file, not a mail
        return []
    left[0] -= 1
    limits.check(told.content)
    fields.check(head)
    apart = left[0] * _NUMBERS_APART + _NUMBERS_APART
    inner = [
        replace(
            one,
            path=leaf.path + tuple(replace(b, number=b.number + apart) for b in one.path),
        )
        for one in read_leaves(head, defects)
    ]
    if len(leaf.path) + max((len(one.path) for one in inner), default=0) > limits.NESTING * 2:
        raise limits.MailTooComplexError("its parts nest too deep")
    signer = f" by {told.signer}" if told.signer else ""
    defects.append(f"it is signed{signer}; the signature was not checked")
    return _opened(inner, defects, depth - 1, left)


def signature_type(content_type: str, name: str) -> str | None:
    """The type of a part that is only a signature; None for any other."""
    if content_type in SIGNATURE_TYPES:
        return content_type
    if content_type in ("application/octet-stream", "application/pkcs7-mime", "text/plain"):
        short = name.lower()
        if short == "smime.p7s":
            return "application/pkcs7-signature"
        if short == "signature.asc":
            return "application/pgp-signature"
    return None


def without_armour(text: str, defects: list[str]) -> str:
    """Text without the marks of an OpenPGP signature around it (RFC 9580 7)."""
    if "-----BEGIN PGP " not in text:
        return text
    if _ENCRYPTED_TEXT.search(text):
        defects.append(ENCRYPTED)
    begin = _SIGNED_TEXT.search(text)
    if not begin:
        return text
    rest = _SIGNATURE_BLOCK.sub("", text[begin.end() :])
    defects.append("it is signed with OpenPGP; the signature was not checked")
    return text[: begin.start()] + re.sub(r"^- (?=-)", "", rest, flags=re.MULTILINE)
