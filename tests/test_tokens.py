# ruff: noqa: RUF001 - texts of many scripts are the point
from __future__ import annotations

import hashlib
import random
import sys
import unicodedata

import numba
import numpy as np
import pyarrow as pa
import pytest
import twins
from effort import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.errors import ArgumentError
from dedup.stages import shingles
from dedup.stages._kernels import reading
from dedup.stages._kernels import tokens as kernels
from dedup.stages._kernels.compiling import wrapping

pytestmark = pytest.mark.kernels

unicode_14 = pytest.mark.skipif(
    unicodedata.unidata_version != "14.0.0", reason="needs the characters of Unicode 14.0 and no others"
)

ASSIGNED = [
    chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) not in {"Cn", "Co", "Cs"}
]
ALIKE = [char for char in ASSIGNED if unicodedata.name(char, "").startswith(("CJK UNIFIED", "HANGUL SYLLABLE"))]
ASSIGNED = sorted({*ASSIGNED} - {*ALIKE}) + ALIKE[::10]
if numba.config.DISABLE_JIT:  # all of them would take minutes
    ASSIGNED = ASSIGNED[:256] + ASSIGNED[256::10]

# Characters that Python 3.12 and later know and the table does not may be composed or reordered by NFC.
any_char = st.characters(exclude_categories=["Cs"]).filter(lambda char: not twins.is_after_unicode_14(char))
of_note = st.sampled_from(
    "aAzZ09 _-.,'@[`{/:"  # the edges of ASCII letters and digits
    "éàñÉßẞſİıĳǅŉŁøœæﬁﬃ’“—½²①Ⅷªµ·\xad\u200b\u200c\u200d\u200e\ufeff\u2060\ufffd"
    "\u0300\u0301\u0308\u030a\u0323\u0327\u0328\u0345\u035c\ufe0f\u20e3😀🇫👍🏽"
    "ΆάΣσςᾳΐйИёЁЇїѣ\u0483і҃"
    "سَلَّمـأإآئؤۀ١٢۳ﷲﻻ\u0651\u0652\u0670שָׁלוֹםשׂﬞ"
    "समाचारक्षि़१ड़செய்திகள்ௌকোড়ಕೊമൊസിංහෝ\u093c\u094d"
    "ไทยน้ำาํ่็เ๑ລາວນ້ຳໜខ្មែរ័មြန်မာစာ၁"
    "漢字〇々〆新聞豈﨑㐀𠀀がガｶﾞﾊﾟーｰ゛ヿ㈠㊀㍿、。\u3099\u309a"
    "한국어가각ᄒ\u1161\u11abㄱﾡ１ＡａĀＺ"
    "བོད་ཡིག།ཷཀྵአማርኛፏᎠꭰ𐐀𐐨𝐀𝟎𞤀\U0001d165\U000e0100\u180b"
)
texts = st.lists(any_char | of_note | st.text("abcdefghijklmnop ", max_size=20), max_size=40).map("".join)


def column(*items: str | None) -> pa.LargeStringArray:
    return pa.array(items, pa.large_string())


def triples(*columns: np.ndarray) -> list[tuple[int, ...]]:
    return list(zip(*(values.tolist() for values in columns), strict=True))


def tokens_of(text: str) -> list[tuple[int, int, int]]:
    found = shingles.tokenize(shingles.nfc(column(text)))
    return triples(found.values, found.starts, found.stops)


def hashes_of(text: str) -> list[int]:
    return [value for value, _, _ in tokens_of(text)]


def hashed(found: list[tuple[str, int, int]]) -> list[tuple[int, int, int]]:
    return [(twins.slow_token_hash(token), start, stop) for token, start, stop in found]


def kernel_tokens(data: bytes, start: int, stop: int) -> list[tuple[int, int, int]]:
    """Call the kernel on a part of some bytes, with no more room than it is said to need."""
    room = (stop - start + 1) // 2
    hashes, starts, stops = np.zeros(room, np.uint32), np.zeros(room, np.int32), np.zeros(room, np.int32)
    with np.errstate(over="ignore"):
        count = kernels.tokenize(
            np.frombuffer(data, np.uint8), start, stop, shingles.token_table(), hashes, starts, stops
        )
    assert count <= room
    return triples(hashes[:count], starts[:count], stops[:count])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  ...  ", ""),
        ("Hello, World 42!", "hello world 42"),
        ("snake_case a-b e.g. 3.5%", "snake case a b e g 3 5"),
        ("internationalization 12345678 1234567 1234567890123456", None),
        ("It’s", "it s"),
        ("it's", "it s"),
        ("co\xadop\u200berate", "cooperate"),
        ("Café naïve Ångström", "cafe naive angstrom"),
        ("Tiê\u0301ng Viê\u0323t", "tieng viet"),
        ("Straße STRASSE ẞ", "strasse strasse ss"),
        ("ﬁnd oﬃce Ａｂｃ１２", "find office abc12"),
        ("m² x³ H₂O ½ ① Ⅷ", "m2 x3 h2o 1 viii"),
        ("İstanbul", "istanbul"),
        ("ΟΔΟΣ οδος ὁδός", "οδοσ οδοσ οδοσ"),
        ("Йод ёлка Київ", "иод елка киів".replace("і", "\u0456")),
        ("समाचार", "समाचार"),
        ("செய்திகள்", "செய்திகள்"),
        ("مُحَمَّد محمـــد", "محمد محمد"),
        ("شָ שָׁלוֹם שלום", "ش שלום שלום"),
        ("٢٠٢٤ ۲۰۲۴ २०२४ 2024", "2024 2024 2024 2024"),
        ("中国新闻2024年", "中 国 新 闻 2024 年"),
        ("ニュースNHK", "ニ ュ ー ス nhk"),
        ("ｶﾞ ガ", "ガ ガ"),
        ("น้ำใจ", "น้ ํา ใ จ"),
        ("ຂ່າວ", "ຂ່ າ ວ"),
        ("ព័ត៌មាន", "ព័ ត៌ ម ា ន".replace(" ា", "ា")),
        ("한국 \u1112\u1161\u11ab국", "한국 한국"),
        ("go😀go 👍🏽 a❤️b", "go go a b"),
        ("™ ℃ Ⓐ $ € ©", ""),
        ("\u093e", "\u093e"),
    ],
)
def test_examples(text: str, expected: str | None) -> None:
    words = text.split() if expected is None else expected.split()
    # The folding is decomposed, but for Hangul.
    words = [word if "가" <= word[0] <= "힣" else unicodedata.normalize("NFKD", word) for word in words]
    assert [token for token, _, _ in twins.slow_tokens(text)] == words
    assert hashes_of(text) == [twins.slow_token_hash(word) for word in words]


def test_spans_are_bytes_of_the_normal_form() -> None:
    assert [span[1:] for span in tokens_of("«Été» e\u0301 n\u0303x")] == [(2, 7), (10, 12), (13, 16)]
    # Marks that are ignored belong to the token before them, as a reader sees it.
    text = "كَتَبَ."
    assert [span[1:] for span in tokens_of(text)] == [(0, len(text.encode()) - 1)]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_normal_form_does_not_matter(form: str) -> None:
    text = "Một bài báo tiếng Việt. Là où l’été fut gai. समाचार क़लम. 서울. ガラス. கொடு."
    assert hashes_of(unicodedata.normalize(form, text)) == hashes_of(text)


@settings(deadline=None, max_examples=examples(300))
@given(texts)
def test_kernel_equals_twin(text: str) -> None:
    assert tokens_of(text) == hashed(twins.slow_tokens(text))


@pytest.mark.full
@unicode_14
def test_kernel_equals_twin_on_every_kind_of_character() -> None:
    # Of the many that are unassigned or private, some.
    rest = [code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) in {"Cn", "Co"}]
    chars = ASSIGNED + [chr(code) for code in rest[::101]]
    # Alone, between letters, after a letter that stands alone, and twice.
    for pattern in ("{0}", "xyz{0}Abcdefgh", "中{0}中", "{0}{0}"):
        cases = [unicodedata.normalize("NFC", pattern.format(char)) for char in chars]
        found = shingles.tokenize(column(*cases))
        expected = [token for text in cases for token in hashed(twins.slow_tokens_as_is(text))]
        assert triples(found.values, found.starts, found.stops) == expected


@pytest.mark.parametrize("invalid", ["c181", "e08181", "f0818181", "eda081", "f4908080", "81", "e4b8"])
def test_invalid_bytes_separate(invalid: str) -> None:
    data = b"ab" + bytes.fromhex(invalid) + b"cd"
    expected = [twins.slow_token_hash("ab"), twins.slow_token_hash("cd")]
    assert [value for value, _, _ in kernel_tokens(data, 0, len(data))] == expected
    offsets = np.array([0, len(data)])
    assert not kernels.quick_check(np.frombuffer(data, np.uint8), offsets, shingles.token_table())[0]


@settings(deadline=None, max_examples=examples(300))
@given(
    st.binary(max_size=60)
    | texts.map(lambda text: text.encode()[1:-1])
    | st.lists(st.sampled_from([*"aB1 é漢😀".encode(), 0x80, 0xC0, 0xE0, 0xED, 0xA0, 0xF0, 0xF4, 0xFF])).map(bytes),
    st.sampled_from([b"", b"zzzzzzzzz", "漢字漢字".encode()[1:], b"\x80" * 9, b"\xf0\x9f\x98\x80"]),
)
def test_any_bytes(data: bytes, around: bytes) -> None:
    expected = twins.slow_tokens_as_is(data.decode(errors="replace"))
    found = kernel_tokens(data, 0, len(data))
    assert [value for value, _, _ in found] == [twins.slow_token_hash(token) for token, _, _ in expected]
    assert all(0 <= start < stop <= len(data) for _, start, stop in found)
    # What stands around a text is never looked at.
    assert kernel_tokens(around + data + around, len(around), len(around) + len(data)) == found
    table = shingles.token_table()
    with np.errstate(over="ignore"):
        alone = kernels.quick_check(np.frombuffer(data, np.uint8), np.array([0, len(data)]), table)
        offsets = np.array([len(around), len(around) + len(data)])
        amid = kernels.quick_check(np.frombuffer(around + data + around, np.uint8), offsets, table)
    assert alone.tolist() == amid.tolist()
    assert data.decode(errors="ignore").encode() == data or not alone[0]


def test_ascii_words_of_every_length_at_every_place() -> None:
    words = ["abcdefghijklmnopqrstuvwxyz0123456789"[:length] for length in range(1, 36)]
    for before in range(10):
        for after in ("", " ", "é", " é", "·........"):
            text = " " * before + (after + " " * before).join(words) + after
            assert tokens_of(text) == hashed(twins.slow_tokens(text))


@settings(deadline=None)
@given(st.lists(st.none() | texts, max_size=6), st.integers(0, 6), st.integers(0, 6))
def test_columns(items: list[str | None], start: int, length: int) -> None:
    part = column(*items).slice(min(start, len(items)), length)
    expected = [hashed(twins.slow_tokens(text)) if text else [] for text in part.to_pylist()]
    found = shingles.tokenize(shingles.nfc(part))
    assert np.diff(found.offsets).tolist() == [len(tokens) for tokens in expected]
    flat = [token for tokens in expected for token in tokens]
    assert triples(found.values, found.starts, found.stops) == flat


def test_types_and_nulls() -> None:
    for texts_ in (column(), column(None, None), column("", None), column("a b", None).slice(1)):
        found = shingles.tokenize(shingles.nfc(texts_))
        assert found.offsets.tolist() == [0] * (len(texts_) + 1)
        dtypes = [array.dtype for array in (found.values, found.offsets, found.starts, found.stops)]
        assert dtypes == [np.uint32, np.int64, np.int32, np.int32]
    # Bytes under a null mean nothing.
    hidden = pa.LargeStringArray.from_buffers(
        2, pa.py_buffer(np.array([0, 4, 6])), pa.py_buffer(b"e\xcc\x81 bc"), pa.py_buffer(b"\x02"), 1
    )
    assert hidden.to_pylist() == [None, "bc"]
    assert shingles.nfc(hidden) is hidden
    assert shingles.tokenize(hidden).offsets.tolist() == [0, 0, 1]


def test_arrays_grow_when_tokens_are_short() -> None:
    articles = ["a b c d e f g h i j" * 5, "", "中文" * 50] * 20
    found = shingles.tokenize(column(*articles))
    assert np.diff(found.offsets).tolist() == [len(twins.slow_tokens(text)) for text in articles]


@pytest.mark.parametrize("lengths", [[10, 1000, 900, 40, 2000], [0, 1, 0, 2], [500, 1]])
def test_room_for_texts_that_are_read_in_one_pass_grows(lengths: list[int]) -> None:
    texts_ = column(*("a " * length for length in lengths))
    data, offsets, _ = shingles.text_buffers(texts_)
    with np.errstate(over="ignore"):
        found = reading._tokenize(data, offsets, shingles.token_table())
    assert found[1].tolist() == np.cumsum([0, *lengths]).tolist()
    alone = shingles.tokenize(texts_)
    for mine, theirs in zip(found, (alone.values, alone.offsets, alone.starts, alone.stops), strict=True):
        assert mine[: len(theirs)].tolist() == theirs.tolist()


def test_an_article_too_long_for_its_spans_is_refused() -> None:
    # Memory that is never touched: the refusal comes before anything is read.
    zeros = pa.py_buffer(np.zeros(2**31, np.uint8))
    claimed = pa.LargeStringArray.from_buffers(1, pa.py_buffer(np.array([0, 2**31])), zeros)
    with pytest.raises(ArgumentError, match="less than 2 GiB of text, got 2147483648 bytes"):
        shingles.tokenize(claimed)


@settings(deadline=None, max_examples=examples(300))
@given(st.lists(st.none() | texts, max_size=4))
def test_nfc(items: list[str | None]) -> None:
    before = column(*items)
    after = shingles.nfc(before)
    assert after.type == pa.large_string()
    assert after.to_pylist() == [text and unicodedata.normalize("NFC", text) for text in items]


@given(texts)
@example("e\u0301 \u0323\u0307")
def test_one_text_is_looked_at_as_a_column_of_one(text: str) -> None:
    data, offsets = shingles.buffers_of(text)
    expected, bounds, _ = shingles.text_buffers(shingles.nfc(column(text)))
    assert bytes(data[offsets[0] : offsets[1]]) == bytes(expected[bounds[0] : bounds[1]])
    assert offsets.dtype == bounds.dtype
    assert not data.flags.writeable
    assert not offsets.flags.writeable


def test_nfc_returns_the_same_object_when_nothing_fails() -> None:
    # The last two: letters between two marks let them stand in any order.
    plain = column("Plain", None, "déjà vu “quoted”", "新闻", "समाचार", "z\u0315abcdefgh\u0316", "z\u0315é\u0316")
    assert shingles.nfc(plain) is plain
    assert shingles.nfc(plain.slice(1, 3)).to_pylist() == [None, "déjà vu “quoted”", "新闻"]
    assert shingles.nfc(column("e\u0301", "z").slice(1)).to_pylist() == ["z"]


@unicode_14
def test_quick_check_says_yes_to_normal_forms_only() -> None:
    marks = [char for char in ASSIGNED if unicodedata.combining(char)]
    draw = random.Random(1)
    cases = ASSIGNED + ["a" + "".join(draw.choices(marks, k=3)) for _ in range(5000)]
    cases += [draw.choice(ASSIGNED) + draw.choice(marks) + draw.choice(ASSIGNED) for _ in range(5000)]
    data, offsets, _ = shingles.text_buffers(column(*cases))
    with np.errstate(over="ignore"):
        certain = kernels.quick_check(data, offsets, shingles.token_table()).tolist()
    for text, says in zip(cases, certain, strict=True):
        assert not says or unicodedata.is_normalized("NFC", text), ascii(text)
    # And it is of use: of the single characters, only those that NFC changes or may join fail.
    assert sum(certain[: len(ASSIGNED)]) > 0.9 * len(ASSIGNED)


@pytest.mark.skipif(numba.config.DISABLE_JIT, reason="of so many words compiled kernels say the same sooner")
def test_hashes_spread() -> None:
    words = [f"{stem}{number}" for stem in ("", "a", "abcdefg", "abcdefgh", "नम") for number in range(20_000)]
    words += [f"{number:016d}" for number in range(20_000)] + [chr(code) for code in range(0x4E00, 0x9FA6)]
    found = shingles.tokenize(column(" ".join(words))).values
    assert len(found) == len(words)
    # n^2 / 2^33 pairs of 32-bit hashes collide by chance: 2.3 here.
    assert len(words) - len(np.unique(found)) < 12
    bits = np.unpackbits(found.view(np.uint8).reshape(-1, 4), axis=1).mean(axis=0)
    assert abs(bits - 0.5).max() < 0.01


def test_every_letter_moves_every_bit() -> None:
    for length in (1, 5, 7, 8, 9, 16, 23):
        for place in range(length):
            words = ["e" * place + char + "e" * (length - place - 1) for char in "abcdefghijklmnop"]
            found = shingles.tokenize(column(" ".join(words))).values
            flipped = np.unpackbits((found[:-1] ^ found[1:]).view(np.uint8)).mean()
            assert 0.4 < flipped < 0.6


@pytest.mark.parametrize("before", ["", "a", "\u0301a"])
def test_marks_are_crowded_from_one_too_many_on(before: str) -> None:
    texts = [(before + "\u0301" * size).encode() for size in (shingles.MARKS, shingles.MARKS + 1)]
    data, offsets = np.frombuffer(b"".join(texts), np.uint8), np.cumsum([0, *map(len, texts)])
    with wrapping():
        found = kernels.crowded(data, offsets, np.arange(2), shingles.MARKS, shingles.token_table())
    assert found.tolist() == [False, True]


def test_rules_are_frozen() -> None:
    """Stored signatures depend on these bytes: whoever changes them changes TOKEN_RULES."""
    digest = hashlib.sha256()
    arrays = shingles.token_table()._asdict()
    assert arrays.pop("secret").tolist() == [0, 0]
    for name, array in arrays.items():
        digest.update(f"{name} {array.dtype.str} {array.size}\n".encode())
        digest.update(array.tobytes())
    assert shingles.TOKEN_RULES == "unicode14/1"  # noqa: S105
    assert shingles.MARKS == 30
    assert digest.hexdigest() == "d12bd51e849acb6dbf9915b63dcf09bb47bca47a5e6273c1b9d413cfd8a99d9a"
    assert hashes_of("The Straße 新聞 समाचार") == [2995564543, 2466630819, 1208766851, 269476530, 3777786668]
    assert hashes_of("internationalization") == [3754523677]
