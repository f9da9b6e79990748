"""Amazon SES: a receipt rule tells an SNS topic of each mail, and the topic posts it to us.

The mail itself comes along only where the rule's action is SNS, with the mail's content. Where it
is another (S3 above all), what is posted says where the mail was put: that is kept, as what it is.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from io import BytesIO
from typing import Any, BinaryIO

from helpdesk.text import clean_line
from web.posts.json_body import json_object, object_of, text_of, texts_of
from web.posts.post import ELSEWHERE, BadPost, Post, stand_in

_LONGEST_HEAD = 90 * 1024


def read(message: str) -> Post | None:
    """The mail in a notification of SNS; None where it is about no mail that came in.

    :raises BadPost:
    """
    try:
        told = json_object(message)
    except BadPost:  # a word to try the topic with
        return None
    if text_of(told, "notificationType") != "Received":
        return None
    mail, receipt = object_of(told, "mail"), object_of(told, "receipt")
    content = _content(told, receipt)
    source = text_of(mail, "source") if "source" in mail else None
    return Post(
        content or stand_in(_head(mail), _where(mail, receipt)),
        texts_of(receipt, "recipients"),
        "" if source == "<>" else source,
        hold=ELSEWHERE if content is None else "",
    )


def _content(told: Mapping[str, Any], receipt: Mapping[str, Any]) -> BinaryIO | None:
    text = text_of(told, "content")
    if not text:
        return None
    if text_of(object_of(receipt, "action"), "encoding").upper() == "BASE64":
        try:
            return BytesIO(base64.b64decode(text, validate=True))
        except (ValueError, binascii.Error):
            raise BadPost("The mail in it is no base64.") from None
    return BytesIO(text.encode("utf-8", "replace"))


def _head(mail: Mapping[str, Any]) -> bytes:
    """The mail's header, as far as the notification repeats it."""
    named = mail.get("headers")
    lines = []
    for one in named if isinstance(named, list) else ():
        if not isinstance(one, dict):
            continue
        name, value = text_of(one, "name"), clean_line(text_of(one, "value"), 4000)
        if name.isascii() and name.replace("-", "").isalnum():
            lines.append(f"{name}: {value}\r\n".encode())
    return b"".join(lines)[:_LONGEST_HEAD]


def _where(mail: Mapping[str, Any], receipt: Mapping[str, Any]) -> str:
    action = object_of(receipt, "action")
    bucket, key = text_of(action, "bucketName"), text_of(action, "objectKey")
    number = clean_line(text_of(mail, "messageId"), 200)
    place = (
        f"It is in the bucket {clean_line(bucket, 100)} of Amazon S3, as {clean_line(key, 500)}."
        if bucket
        else f"Its number at Amazon SES is {number}."
    )
    return (
        "Amazon SES handed this mail over by reference, which is not supported: only its header "
        f"came.\r\n{place}\r\nFor the mails to come, have the receipt rule publish them to the "
        "topic with their content (action “Publish to Amazon SNS topic”, encoding Base64)."
    )
