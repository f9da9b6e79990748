"""Authentication-Results fields, read strictly (RFC 8601)."""

from __future__ import annotations

import pytest

from mailgate.authenticate.results_field import BadResultsError, Result, parse


def test_a_field_is_read_whole() -> None:
    found = parse(
        'mx.shop.com 1; spf=pass (a (nested) one) smtp.mailfrom="x y"@example.com;'
        " dkim=pass header.d=example.com header.b=AbC/d+= ; iprev=pass"
    )
    assert found.authserv_id == "mx.shop.com"
    assert found.results == (
        Result("spf", "pass", {"smtp.mailfrom": "x y@example.com"}, ("a (nested) one",)),
        Result("dkim", "pass", {"header.d": "example.com", "header.b": "AbC/d+="}),
        Result("iprev", "pass"),
    )
    with pytest.raises(BadResultsError):
        parse("mx.shop.com; spf=pass smtp.mailfrom=")
