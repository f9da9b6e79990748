"""Fields of the API's schemas that are stricter than the library's own."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

from helpdesk.detected_language import LANGUAGE_NAMES
from helpdesk.tickets.custom_fields import KEY
from helpdesk.validation import AMOUNT


class StorableText(fields.String):
    """Text that can be stored: proper Unicode, and no NUL (no database takes it)."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValidationError("This is no valid Unicode: half a surrogate pair.") from None
        return text.replace("\0", "")


class AnyOf(fields.List[str]):
    """A filter of a list: given twice it means either."""

    def __init__(self, each: fields.String) -> None:
        words = f"{each.metadata.get('description', '')} Given twice it means either.".strip()
        super().__init__(each, metadata={"description": words}, validate=validate.Length(1, 20))

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[str | None]:
        try:
            return super()._deserialize(value, attr, data, **kwargs)
        except ValidationError as problem:
            # By the filter's name, not by the place among the values.
            each = problem.messages_dict.values()
            raise ValidationError([words for one in each for words in one]) from None


class Language(StorableText):
    """A language by its code."""

    def __init__(self, **kwargs: Any) -> None:
        words = (
            "What its customer writes, told from their words unless it is set. Automatic mails to "
            "them are in it, where Postdesk speaks it. Null where nobody knows, and for customers."
        )
        shown = {"description": words, "examples": ["de"]}
        kwargs.setdefault("validate", validate.OneOf([*LANGUAGE_NAMES]))
        super().__init__(metadata=shown, **kwargs)


class TypedValue(fields.Field[str]):
    """What stands in a field that the team has made, as it would be typed; null for nothing."""

    SCHEMA = {  # noqa: RUF012 (read only)
        "type": ["string", "number", "null"],
        "maxLength": 200,
        "minimum": -999_999_999_999,
        "maximum": 999_999_999_999,
    }

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return ("-" if value < 0 else "") + _in_text(abs(value))
        if not isinstance(value, str):
            raise ValidationError("This is neither a text nor a number.")
        return StorableText().deserialize(value)


class CustomValues(fields.Dict):
    """What stands in the fields that the team has made, by their keys."""

    def __init__(self, more: str = "", **kwargs: Any) -> None:
        words = (
            "By the keys of `GET /api/custom-fields/`: a text, a number, the name of a choice, "
            f"or a day. {more}"
        )
        shown = {"description": words.strip(), "examples": [{"order-kind": "Gift"}]}
        value = TypedValue(metadata=TypedValue.SCHEMA)
        super().__init__(keys=StorableText(), values=value, metadata=shown, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        found, wrong = {}, {}
        for key, typed in value.items():
            try:
                found[key] = TypedValue(allow_none=True).deserialize(typed) or ""
            except ValidationError as problem:
                wrong[key] = list(problem.messages)
            if not re.fullmatch(KEY, key, re.ASCII):
                wrong[key] = ["There is no such field in this mailbox."]
        if wrong:
            raise ValidationError(wrong)
        return found


class CustomValuesOut(CustomValues):
    """The same in what we answer: as it is, a number as a number and nothing as null."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> dict[str, Any]:
        return dict(value)


class TrueOrFalse(fields.Boolean):
    """``true`` or ``false``: not "yes", not 1."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value


class Moment(fields.AwareDateTime):
    """A moment in ISO 8601; without a zone it is UTC, and it is kept in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", default_timezone=UTC, **kwargs)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        try:
            return moment.astimezone(UTC)
        except OverflowError:  # the first or last day that there is
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from None


class Amount(fields.Field[str]):
    """An amount of money, kept as a decimal number in text: ``"49.90"``. A JSON number will do."""

    SCHEMA = {  # noqa: RUF012 (read only)
        "type": ["string", "number"],
        "pattern": f"^({AMOUNT})?$",
        "minimum": 0,
        "maximum": 999_999_999_999,
    }

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        if isinstance(value, int | float) and not isinstance(value, bool):
            value = _in_text(value)
        if not isinstance(value, str) or (value and not re.fullmatch(AMOUNT, value)):
            raise ValidationError("This is no amount, such as “49.90”.")
        return value


def _in_text(number: float) -> str:
    """A JSON number with at most four decimals; what is out of range as something that fails."""
    if not 0 <= number < 10**12:  # neither is NaN
        return "out of range"
    whole, _, decimals = f"{Decimal(str(number)):.4f}".partition(".")
    decimals = decimals.rstrip("0")
    return f"{whole}.{decimals}" if decimals else whole
