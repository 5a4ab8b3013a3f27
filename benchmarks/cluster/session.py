"""A Spark of this machine for measurements, with the settings of `dedup find --engine spark`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import spark_kit

from dedup.engines.spark.local import SETTINGS

session, differences = spark_kit.session, spark_kit.differences
MASTERS = ("local[2]", "local-cluster[2,1,1024]")
USUAL = SETTINGS | {"spark.ui.liveUpdate.period": "0"}
"""Those of `dedup find --engine spark`, and that what is shuffled is known at once."""
