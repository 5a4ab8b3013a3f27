"""What each rule of confirmation says on both sides of its bounds: `fixtures/verdicts.txt` was read by people.

`VERDICTS=write pytest -n 0 tests/test_rules.py` writes it anew; read what has changed before it is kept.
"""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from dedup.stages import confirm
from dedup.stages.confirm import rules
from dedup.stages.confirm.evidence import Evidence
from dedup.stages.confirm.reasons import reasons, reasons_of_each

GOLDEN = Path(__file__).parent / "fixtures" / "verdicts.txt"
COPY = {
    "tokens_a": 200, "tokens_b": 200, "distinct_a": 196, "distinct_b": 196, "shared": 180, "aligned": 190,
    "longest": 100,
    "head": 0, "numbers": 0, "worded": 0, "names": 0, "subjects": 0, "titled": 0, "offset": 0, "headless": False,
    "common": 0, "agreement": 1.0, "support": 0.8, "support_high": 0.9, "renumbered": False, "days": np.nan,
    "noted": False,
}  # fmt: skip
EXCERPT = {"tokens_b": 600, "distinct_b": 596}
STRANGE = {"agreement": 0.2, "support": 0.1, "support_high": 0.2}
CASES = {
    "a copy, and the same tokens": [{}, {"aligned": 200}, {"aligned": 200, "tokens_b": 201}],
    "no words": [{"tokens_a": 0, "aligned": 0, "shared": 0}, {"tokens_a": 0, "tokens_b": 0, "aligned": 0, "shared": 0}],
    "too little shared to look": [{"aligned": -1, "shared": 9}],
    "covered": [{"aligned": at, "shared": 150} for at in (170, 169, 100, 99)],
    "covered with words of the headline, or out of order": [
        {"aligned": 165, "titled": 5, "shared": 150}, {"aligned": 165, "titled": 4, "shared": 150},
        {"aligned": 100, "shared": 167}, {"aligned": 100, "shared": 166},
        {"aligned": 100, "shared": 167, "distinct_b": 300},
    ],
    "an excerpt from a quarter more on": [
        {"tokens_b": 250}, {"tokens_b": 251}, {"tokens_a": 251, "distinct_a": 250}, {**EXCERPT, "offset": 19},
        {**EXCERPT, "headless": True, "offset": 19}, {**EXCERPT, "headless": True, "offset": 20},
    ],
    "a part": [
        {"tokens_a": 80, "aligned": 40, "longest": 20, "shared": 40},
        {"tokens_a": 78, "aligned": 39, "longest": 20, "shared": 40},
        {"aligned": 100, "longest": 70, "shared": 100}, {"aligned": 100, "longest": 69, "shared": 100},
    ],
    "one number in so much text": [
        {"numbers": 1, "aligned": 70, "tokens_a": 70, "tokens_b": 70},
        {"numbers": 1, "aligned": 69, "tokens_a": 70, "tokens_b": 70},
        {"worded": 1, "aligned": 53, "tokens_a": 55, "tokens_b": 55},
        {"worded": 1, "aligned": 52, "tokens_a": 55, "tokens_b": 55},
        {"numbers": 3, "common": 9}, {"numbers": 2, "common": 0}, {"numbers": 3, "common": 10},
        {"numbers": 3, "aligned": 209, "tokens_a": 220, "tokens_b": 220, "common": 20},
        {"numbers": 3, "aligned": 210, "tokens_a": 220, "tokens_b": 220, "common": 20},
    ],
    "one name in so much text": [
        {"names": 1, "aligned": 25, "tokens_a": 25, "tokens_b": 25},
        {"names": 1, "aligned": 24, "tokens_a": 25, "tokens_b": 25},
        {"names": 7}, {"names": 8}, {"names": 9}, {"names": 10},
    ],
    "a series": [
        {"renumbered": True}, {"renumbered": True, "numbers": 1}, {"renumbered": True, "numbers": 1, "agreement": 0.6},
        {"renumbered": True, "numbers": 1, "agreement": 0.59}, {"names": 1, "subjects": 1},
        {"names": 1, "renumbered": True},
        {"worded": 1, "renumbered": True},
    ],
    "an update": [{"noted": True, "numbers": 1}, {"noted": True, "numbers": 1, "aligned": 200}],
    "short texts": [
        {"tokens_a": 29, "aligned": 29, "agreement": 0.65}, {"tokens_a": 29, "aligned": 29, "agreement": 0.64},
        {"tokens_a": 30, "aligned": 30, "agreement": 0.64}, {"tokens_a": 1, "aligned": 1, "shared": 0},
        {"tokens_a": 1, "aligned": 1, "distinct_a": 1, "shared": 1},
        {"tokens_b": 1, "aligned": 1, "distinct_b": 0, "shared": 0},
    ],
    "walls": [
        STRANGE, {**STRANGE, "support": 0.25}, {**STRANGE, "support_high": 0.5}, {**STRANGE, "support_high": 0.49},
        {**STRANGE, "agreement": 0.34}, {**STRANGE, "agreement": 0.33},
        {**STRANGE, **EXCERPT, "support_high": 0.25}, {**STRANGE, **EXCERPT, "support_high": 0.24},
        {**STRANGE, "aligned": 249, "tokens_a": 260, "tokens_b": 260},
        {**STRANGE, "aligned": 250, "tokens_a": 260, "tokens_b": 260},
        {"agreement": 0.2, "days": 30.0}, {"agreement": 0.2, "days": 30.4}, {"agreement": 0.4, "days": 99.0},
    ],
    "galleries": [
        {"agreement": 0.2, "head": 30, "longest": 114}, {"agreement": 0.2, "head": 29, "longest": 114},
        {"agreement": 0.2, "head": 30, "longest": 113}, {"agreement": 0.34, "head": 30, "longest": 114},
    ],
    "below the threshold": [{"aligned": 170, "shared": 100}, {"aligned": 169, "shared": 100}],
    "strength": [{"shared": 138}, {"shared": 137}, {**EXCERPT, "shared": 117}, {**EXCERPT, "shared": 118}],
}  # fmt: skip


def evidence(case: dict[str, object]) -> Evidence:
    return Evidence(**{field.name: np.array([{**COPY, **case}[field.name]]) for field in fields(Evidence)})


def said(case: dict[str, object], threshold: float = 0.6) -> str:
    found = evidence(case)
    (relation,), (strength,) = rules.decide(found, threshold)
    item = ", perhaps an item" if rules.items(found, np.array([relation]))[0] else ""
    facts = ", ".join(name for name in ("suspect", "disputed") if getattr(rules, name)(found)[0])
    told = "; ".join(reasons(found, relation, strength, threshold))
    return f"{rules.RELATIONS[relation]} {strength:.3f}{item} ({facts or 'plain'}): {told}"


def test_each_rule_on_both_sides_of_its_bounds():
    told = "".join(
        f"## {heading}: {' '.join(f'{name}={value}' for name, value in case.items())}\n{said(case)}\n"
        for heading, cases in CASES.items()
        for case in cases
    )
    if os.environ.get("VERDICTS") == "write":
        GOLDEN.write_text(told, encoding="utf-8")
    for got, known in zip(told.split("## "), GOLDEN.read_text(encoding="utf-8").split("## "), strict=True):
        assert got == known


def test_of_many_pairs_each_is_told_as_it_is_alone():
    each = [evidence(case) for cases in CASES.values() for case in cases]
    every = Evidence(
        **{field.name: np.concatenate([getattr(one, field.name) for one in each]) for field in fields(Evidence)}
    )
    relations, strengths = rules.decide(every, 0.6)
    told = reasons_of_each(every, relations.tolist(), strengths.tolist(), 0.6)
    assert told == [reasons(*one, 0.6) for one in zip(each, relations, strengths, strict=True)]


@pytest.mark.parametrize("relation", [rules.LINKED, rules.UNLINKED, rules.IDENTICAL])
def test_what_needs_no_evidence_is_told(relation):
    (told,) = reasons(evidence({}), relation, 1.0, 0.6)
    assert told in {"links say that the two belong together", "links say that the two do not belong together",
                    "both have the same tokens in the same order"}  # fmt: skip


def test_relations_match_and_join():
    codes = np.arange(len(rules.RELATIONS), dtype=np.int8)
    named = np.array(rules.RELATIONS)
    assert set(named[confirm.matching(codes)]) == {"identical", "copy", "excerpt", "linked", "revision"}
    assert set(named[confirm.joins(codes, revisions=False)]) == {"identical", "copy", "excerpt", "linked"}
    assert set(named[confirm.joins(codes, revisions=True)]) == {"identical", "copy", "excerpt", "linked", "revision"}
