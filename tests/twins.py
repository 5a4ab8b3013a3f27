"""Slow, obvious versions of what the kernels do. Tests compare; nothing here is fast."""

from __future__ import annotations

import unicodedata
from functools import cache

# Letters, marks, numbers and format characters of Unicode 15.0 and 15.1: to the tokenizer, whose rules are
# those of Unicode 14.0, they are unassigned, whatever this Python knows.
_AFTER_UNICODE_14 = (
    (0x0CF3, 0x0CF3), (0x0ECE, 0x0ECE), (0x10EFD, 0x10EFF), (0x1123F, 0x11241), (0x11F00, 0x11F59),
    (0x1342F, 0x1342F), (0x13439, 0x13455), (0x1B132, 0x1B132), (0x1B155, 0x1B155), (0x1D2C0, 0x1D2D3),
    (0x1DF25, 0x1DF2A), (0x1E030, 0x1E08F), (0x1E4D0, 0x1E4F9), (0x2B739, 0x2B739), (0x2EBF0, 0x2EE5D),
    (0x31350, 0x323AF),
)  # fmt: skip

_DECORATING_MARKS = (
    "COMBINING ", "VARIATION SELECTOR", "MONGOLIAN FREE VARIATION SELECTOR", "ARABIC ", "HEBREW ", "SYRIAC ",
    "VEDIC ", "DEVANAGARI STRESS SIGN ", "DEVANAGARI GRAVE ACCENT", "DEVANAGARI ACUTE ACCENT",
    "IDEOGRAPHIC ", "MUSICAL SYMBOL COMBINING ", "ZNAMENNY ", "PHAISTOS DISC SIGN COMBINING ",
)  # fmt: skip

# These are called COMBINING too, but belong to one script, or change the sound of kana.
_OTHER_COMBINING = ("GLAGOLITIC", "GRANTHA", "OLD PERMIC", "KATAKANA-HIRAGANA")

_WITHOUT_SPACES = (
    "CJK UNIFIED IDEOGRAPH", "CJK COMPATIBILITY IDEOGRAPH", "IDEOGRAPHIC ITERATION MARK",
    "IDEOGRAPHIC CLOSING MARK", "IDEOGRAPHIC NUMBER ZERO", "VERTICAL IDEOGRAPHIC ITERATION MARK",
    "VERTICAL KANA REPEAT ", "HANGZHOU NUMERAL ", "MASU MARK", "OLD CHINESE ITERATION MARK",
    "HIRAGANA ", "KATAKANA ", "KATAKANA-HIRAGANA ", "HENTAIGANA ", "THAI ", "LAO ", "KHMER ", "MYANMAR ",
)  # fmt: skip


def is_after_unicode_14(char: str) -> bool:
    """Whether a character came with Unicode 15."""
    return any(low <= ord(char) <= high for low, high in _AFTER_UNICODE_14)


def _category(char: str) -> str:
    return "Cn" if is_after_unicode_14(char) else unicodedata.category(char)


def _is_ignored(char: str) -> bool:
    name = unicodedata.name(char, "")
    if _category(char) == "Cf" or name == "ARABIC TATWEEL":
        return True
    if _category(char)[0] != "M" or not name.startswith(_DECORATING_MARKS):
        return False
    return not name.removeprefix("COMBINING ").startswith(_OTHER_COMBINING)


def _fold(char: str) -> str:
    if unicodedata.name(char, "").startswith("HANGUL SYLLABLE "):
        return char
    if _category(char) == "Nd":
        return str(unicodedata.digit(char))
    folded = char
    for _ in range(3):  # folding can need folding again, as in the ligature of two capitals
        folded = "".join(part for part in unicodedata.normalize("NFKD", folded) if not _is_ignored(part))
        folded = unicodedata.normalize("NFKD", folded.casefold())
    return "".join(part for part in folded if not _is_ignored(part))


@cache
def _kind_and_folding(char: str) -> tuple[str, str]:
    if _is_ignored(char):
        return "ignored", ""
    folded = _fold(char)
    if any(_category(part)[0] not in "LMN" for part in char + folded):
        return "separator", ""
    if not folded:
        return "ignored", ""
    letters = [part for part in folded if _category(part)[0] != "M"]
    if not letters:
        return "mark", folded
    alone = unicodedata.name(letters[0], "").startswith(_WITHOUT_SPACES)
    return "alone" if alone else "letter", folded


def slow_tokens_as_is(text: str) -> list[tuple[str, int, int]]:
    """Do what `slow_tokens` does, without bringing the text to NFC."""
    tokens = []
    folded, start, kind_open, position = "", 0, "", 0
    for char in [*text, "\n"]:  # the line feed ends the last token
        kind, part = _kind_and_folding(char)
        ends = kind in {"separator", "alone"} or (kind == "letter" and kind_open == "alone")
        if folded and ends:
            tokens.append((folded, start, position))
            folded = ""
        if part and not folded:
            start, kind_open = position, kind
        folded += part
        position += len(char.encode())
    return tokens


def slow_tokens(text: str) -> list[tuple[str, int, int]]:
    """Tokenize: (folded token, its first byte, one past its last byte), in bytes of the text in NFC."""
    return slow_tokens_as_is(unicodedata.normalize("NFC", text))


def slow_token_hash(token: str, secret: tuple[int, int] = (0, 0)) -> int:
    """Hash a folded token to 32 bits."""
    data = token.encode()
    state = 1 ^ secret[0]
    for i in range(0, len(data) + 1, 8):
        chunk = int.from_bytes(data[i : i + 8], "little") ^ secret[1]
        chunk = chunk * 0x9E3779B97F4A7C15 % 2**64
        chunk ^= chunk >> 32
        state = (state ^ chunk) * 0xD6E8FEB86659FD93 % 2**64
    state ^= state >> 32
    return (state * 0xD6E8FEB86659FD93 % 2**64) >> 32
