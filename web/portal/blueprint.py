"""The blueprint of customers' pages, and what holds on all of them."""

from __future__ import annotations

from flask import Blueprint
from werkzeug.wrappers import Response

from web.portal.brand import brand_of

blueprint = Blueprint("portal", __name__)
blueprint.app_context_processor(lambda: {"brand_of": brand_of})


@blueprint.after_request
def _private(response: Response) -> Response:
    """The address of many of these pages is a key: it goes to no other site, nor into an index."""
    response.headers.setdefault("Referrer-Policy", "no-referrer")
    response.headers.setdefault("X-Robots-Tag", "noindex, nofollow, noarchive")
    return response
