"""Write ``dedup/data/tokens-unicode14.npz``: what every Unicode code point means to the tokenizer.

Run with Python 3.11, whose ``unicodedata`` knows Unicode 14.0: every supported Python knows at least those
characters, so the table means the same everywhere. Code points unassigned in 14.0 separate tokens.

The rules, the first that fits:

1. Format characters, tatweel, variation selectors, and marks that only decorate a letter (general combining
   marks, the vowel and reading marks of Arabic, Hebrew and Syriac, Cyrillic and Vedic signs) are *ignored*:
   they neither break a token nor add to it.
2. Other marks (vowel signs, viramas, nuktas, the voicing of kana) are *marks*: part of the token before them.
3. Letters and numbers (categories L, Nd, Nl, No) are folded: decimal digits to ASCII; the rest decomposed
   for compatibility, ignored characters dropped, case folded, until nothing changes. Hangul syllables stay
   whole. What folds to nothing is ignored, to marks only is a mark; a folding that holds any other character
   (the slash of a fraction, the full stop of a numbered list) separates.
4. Of these, letters of scripts written without spaces stand *alone*: one token each.
5. Everything else *separates* tokens.

Arrays (``block`` is ``code point >> 8``, an entry stands at ``blocks[block] * 256 + (code point & 255)``):

- ``ascii`` uint8[128]: the folded ASCII character, 0 for a separator.
- ``blocks`` uint16[0x1100], ``entries`` uint32[n * 256]: bits 0-20 value, 21-23 kind (0 separator,
  1 alone, 2 letter, 3 mark, 4 ignored), 24-31 the length of the folding. Length 1: the folded code point is
  the code point plus value, modulo 2**21. Longer: value is where the folding starts in ``pool``.
- ``pool`` uint32: the longer foldings, code points.
- ``nfc_blocks`` uint16[0x1100], ``nfc_entries`` uint8[n * 256]: the canonical combining class, or 255 where
  the NFC quick check is not Yes.
"""

from __future__ import annotations

import sys
import unicodedata
from pathlib import Path

import numpy as np
import numpy.typing as npt

UNICODE = "14.0.0"
OUTPUT = Path(__file__).parents[1] / "dedup" / "data" / "tokens-unicode14.npz"
SEPARATOR, ALONE, LETTER, MARK, IGNORED = range(5)
BLOCK = 256
CODE_POINTS = 0x110000

# Where the marks live that decorate a letter of any script, or a letter that is read without them.
DECORATION = (
    (0x0300, 0x036F), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F),  # general
    (0x0483, 0x0489), (0x2DE0, 0x2DFF), (0xA66F, 0xA67D), (0xA69E, 0xA69F),  # Cyrillic
    (0x0591, 0x05C7), (0xFB1E, 0xFB1E),  # Hebrew
    (0x0610, 0x061A), (0x064B, 0x065F), (0x0670, 0x0670), (0x06D6, 0x06ED), (0x0898, 0x089F),
    (0x08CA, 0x08FF),  # Arabic
    (0x0711, 0x074A),  # Syriac
    (0x0951, 0x0954), (0x1CD0, 0x1CFF), (0xA8E0, 0xA8F1),  # Vedic recitation
    (0x302A, 0x302D), (0x101FD, 0x101FD), (0x1133B, 0x1133B),  # Inherited, here and there
    (0x1CF00, 0x1CF46), (0x1D165, 0x1D1AD), (0x1D242, 0x1D244),  # musical notation
    (0x180B, 0x180D), (0x180F, 0x180F), (0xFE00, 0xFE0F), (0xE0100, 0xE01EF),  # variation selectors
)  # fmt: skip

# Han, Hiragana, Katakana, Thai, Lao, Khmer, Myanmar, with the repetition and length marks of the first three.
WITHOUT_SPACES = (
    (0x0E00, 0x0EFF), (0x1000, 0x109F), (0xA9E0, 0xA9FF), (0xAA60, 0xAA7F), (0x1780, 0x17FF),
    (0x3005, 0x3007), (0x3021, 0x3029), (0x3031, 0x303C), (0x3041, 0x30FF), (0x31F0, 0x31FF),
    (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x16FE3, 0x16FE3), (0x1AFF0, 0x1B16F),
    (0x20000, 0x3FFFF),
)  # fmt: skip


def within(char: str, ranges: tuple[tuple[int, int], ...]) -> bool:
    """Whether a character lies in one of the ranges, ends included."""
    return any(low <= ord(char) <= high for low, high in ranges)


def is_ignored(char: str) -> bool:
    """Rule 1."""
    category = unicodedata.category(char)
    return category == "Cf" or char == "\u0640" or (category[0] == "M" and within(char, DECORATION))


def is_word(char: str) -> bool:
    """Whether rule 3 applies."""
    return unicodedata.category(char) in {"Lu", "Ll", "Lt", "Lm", "Lo", "Nd", "Nl", "No"}


def bare(text: str) -> str:
    """Decompose and drop what is ignored."""
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not is_ignored(char))


def fold(char: str) -> str:
    """Fold a letter, number or mark as rule 3 says."""
    if 0xAC00 <= ord(char) <= 0xD7A3:
        return char
    if unicodedata.category(char) == "Nd":
        return str(unicodedata.decimal(char))
    folded = bare(char)
    while (further := bare(folded.casefold())) != folded:
        folded = further
    return folded


def meaning(char: str) -> tuple[int, str]:
    """Tell the kind of a character and what it folds to ("" unless letter, alone or mark)."""
    if is_ignored(char):
        return IGNORED, ""
    is_mark = unicodedata.category(char)[0] == "M"
    if not is_mark and not is_word(char):
        return SEPARATOR, ""
    folded = fold(char)
    if not folded:
        return IGNORED, ""
    letters = [part for part in folded if is_word(part)]
    if not all(is_word(part) or unicodedata.category(part)[0] == "M" for part in folded):
        return SEPARATOR, ""
    if not letters:
        return MARK, folded
    return (ALONE if within(letters[0], WITHOUT_SPACES) else LETTER), folded


def second_characters() -> set[str]:
    """Characters that NFC may join to the one before them: quick check Maybe."""
    hangul_vowels, hangul_finals = range(0x1161, 0x1176), range(0x11A8, 0x11C3)
    found = {chr(code) for code in (*hangul_vowels, *hangul_finals)}
    for code in range(CODE_POINTS):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            pair = "".join(chr(int(part, 16)) for part in parts)
            if unicodedata.normalize("NFC", pair) == chr(code):
                found.add(pair[1])
    return found


def two_stage(values: npt.NDArray[np.generic]) -> tuple[npt.NDArray[np.uint16], npt.NDArray[np.generic]]:
    """Cut a value per code point into blocks and keep each distinct block once."""
    unique, index = np.unique(values.reshape(-1, BLOCK), axis=0, return_inverse=True)
    return index.reshape(-1).astype(np.uint16), unique.reshape(-1)


def build() -> dict[str, npt.NDArray[np.generic]]:
    """Build the arrays that the module docstring describes."""
    entries = np.zeros(CODE_POINTS, np.uint32)
    nfc = np.zeros(CODE_POINTS, np.uint8)
    pool: list[int] = []
    places: dict[str, int] = {}
    seconds = second_characters()
    for code in range(CODE_POINTS):
        char = chr(code)
        kind, folded = meaning(char)
        value = 0
        if len(folded) == 1:
            value = (ord(folded) - code) % 2**21
        elif folded:
            if folded not in places:
                places[folded] = len(pool)
                pool.extend(map(ord, folded))
            value = places[folded]
        entries[code] = value | kind << 21 | len(folded) << 24
        stable = char not in seconds and unicodedata.normalize("NFC", char) == char
        nfc[code] = unicodedata.combining(char) if stable else 255
    letters = [meaning(chr(code))[1] for code in range(128)]
    blocks, unique = two_stage(entries)
    nfc_blocks, nfc_unique = two_stage(nfc)
    return {
        "ascii": np.array([ord(letter) if letter else 0 for letter in letters], np.uint8),
        "blocks": blocks,
        "entries": unique,
        "pool": np.array(pool, np.uint32),
        "nfc_blocks": nfc_blocks,
        "nfc_entries": nfc_unique,
    }


def main() -> None:
    """Write the table, or refuse to where Unicode is another version."""
    if unicodedata.unidata_version != UNICODE:
        sys.exit(f"this Python knows Unicode {unicodedata.unidata_version}, the table is of {UNICODE}")
    arrays = build()
    np.savez_compressed(OUTPUT, **arrays)  # type: ignore[arg-type]
    for name, array in arrays.items():
        print(f"{name}: {array.dtype}[{array.size}]")
    print(f"{OUTPUT.name}: {OUTPUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
