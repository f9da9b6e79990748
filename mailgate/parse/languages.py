"""The languages that the tables of phrases answer for, by their codes (BCP 47)."""

from __future__ import annotations

LANGUAGES = (
    "en", "de", "fr", "es", "ca", "gl", "pt", "it", "nl", "sv", "nb", "da", "is", "fi", "et", "lv",
    "lt", "pl", "cs", "sk", "sl", "hr", "sr-Latn", "sr-Cyrl", "hu", "ro", "bg", "uk", "ru", "el",
    "tr", "sq", "he", "ar", "fa", "hi", "th", "vi", "id", "ms", "tl", "zh-CN", "zh-TW", "ja", "ko",
)  # fmt: skip
