"""format=flowed (RFC 3676): join the lines that a mail client wrapped softly."""

from __future__ import annotations


def unflow(text: str, *, delsp: bool) -> str:
    """Paragraphs in one line each; quote marks, fixed lines and the signature mark stay.

    :param delsp: remove the space at a soft break too (RFC 3676 4.3).
    """
    out: list[list[str]] = []
    open_depth: int | None = None  # quote depth of the paragraph that goes on, if one does
    for line in text.split("\n"):
        line = line.rstrip("\r")
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:]
        content = content[1:] if content.startswith(" ") else content  # 4.4: space-stuffing
        soft = content.endswith(" ") and content != "-- "
        shown = content[:-1] if soft and delsp else content
        if open_depth == depth and content != "-- ":
            out[-1].append(shown)
        else:
            out.append([(">" * depth + " " if depth else "") + shown])
        open_depth = depth if soft else None
    return "\n".join("".join(pieces) for pieces in out)
