"""The DNS of the domains that mail leaves from and comes to: MX, SPF, DKIM, DMARC."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from commands.checkup.findings import Finding, fail, ok, warn
from mailgate.authenticate.resolver import Kind, LookupFailed, Resolver

NAMES = ("MX", "SPF", "DKIM", "DMARC")
"""How the names of its findings begin."""
SECONDS = 5.0
"""For one look-up."""
_UNCHECKED = "cannot be checked: {}"
_NO_DNS = "run this where DNS can be asked, or look yourself: dig {} {}"


class Domain:
    """One domain that has mailboxes."""

    def __init__(
        self,
        name: str,
        resolver: Resolver,
        selectors: Iterable[str] = (),
        *,
        is_forwarded: bool = False,
    ) -> None:
        """
        :param selectors: the DKIM selectors that its mails are signed with, if known.
        :param is_forwarded: whether other servers take its mail, and hand it on to Postdesk.
        """
        self._name = name
        self._is_forwarded = is_forwarded
        self._resolver = resolver
        self._selectors = list(selectors)

    def findings(self, is_wanted: Callable[[str], bool] = lambda name: True) -> list[Finding]:
        """MX, SPF, DKIM and DMARC, in this order.

        :param is_wanted: by a finding's name; nothing is looked up for one that is not.
        """
        checks: list[tuple[str, Callable[[str], Finding]]] = [
            (f"MX of {self._name}", self._mx),
            (f"SPF of {self._name}", self._spf),
        ]
        if self._selectors:
            checks += [self._key_check(selector) for selector in self._selectors]
        else:
            checks.append((f"DKIM of {self._name}", self._no_selector))
        checks.append((f"DMARC of {self._name}", self._dmarc))
        return [check(name) for name, check in checks if is_wanted(name)]

    def _records(self, name: str, kind: Kind) -> list[str]:
        return list(self._resolver.resolve(name, kind, SECONDS))

    def _unchecked(self, what: str, name: str, kind: str, problem: LookupFailed) -> Finding:
        return warn(what, _UNCHECKED.format(problem), _NO_DNS.format(kind, name))

    def _mx(self, what: str) -> Finding:
        if self._is_forwarded:
            return ok(what, "not looked up: its mail is forwarded to Postdesk")
        try:
            found = self._records(self._name, "MX")
            has_address = bool(found or self._records(self._name, "A"))
        except LookupFailed as problem:
            return self._unchecked(what, self._name, "MX", problem)
        if any(record.split()[-1] in (".", "") for record in found):
            return fail(what, "says that it takes no mail (RFC 7505)", "remove the MX record “0 .”")
        if found:
            return ok(what, ", ".join(sorted(record.split()[-1] for record in found)))
        if has_address:
            return warn(
                what,
                "none: mail goes to the domain's own address",
                "add an MX record that names your mail server",
            )
        return fail(
            what,
            "none: nobody's mail can arrive",
            "add an MX record that names the server which hands mail to Postdesk",
        )

    def _spf(self, what: str) -> Finding:
        try:
            texts = self._records(self._name, "TXT")
        except LookupFailed as problem:
            return self._unchecked(what, self._name, "TXT", problem)
        records = [text for text in texts if re.match(r"v=spf1(\s|$)", text, re.IGNORECASE)]
        if not records:
            return warn(
                what,
                "none: many will take your answers for spam",
                "add a TXT record such as “v=spf1 include:your-relay.example ~all”",
            )
        if len(records) > 1:
            return fail(
                what, f"{len(records)} records, so none counts (RFC 7208 4.5)", "keep only one"
            )
        if re.search(r"\s\+?all\b", records[0], re.IGNORECASE):
            return fail(what, "lets everybody send in your name (+all)", "end it with “~all”")
        return ok(what, records[0])

    def _no_selector(self, what: str) -> Finding:
        return warn(
            what,
            "not checked: the selector is not known",
            "have your relay sign mail, then look: postdesk doctor --dkim-selector NAME",
        )

    def _key_check(self, selector: str) -> tuple[str, Callable[[str], Finding]]:
        name = f"{selector}._domainkey.{self._name}"
        return f"DKIM key {name}", lambda what: self._key(what, name)

    def _key(self, what: str, name: str) -> Finding:
        try:
            found = self._records(name, "TXT")
        except LookupFailed as problem:
            return self._unchecked(what, name, "TXT", problem)
        keys = [match[1] for text in found if (match := re.search(r"\bp=([^;]*)", text))]
        if not keys:
            return fail(what, "there is none", "publish the key that your mails are signed with")
        if not keys[0].strip():
            return fail(what, "was revoked (an empty p=)", "publish the key that is in use")
        return ok(what, "is published")

    def _dmarc(self, what: str) -> Finding:
        name = f"_dmarc.{self._name}"
        try:
            found = [text for text in self._records(name, "TXT") if text.startswith("v=DMARC1")]
        except LookupFailed as problem:
            return self._unchecked(what, name, "TXT", problem)
        if not found:
            return warn(
                what,
                "none: the large providers ask for one",
                f"add a TXT record at {name}, to begin with: “v=DMARC1; p=none”",
            )
        if len(found) > 1:
            return fail(what, f"{len(found)} records, so none counts", "keep only one")
        policy = re.search(r"\bp\s*=\s*(\w+)", found[0])
        if policy is None:
            return fail(what, "has no policy (p=)", "such as “v=DMARC1; p=none”")
        return ok(what, f"policy {policy[1].lower()}")
