"""Addresses that a machine stands behind, told by their names in many languages.

The table is from memory: what it lacks is only taken for a person.
"""

from __future__ import annotations

import re

from helpdesk.text import split_tag

_NOT = (
    r"no|do[-_.]?not|don[-_.]?t|dont|never|n[aã]o|ne[-_.]?pas|pas[-_.]?de|sans|kein|keine|nicht|niet"
    r"|geen|non|nie|nem|inte|ej|ikke|ei|ne|nu|ora"
)
_ANSWER = (
    r"repl(?:y|ies)|respon(?:d|se)|respond[aeo]r?|respuestas?|respostas?|contest(?:ar?|e)"
    r"|r[eé]pondre|r[eé]ponses?|rispond(?:ere|a|i)|rispost[ae]|antwort(?:en)?|beantwoorden|antwoord"
    r"|reageren|reactie|odpowiada(?:[cćj])|odpowiedzi?|svara?|besvar(?:a|es)?|vasta[at]a?"
    r"|vastausta|valaszol(?:j|ni)?|valasz|odpov[ií]d(?:at|ejte)|odpovedat|otvechat|otvet|raspunde(?:ti)?"
    r"|yanitla(?:ma(?:yin)?)?|cevapla(?:ma(?:yin)?)?"
)
_NO_REPLY = re.compile(
    rf"(?:[\w.-]*[-_.])?(?:(?:{_NOT})[-_.]?(?:{_ANSWER})|(?:{_ANSWER})[-_.]?(?:{_NOT}))(?:[-_.\d][\w.-]*)?"
    r"|(?:yanitla|cevapla)mayin|noreply[\w.-]*"
)
_OFFICE = r"(?:mailer-?)?daemon|postmaster|bounces?(?:[-_.]?\d[\w.-]*)?"
_MACHINE = re.compile(
    rf"{_OFFICE}|hostmaster|webmaster|abuse|root|nobody|null"
    r"|[\w.-]+-(?:bounces?|request|owner|subscribe|unsubscribe|join|leave|confirm)|owner-[\w.-]+"
    r"|listserv|majordomo|mailman|sympa|robot|unsubscribe"
    r"|(?:[\w.-]*[-_.])?(?:notifications?|newsletters?|alerts?|mailings?)|news"
    r"|auto(?:mat(?:ed|ic))?[-_.]?(?:reply|respon(?:d|der|se)|mailer|mail|confirm(?:ation)?)"
)
_NOBODY = re.compile(_OFFICE)


def is_no_reply(address: str) -> bool:
    """Whether an answer to this address is read by nobody, as its name says."""
    local = _local(address)
    return _NO_REPLY.fullmatch(local) is not None or _NOBODY.fullmatch(local) is not None


def is_service_address(address: str) -> bool:
    """Whether a machine stands behind this address, by its name."""
    return is_no_reply(address) or _MACHINE.fullmatch(_local(address)) is not None


def _local(address: str) -> str:
    return split_tag(address)[0].partition("@")[0]
