"""What the user says on the command line about the articles."""

from __future__ import annotations

import json
from pathlib import Path

from dedup.articles import fields as field_rules
from dedup.articles import zones as zone_rules
from dedup.errors import ArgumentError, InputError


def fields(options: list[str] | None) -> dict[str, str]:
    """Read `--field OURS=THEIRS`.

    Raises:
        ArgumentError: One has no two sides, or names a field that articles do not have.
    """
    for each in options or ():
        if not all(each.partition("=")):
            raise ArgumentError(f"--field must look like text=body, got {each!r}")
    return dict(field_rules.given(dict(each.split("=", 1) for each in options or ())))


def zones(options: list[str] | None, file: str | None) -> dict[str, str]:
    """Read `--zone [OUTLET=]ZONE` and `--zones FILE`; what stands on the command line wins.

    Raises:
        ArgumentError: An option has a side that is empty, or what it names is no zone.
        InputError: The file is no JSON object of texts.
    """
    given = _in_file(file) if file else {}
    for each in options or ():
        outlet, equals, zone = each.rpartition("=")
        if not zone or (equals and not outlet):
            raise ArgumentError(f"--zone must look like 'Al Arabiya=Asia/Dubai', or 'Asia/Dubai' for all, got {each!r}")
        given[outlet or "*"] = zone
    zone_rules.checked(given)
    return given


def _in_file(path: str) -> dict[str, str]:
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f"{path}: --zones cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: --zones must be a JSON object: {error}") from error
    if not isinstance(found, dict) or not all(isinstance(zone, str) for zone in found.values()):
        raise InputError(
            f'{path}: --zones must be a JSON object of outlets and zones, as in {{"Al Arabiya": "Asia/Dubai"}}'
        )
    return found
