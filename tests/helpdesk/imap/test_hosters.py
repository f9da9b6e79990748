"""The table of hosters: no domain twice, and each row says where it is from."""

from __future__ import annotations

import re
from collections import Counter

from helpdesk.imap.account import checked_account
from helpdesk.imap.hosters import HOSTERS, hoster_behind, hoster_of


def test_each_domain_and_ending_belongs_to_one() -> None:
    named = Counter(name for one in HOSTERS for name in (*one.domains, *one.exchangers))
    doubled = {name for name, count in named.items() if count > 1}
    both = {name for one in HOSTERS for name in one.domains if name in one.exchangers}
    assert doubled == both, "a hoster's own domain may be that of its servers, too"


def test_each_row_holds() -> None:
    for one in HOSTERS:
        checked_account(one.host, "", "implicit", "me", "secret", "")
        assert one.domains or one.exchangers
        assert re.fullmatch(r"[\w.-]+\.[a-z]+(/[\w/-]+)?", one.source)


def test_only_whole_names_count() -> None:
    assert hoster_of("gmail.com") is hoster_behind("ASPMX.L.GOOGLE.COM.")
    assert hoster_behind("mx.notgoogle.com") is None
    assert hoster_of("not-gmail.com") is None
