"""Google's request to confirm a forwarding: in any language, and from nobody else."""

from __future__ import annotations

import pytest

from helpdesk.mail_in.forwarding_request import ForwardingRequest, forwarding_request

GOOGLE = "forwarding-noreply@google.com"
LINK = "https://mail-settings.google.com/mail/vf-%5BANGjdJ9zX-w_b~1%5D-AbC.dEf"
CANCEL = LINK.replace("/vf-", "/uf-")
ENGLISH = f"""ann@gmail.com has requested to automatically forward mail to your email
address support@in.shop.example.
Confirmation code: 123456789

To allow ann@gmail.com to automatically forward mail to your address,
please click the link below to confirm the request:

{LINK}

If you accidentally clicked the link, but you do not want to allow
ann@gmail.com to automatically forward messages to your address, click this
link to cancel this verification:
{CANCEL}

To learn more: https://support.google.com/mail/answer/184973. Phone 6502530000
"""
GERMAN = f"""„ann@gmail.com“ möchte E-Mails automatisch an Ihre Adresse
support@in.shop.example weiterleiten.
Bestätigungscode: 123456789

{LINK}.

{CANCEL}
"""
JAPANESE = f"""ann@gmail.com から support@in.shop.example に自動転送するリクエストがありました。
確認コード: 123456789

{CANCEL}
{LINK}
"""
WHOLE = ForwardingRequest("ann@gmail.com", "123456789", LINK)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("(#123456789) Gmail Forwarding Confirmation - Receive Mail from ann@gmail.com", ENGLISH),
        ("Gmail Forwarding Confirmation", ENGLISH),
        ("(#123456789) Gmail-Weiterleitungsbestätigung", GERMAN),
        ("(# 123456789) Gmail からの転送の確認", JAPANESE),
        ("", JAPANESE),
    ],
)
def test_it_is_known_in_any_language(subject: str, text: str) -> None:
    assert forwarding_request(GOOGLE, subject, text, proven=True) == WHOLE


@pytest.mark.parametrize(
    ("sender", "proven"),
    [
        (GOOGLE, False),
        ("noreply@google.com", True),
        ("forwarding-noreply@google.com.evil.example", True),
        ("x-forwarding-noreply@google.com", True),
    ],
)
def test_from_nobody_else(sender: str, proven: bool) -> None:
    assert forwarding_request(sender, "(#123456789)", ENGLISH, proven=proven) is None


@pytest.mark.parametrize(
    "link",
    [
        LINK.replace("https", "http"),
        LINK.replace("mail-settings.google.com", "mail-settings.google.com.evil.example"),
        LINK.replace("mail-settings.google.com", "evil.example/mail-settings.google.com"),
        LINK.replace("mail-settings.google.com", "mail-settings.google.com@evil.example"),
        CANCEL,
    ],
)
def test_no_other_link_is_offered(link: str) -> None:
    text = ENGLISH.replace(LINK, link)
    assert forwarding_request(GOOGLE, "", text, proven=True) == ForwardingRequest(
        "ann@gmail.com", "123456789", ""
    )


def test_a_mail_of_google_that_asks_for_nothing() -> None:
    text = "Forwarding to support@in.shop.example was switched off. https://mail.google.com/mail/"
    assert forwarding_request(GOOGLE, "Hello", text, proven=True) is None
    code_alone = forwarding_request(GOOGLE, "(#123456789) x", "", proven=True)
    assert code_alone == ForwardingRequest("", "123456789", "")
