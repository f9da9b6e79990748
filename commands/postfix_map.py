"""The addresses that mail is taken for, as a table of Postfix."""

from __future__ import annotations

import re
from collections.abc import Sequence

from helpdesk.addr_spec import wire_domain
from helpdesk.mail_addresses import MailAddresses
from helpdesk.settings import Listen

_HEAD = """\
# Made by `postdesk mailbox list --postfix`: make it anew after mailboxes changed.
# relay_recipient_maps = regexp:FILE, and transport_maps = regexp:FILE
"""
# What the plus-tags of reply addresses and bounce addresses are made of.
_TOKEN = r"\+[a-z0-9-]{19,60}"  # noqa: S105 (a pattern)


def postfix_map(known: MailAddresses, listens: Sequence[Listen]) -> str:
    """Write the table: a line of a regexp for each address, and where Postdesk takes its mail.

    At an address that is gone, only what may be a reply address is passed on; Postdesk says which
    are still good.
    """
    where = _transport(listens[0]) if listens else "smtp:[127.0.0.1]:8025"
    patterns = [_pattern(address, r"(\+[^@]*)?") for address in sorted(known.mailboxes)]
    patterns += [_pattern(address, r"(\+[^@]*)?") for address in sorted(known.receives)]
    patterns += [_pattern(address, _TOKEN) for address in sorted(known.gone)]
    return _HEAD + "".join(f"{pattern} {where}\n" for pattern in patterns)


def _pattern(address: str, tag: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"/^{_escaped(local)}{tag}@{_escaped(wire_domain(domain))}$/"


def _escaped(text: str) -> str:
    # Only what means something there: a backslash gives other characters a meaning.
    return re.sub(r"[][.{}()\\*+?^$|/]", r"\\\g<0>", text)


def _transport(listen: Listen) -> str:
    if listen.path:
        return f"lmtp:unix:{listen.path}"
    host = "127.0.0.1" if listen.host in ("", "0.0.0.0") else listen.host  # noqa: S104
    return f"smtp:[{'::1' if host == '::' else host}]:{listen.port}"
