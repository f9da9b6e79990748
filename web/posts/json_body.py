"""Bodies of JSON that may hold a whole mail: large ones are read one at a time."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from flask import Request

from web.posts.post import BadPost

_LARGE = 4 * 1024 * 1024
"""Bytes: from here on one is read at a time."""
_one_at_a_time = threading.Lock()


def json_body(request: Request) -> Mapping[str, Any]:
    """What the body says.

    :raises BadPost: it is no object of JSON.
    """
    size = request.content_length or 0
    with _one_at_a_time if size > _LARGE else nullcontext():
        return json_object(request.get_data(cache=False))


def json_object(text: bytes | str) -> Mapping[str, Any]:
    """An object of JSON.

    :raises BadPost: it is none.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise BadPost("It is no JSON.") from None
    if not isinstance(found, dict):
        raise BadPost("It is no JSON object.")
    return found


def text_of(body: Mapping[str, Any], name: str) -> str:
    """A text of it; empty where there is none."""
    found = body.get(name)
    return found if isinstance(found, str) else ""


def texts_of(body: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """A list of texts of it; of what is no text nothing."""
    found = body.get(name)
    return tuple(one for one in found if isinstance(one, str)) if isinstance(found, list) else ()


def object_of(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """An object in it; an empty one where there is none."""
    found = body.get(name)
    return found if isinstance(found, dict) else {}
