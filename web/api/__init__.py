"""The HTTP API: what programs of the shop use.

A view reads its arguments by a schema, calls one action or query, and returns what a schema shows
of it; the OpenAPI description is made from the same schemas. No rule of the helpdesk stands here.
"""
