"""What the tests of the border share."""

import re

import pyarrow as pa
from hypothesis import strategies as st

from dedup.articles.article import FIELDS, Batch, coerce

TEXT = pa.large_string()

# Any string Python can hold, lone surrogates included, often near the ones that matter.
strings = st.text() | st.text(st.sampled_from("a \n\r\t\"',<>/&\\\0é\u2028\ud83d\ude00\ud800\ufffd"))
values = st.none() | strings
records = st.lists(
    st.dictionaries(st.sampled_from(FIELDS), values).map(lambda record: {"title": None} | record), max_size=8
)


def rows(batch: Batch) -> list[dict[str, str | None]]:
    assert batch.table.schema == pa.schema([(field, TEXT) for field in FIELDS])
    batch.table.validate(full=True)
    return batch.table.to_pylist()


def text_of(value: object) -> str | None:
    """Coerce one text."""
    return rows(coerce([{"id": "a", "text": value}]))[0]["text"]


def repaired(text: str) -> str:
    """Join surrogate pairs and replace lone surrogates, the slow way."""
    joined = re.sub(
        "[\ud800-\udbff][\udc00-\udfff]",
        lambda pair: chr(0x10000 + ((ord(pair[0][0]) - 0xD800) << 10) + ord(pair[0][1]) - 0xDC00),
        text,
    )
    return re.sub("[\ud800-\udfff]", "\ufffd", joined)
