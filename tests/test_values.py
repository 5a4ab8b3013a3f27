"""What the stages hand on."""

from __future__ import annotations

from dataclasses import is_dataclass
from functools import cached_property
from importlib import import_module
from pkgutil import walk_packages

import pytest

import dedup
from dedup import stages


def test_values_of_the_stages_cannot_be_changed():
    names = [one.name for one in walk_packages(stages.__path__, "dedup.stages.") if "_kernels" not in one.name]
    values = [one for name in names for one in vars(import_module(name)).values() if isinstance(one, type)]
    kinds = {kind for kind in values if is_dataclass(kind)}
    assert len(kinds) > 15
    changing = {f"{kind.__module__}.{kind.__name__}" for kind in kinds if not kind.__dataclass_params__.frozen}
    assert changing == {"dedup.stages.canonical.evidence.Evidence", "dedup.stages.canonical.outlets.Outlet"}
    for kind in kinds:
        cached = any(isinstance(one, cached_property) for one in vars(kind).values())
        assert cached or "__slots__" in vars(kind)
    with pytest.raises(TypeError, match="positional"):
        dedup.Member("a")
