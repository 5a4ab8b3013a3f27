"""A Spark of this machine for measurements, with the settings of the tests and of `dedup find --engine spark`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import spark_kit

session, differences = spark_kit.session, spark_kit.differences
MASTERS = ("local[2]", "local-cluster[2,1,1024]")
USUAL = {"spark.driver.memory": "2g", "spark.ui.liveUpdate.period": "0"}  # the latter for what is shuffled
"""Settings for runs of some size."""
