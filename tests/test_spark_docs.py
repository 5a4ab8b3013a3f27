"""The programs of the page on Spark, taken from there and run."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import spark_kit

import dedup

spark_kit.require()

pytestmark = pytest.mark.spark
PAGE = (Path(__file__).parent.parent / "docs" / "how-to" / "spark.md").read_text(encoding="utf-8")


def test_the_programs_of_the_page(newsroom, tmp_path):
    programs = re.findall(r"(?ms)^```python\n(.*?)^```$", PAGE)
    program = "\n".join(programs).replace("s3://bucket", str(tmp_path))
    assert str(tmp_path) in program
    with spark_kit.session("local[2]") as spark:
        some = newsroom.batch.table.slice(0, 20)
        df = spark.createDataFrame(some)
        names = {"df": df, "np": np, "row": dedup.spark.signatures(df, work_dir=str(tmp_path / "signed")).first()}
        exec(program, names)  # noqa: S102 - our own page
        kept = {row["id"] for row in names["rows"].where("canonical").select("id").collect()}
    assert kept == {article.id for article in dedup.find_duplicates(some).unique}
    assert names["body"].shape == (128,)
