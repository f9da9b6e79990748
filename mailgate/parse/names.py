"""The name that a part is shown under: decoded, harmless, and the same at every reading.

Content is stored under its hash; a name is only ever shown and offered for saving.
"""

from __future__ import annotations

import mimetypes
import re

_LONGEST = 200
_CONTROLS = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]"
)
_ENDINGS = {
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/pjpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/tiff": ".tif",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "text/x-vcard": ".vcf",
    "text/vcard": ".vcf",
    "text/csv": ".csv",
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt",
    "message/rfc822-headers": ".txt",
    "text/rfc822-headers": ".txt",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pgp-signature": ".asc",
    "application/pgp-encrypted": ".asc",
    "application/pgp-keys": ".asc",
    "application/ms-tnef": ".dat",
    "application/octet-stream": ".bin",
}
_STEMS = {
    "message/delivery-status": "delivery-status",
    "message/disposition-notification": "disposition-notification",
    "message/feedback-report": "feedback-report",
    "text/rfc822-headers": "headers",
    "message/rfc822-headers": "headers",
    "application/pkcs7-signature": "smime",
    "application/x-pkcs7-signature": "smime",
    "application/pkcs7-mime": "smime",
    "application/x-pkcs7-mime": "smime",
    "application/pgp-signature": "signature",
    "application/pgp-encrypted": "pgp-version",
    "application/pgp-keys": "key",
    "application/ms-tnef": "winmail",
    "text/calendar": "invitation",
}


def shown_name(declared: str) -> str:
    """A declared name without controls and bidirectional marks, shortened in the middle."""
    name = _CONTROLS.sub("", declared).strip()
    if len(name) > _LONGEST:
        half = _LONGEST // 2 - 1
        name = f"{name[:half]}…{name[-half:]}"
    return name


def made_name(content_type: str, number: int, subject: str = "") -> str:
    """A name for a part that has none, of its type and its place among such parts.

    :param number: 1 for the first of its kind in the mail.
    :param subject: of the enclosed mail, for message/rfc822.
    """
    ending = _ENDINGS.get(content_type) or mimetypes.guess_extension(content_type) or ".bin"
    stem = _STEMS.get(content_type) or content_type.partition("/")[0]
    if content_type in ("message/rfc822", "message/global"):
        stem = re.sub(r"[/\\:*?\"<>|]+", "_", shown_name(subject))[:80].strip(" .") or "message"
    elif stem in ("application", "text"):
        stem = "attachment"
    return (
        f"{stem}{ending}" if number == 1 and stem not in ("image",) else f"{stem}-{number}{ending}"
    )
