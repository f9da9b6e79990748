"""The language model for similar tickets: whether one is installed, and tells anything."""

from __future__ import annotations

import time

from commands.checkup.findings import Finding, ok, warn
from helpdesk.settings import Settings

NAME = "similar tickets"


def language_model(settings: Settings) -> Finding:
    """How similar tickets are found here; where there is a model, it is asked something."""
    from jobs.minilm.files import NoModel, find_model
    from jobs.minilm.process import Meanings, NotTold

    advice = "see docs/similar.md, or set POSTDESK_SIMILAR_MODEL=off"
    try:
        model = find_model(settings.similar_model)
    except NoModel as problem:
        return warn(NAME, f"without the language model: {problem}", advice)
    if model is None:
        return ok(NAME, "found by characters and a table of words; no language model is used")
    meanings = Meanings(model)
    begun = time.monotonic()
    try:
        meanings.of(["Where is my parcel?"])
    except NotTold as problem:
        return warn(NAME, f"the language model in {model.folder} fails: {problem}", advice)
    finally:
        meanings.close()
    seconds = time.monotonic() - begun
    return ok(NAME, f"those in English by the model in {model.folder} too ({seconds:.1f} s)")
