"""JSONL: what is a line, and the fast path beside the slow one."""

import json
import tempfile
from pathlib import Path

import pytest
from effort import examples
from formats_kit import _in_an_empty_folder, blocks_of, column, put, told  # noqa: F401 - fixtures
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dedup.articles.article import FIELDS
from dedup.articles.columns import SCHEMA
from dedup.errors import InputError
from dedup.formats import jsonl, read, sniffing
from dedup.formats.plainlines import PlainLines

# --- JSONL: what is a line, and what is wrong with it ------------------------------------------------


@pytest.mark.parametrize("size", [1, 7, 1 << 23])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_lines_are_counted_from_one(size, end, last, bom):
    lines = ['{"id": "a"}', "", "nonsense", '{"id": "b"}', " ", "[1]", '{"id": "c", "title": {"x": 1}}']
    put("a.jsonl", bom + end.join(lines) + (end if last else ""))
    with blocks_of(size):
        batch = read("a.jsonl")
    assert column(batch, "id") == ["a", "b", "c"]
    assert told(batch) == [
        "a.jsonl:3: not JSON (Expecting value at column 1); left out",
        "a.jsonl:6: not a JSON object; left out",
        "a.jsonl:7: title must be text, got dict; left empty",
    ]
    assert [problem.skipped for problem in batch.problems] == [True, True, False]


BAD_LINES = {
    '{"id": "a"': "not JSON (Expecting ',' delimiter at column 11); left out",
    '{"id": "a",}': "not JSON (",
    '{"id": "a"} {"id": "b"}': "not JSON (Extra data at column 13); left out",
    "{'id': 'a'}": "not JSON (Expecting property name enclosed in double quotes at column 2); left out",
    '{"id": "a\tb"}': "not JSON (Invalid control character at column 10); left out",
    '{"id": /*c*/ "a"}': "not JSON (Expecting value at column 8); left out",
    "null": "not a JSON object; left out",
    '"text"': "not a JSON object; left out",
    b'{"id": "\xff"}': "not UTF-8 (byte 0xff at column 9); left out",
    b'{"id": "\xed\xa0\x80"}': "not UTF-8 (byte 0xed at column 9); left out",
    b'{"other": "\xff", "id": "a"}': "not UTF-8 (byte 0xff at column 12); left out",
    '{"title": ' + "[" * 100_000 + "]" * 100_000 + "}": "not readable (nested too deep); left out",
}


@pytest.mark.parametrize("line", BAD_LINES, ids=range(len(BAD_LINES)))
def test_a_bad_line_is_told_or_raised(line):
    data = line.encode() if isinstance(line, str) else line
    put("a.jsonl", b'{"id": "x"}\n' + data + b'\n{"id": "y"}\n')
    batch = read("a.jsonl")
    assert column(batch, "id") == ["x", "y"]
    (problem,) = batch.problems
    assert problem.where == "a.jsonl:2"
    assert problem.what.startswith(BAD_LINES[line])
    assert problem.skipped
    with pytest.raises(InputError) as caught:
        read("a.jsonl", strict=True)
    assert str(caught.value) == str(problem)


GOOD_LINES = {
    '{"id": "a", "id": "b"}': "b",
    '{"id": 7}': "7",
    '{"id": -0}': "0",
    '{"id": 1.0}': "1.0",
    '{"id": true}': "True",
    '{"id": NaN, "url": "u"}': "u",
    '{"id": ' + "9" * 5000 + "}": "9" * 5000,
    '{"id": "a", "other": ' + "9" * 5000 + "}": "a",
    '{"id": "a", "other": [NaN, -Infinity, 1e999]}': "a",
    '{"id": "a", "other": -NaN}': "a",
    '{"id": "a", "other": ' + "[" * 100_000 + "]" * 100_000 + "}": "a",
    '{"id": "\\ud800"}': "\ufffd",
    '{"id": "\\ud83d\\ude00"}': "\U0001f600",
    '{"id": "a\\u0000b\\n"}': "a\0b\n",
    '{"i\\u0064": "a"}': "a",
    ' {"id": "a"} ': "a",
    '{"id": "' + "x" * 3_000_000 + '"}': "x" * 3_000_000,
}


@pytest.mark.parametrize("beside", ["", '{"id": "z", "title": ["makes pyarrow fail"]}\n'], ids=["alone", "slowly"])
@pytest.mark.parametrize("line", GOOD_LINES, ids=range(len(GOOD_LINES)))
def test_a_good_line_is_read(line, beside):
    put("a.jsonl", beside + line)
    batch = read("a.jsonl")
    assert column(batch, "id")[-1] == GOOD_LINES[line]
    assert len(batch.problems) == bool(beside)


def test_integers_are_text_whatever_the_first_line_says():
    lines = [{"id": 1}, {"id": "x"}, {"id": None, "url": "u"}, {"id": 2**63}, {"id": 4}]
    put("a.jsonl", "\n".join(map(json.dumps, lines)))
    for size in (1, 1 << 20):
        with blocks_of(size):
            assert column(read("a.jsonl"), "id") == ["1", "x", "u", str(2**63), "4"]


@pytest.mark.parametrize("data", ["", "\n\n", "\ufeff", " \r\n"])
@pytest.mark.parametrize("ending", [".jsonl", ".json"])
def test_no_lines_no_articles(data, ending):
    batch = read(put("a" + ending, data))
    assert len(batch) == 0
    assert batch.problems == ()


@pytest.mark.parametrize("size", [1, 1 << 20])
def test_no_field_of_an_article(size):
    put("a.jsonl", '{"colour": "x"}\n{"shade": "y"}')
    with (
        blocks_of(size),
        pytest.raises(InputError, match=r"^a\.jsonl: .*text.* found are 'colour', 'shade'$"),
    ):
        read("a.jsonl")
    put("a.jsonl", '{"colour": "x"}\n{"text": null}')
    with blocks_of(size):
        assert len(read("a.jsonl")) == 2


# --- JSONL: the fast path and the slow path are one -------------------------------------------------

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.text(st.sampled_from('a"\\/\n\r\t\0\x7fé\u2028\ud83d\ude00\ud800'))
)
json_values = scalars | st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=4,
)
objects = st.dictionaries(st.sampled_from(FIELDS), st.text() | json_values, max_size=4)
mostly_text = st.dictionaries(st.sampled_from((*FIELDS, "other")), st.none() | st.text(), min_size=1)
written = st.builds(
    lambda value, ascii_, gaps: json.dumps(value, ensure_ascii=ascii_, separators=gaps).encode(
        "utf-8", "surrogatepass"
    ),
    mostly_text | objects | json_values,
    st.booleans(),
    st.sampled_from([(",", ":"), (", ", ": ")]),
)
odd = st.sampled_from([line.encode() if isinstance(line, str) else line for line in (*BAD_LINES, *GOOD_LINES)])
garbled = st.text(st.sampled_from('{}[]",:\\ \r\t\x0b\x0c\0/*#idtrue0-1.e+NaInf\ufeff'), max_size=12).map(str.encode)
mutated = st.builds(
    lambda line, place, byte: line[: place % (len(line) + 1)] + byte + line[place % (len(line) + 1) :],
    written,
    st.integers(0, 200),
    st.sampled_from([bytes([byte]) for byte in b'{}[]",:\\ \r\t\x0b\0/01.eE+-NI\xff\xed\x80']),
)
lines_of_json = st.lists(written | mutated | garbled | odd.filter(lambda line: len(line) < 1000), max_size=6)


@pytest.mark.kernels
@settings(max_examples=examples(1000, uncompiled=60), deadline=None)
@given(lines_of_json, st.sampled_from([b"\n", b"\r\n"]), st.booleans())
@example([b'{"id": "a", "other": [' + b'{"x": [' * 40 + b"1" + b"]}" * 40 + b", {}, []]}"], b"\n", True)
@example([b'{"id": "\\n\\r\\"\\\\\\/\\t\\b\\f\\u00E9\\ud83d\\ude00\\u0000"}'], b"\n", False)
@example([b'{"id": -0.5e+07, "url": "u", "title": Infinity}', b'{"id": 0, "x": -Infinity, "url": 12}'], b"\r\n", False)
@example([b'{"id": "\\u007f\\u0080\\u07ff\\u0800\\uffff\\ud800\\udc00"}'], b"\n", False)
@example([b'{"id": "\\u00g0"}'], b"\n", False)
@example([b'{"id": "\\ud800\\u00g0"}'], b"\n", False)
@example([b'{"x": [0, 00]}'], b"\n", False)
@example([b'{"id": "a", "id": "b"}'], b"\n", False)
@example([b'{"id": "a", "url": ""}', b'{"id": "b"}', b'{"url": "u"}'], b"\n", False)
@example([b'{"id": 7.5, "url": 12, "title": 1e3}'], b"\n", False)
@example([b'{"id":"a"}{"id":"b"}', b'{"id":', b'"c"}'], b"\n", False)
@example([b'{"id":"a"} {"x":', b"{}}"], b"\n", False)
def test_the_fast_path_reads_as_the_slow_one(lines, newline, end):
    data = newline.join(lines) + (newline if end else b"")
    plan = sniffing.sniff(data)
    fast = jsonl._read_fast(data, plan) if data else None
    slow = jsonl._read_slowly(data, plan)
    if fast is not None:
        fast.validate(full=True)
        assert slow.faults == []
        assert fast == slow.table
        assert fast.schema == SCHEMA


@pytest.mark.kernels
def test_no_line_is_plain_that_is_cut_or_broken():
    line = (
        '{"id": "\\ud83d\\ude00\\u00e9\\n", "a": [{"b": {"c": [1.5e-3, true, "g"]}, "d": []}, null], "e": -12, "f": {}}'
    )
    data = line.encode()
    assert PlainLines.of(data, ["id", "e"]).strings(1).to_pylist() == ["-12"]
    broken = [data[:cut] for cut in range(1, len(data))]
    broken += [data[:place] + b"!" + data[place + 1 :] for place, byte in enumerate(data) if byte in b'{}[]:,"\\u8.-']
    for less in broken:
        try:
            json.loads(less)
        except ValueError:
            assert PlainLines.of(less, ["id", "e"]) is None


@settings(max_examples=examples(300, uncompiled=40), deadline=None)
@given(lines_of_json, st.integers(1, 60))
def test_blocks_do_not_show(lines, size):
    data = b"\n".join(lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "a.jsonl")
        path.write_bytes(data)
        results = []
        for block in (size, 1 << 20):
            with blocks_of(block):
                try:
                    results.append(read(path))
                except InputError as error:
                    results.append(str(error))
    assert results[0] == results[1]


@pytest.mark.kernels
def test_ordinary_lines_take_the_fast_path(monkeypatch):
    def fail(*_):
        raise AssertionError

    monkeypatch.setattr(jsonl, "_read_slowly", fail)
    put("a.jsonl", '{"id": 1, "text": "xy", "other": {"y": [1]}}\r\n{"id": 2, "text": "caf\u00e9"}\r\n')
    assert column(read("a.jsonl"), "id") == ["1", "2"]
