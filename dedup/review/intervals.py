"""How sure a share is: Wilson's interval."""

from __future__ import annotations

import math
from dataclasses import dataclass

_Z = 1.959964
"""The standard normal deviate of 95 %."""


@dataclass(frozen=True, slots=True)
class Share:
    """So much of so much, with its 95 % interval after Wilson (1927).

    Attributes:
        hits: What was right.
        total: Out of how much; may be an effective size where observations have weights.
    """

    hits: float
    total: float

    @property
    def value(self) -> float:
        """The share; 1 where there was nothing to get wrong."""
        return self.hits / self.total if self.total else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """The bounds that hold the true share 95 times in 100; (0, 1) where nothing was seen."""
        if not self.total:
            return 0.0, 1.0
        share, n = self.value, self.total
        middle = (share + _Z * _Z / (2 * n)) / (1 + _Z * _Z / n)
        half = _Z / (1 + _Z * _Z / n) * math.sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
        return max(0.0, min(middle - half, share)), min(1.0, max(middle + half, share))

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.value:.3f} [{low:.3f}, {high:.3f}]"
