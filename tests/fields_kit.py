"""What the tests of the field mapping share."""

import dataclasses
import json
from pathlib import Path

FIXTURES = Path(__file__).parent / "fixtures" / "fields"
ORIGINAL = "https://northern-wire.example/2025/03/04/ferry-port-alden"
TEXT = "The ferry to Port Alden will run again on Monday."


def filled(batch, row: int = 0) -> dict[str, str]:
    """The fields of an article that have a value, without an id that was made."""
    found = {field: value for field, value in dataclasses.asdict(batch.article(row)).items() if value is not None}
    return found if batch.mappings[0]["id"].paths else {field: found[field] for field in found if field != "id"}


def fixture(name: str) -> dict:
    return json.loads((FIXTURES / name).read_text(encoding="utf-8"))
