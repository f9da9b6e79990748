"""A form whose page was opened in an earlier session: what was sent is kept, to be sent again."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request
from flask_login import current_user

from helpdesk.tickets.content import StoredFile
from web.uploads import stored_files

_FILES = ("files", "kept")


@dataclass(frozen=True)
class OldForm:
    """All that was sent, for a form that has the present session's token."""

    address: str
    texts: tuple[tuple[str, str], ...]
    """What was written, by its fields' names."""
    hidden: tuple[tuple[str, str], ...]
    """The other fields: what was chosen, and what the page knew."""
    files: tuple[StoredFile, ...]


def old_form() -> OldForm | None:
    """Read what was sent with a token that does not hold; None where it is not offered again.

    That is where nobody of the desk is signed in, where a password is among it, and where the
    browser does not say that one of our own pages sent it: another site's form must not stand on a
    page of ours with a button below.
    """
    fields = [one for one in request.form.items(multi=True) if one[0] != "csrf_token"]
    is_desk = request.path.startswith("/desk") and current_user.is_authenticated
    has_secret = any("password" in name for name, _ in fields)
    others = any(one.filename for name, one in request.files.items(multi=True) if name != "files")
    if not is_desk or not _is_of_our_pages() or has_secret or others:
        return None
    texts = tuple(one for one in fields if _is_text(*one))
    hidden = tuple(one for one in fields if not _is_text(*one) and one[0] not in _FILES)
    return OldForm(request.full_path.rstrip("?"), texts, hidden, stored_files())


def _is_text(name: str, value: str) -> bool:
    return name in ("comment", "note", "description") or "\n" in value


def _is_of_our_pages() -> bool:
    """Whether the browser says so; over plain HTTP it tells the origin alone."""
    site = request.headers.get("Sec-Fetch-Site")
    own = request.headers.get("Origin", "") == request.host_url.rstrip("/")
    return site == "same-origin" if site else own
