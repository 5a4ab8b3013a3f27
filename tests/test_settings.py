"""Settings take numbers of any kind, and name what is none."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import dedup
from dedup.errors import ArgumentError

ARTICLES = [{"id": "a", "text": "The ferry to Port Alden will run again on Monday."}]


@pytest.mark.parametrize(
    ("arguments", "rule"),
    [
        ({"threshold": "0.5"}, "threshold must be above 0 and at most 1, got '0.5'"),
        ({"threshold": True}, "threshold must be above 0 and at most 1, got True"),
        ({"threshold": Decimal("0.5")}, "threshold must be above 0 and at most 1"),
        ({"recall": None}, "recall must be between 0 and 1, got None"),
        ({"revisions": "no"}, "revisions must be True or False, got 'no'"),
        ({"window": "2 fortnights"}, "window must be a span of time"),
    ],
)
def test_a_value_of_the_wrong_kind_is_named(arguments, rule):
    with pytest.raises(ArgumentError) as told:
        dedup.Settings(**arguments)
    assert str(told.value).startswith(rule)


@pytest.mark.parametrize("half", [0.5, np.float32(0.5), np.float64(0.5), Fraction(1, 2)])
def test_numbers_of_any_kind_are_kept_as_json_has_them(half):
    settings = dedup.Settings(threshold=half, recall=half)
    assert settings == dedup.Settings(threshold=0.5, recall=0.5)
    assert dedup.Settings(**json.loads(json.dumps(settings.recipe))) == settings


@pytest.mark.parametrize(
    "use",
    [
        lambda given: dedup.find_duplicates(ARTICLES, given),
        lambda given: dedup.compare(ARTICLES[0], ARTICLES[0], settings=given),
        lambda given: dedup.estimate_recall([["a"]], ARTICLES, given),
        lambda given: dedup.tune(ARTICLES, {"a": "x"}, settings=given),
        lambda given: dedup.Index(None, given),
    ],
)
@pytest.mark.parametrize("given", [0.7, {"threshold": 0.5}])
def test_what_are_no_settings_is_refused(use, given):
    with pytest.raises(ArgumentError, match="settings must be Settings, got"):
        use(given)


def test_furniture_and_rules_of_another_kind_are_refused_at_once():
    for use in (dedup.find_duplicates, lambda _, furniture: dedup.Index(furniture=furniture)):
        with pytest.raises(
            ArgumentError, match=r"furniture must be Furniture, as Furniture.load gives it, got 'f.npz'"
        ):
            use(ARTICLES, furniture="f.npz")
    with pytest.raises(ArgumentError, match="furniture must be Furniture"):
        dedup.compare(ARTICLES[0], ARTICLES[0], furniture="f.npz")
    for canonical in ("earliest", None):
        with pytest.raises(ArgumentError, match="canonical must be a rule such as"):
            dedup.find_duplicates(ARTICLES, canonical=canonical)
