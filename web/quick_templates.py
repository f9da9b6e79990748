"""Templates that write what most of a page is, words and numbers, in a third of the time.

For each of the thousand pieces of a page Jinja makes an object that remembers that it is escaped.
What is put together at once need not remember; and most words hold nothing to be escaped.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, escape

_MUST_BE_ESCAPED = re.compile("[&<>\"']").search


def init_app(app: Flask) -> None:
    """Have the application's templates compiled so; before one is."""
    environment: Any = app.jinja_env
    environment.code_generator_class = _QuickGenerator
    environment.written = written


def written(value: Any) -> str:
    """A value as it stands in a page: ``escape``, whose result is a mere string."""
    kind = type(value)
    if kind is Markup or (kind is str and not _MUST_BE_ESCAPED(value)):
        return value  # type: ignore[no-any-return]
    return str(value) if kind is int else escape(value)


class _QuickGenerator(CodeGenerator):
    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")
