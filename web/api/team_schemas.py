"""Teams as the API gives them."""

from __future__ import annotations

from marshmallow import Schema, fields

from web.api.schemas import PageOut


class TeamOut(Schema):
    """A team."""

    name = fields.String(required=True)


class TeamPageSchema(PageOut):
    """A page of teams, by their names."""

    results = fields.List(fields.Nested(TeamOut), required=True)
