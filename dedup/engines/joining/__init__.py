"""New texts to clusters of an earlier result, which are never taken apart, merged or given another centre.

The law: an exact copy of an earlier text joins its cluster. Any other text is compared with the centre of each
earlier cluster that it shares a band or a passage with any text of, and joins the strongest that it matches; of
equals, the one of the least id.
"""

from dedup.engines.joining.agreeing import agreed, named_apart, numbered_apart
from dedup.engines.joining.joining import Joining

__all__ = ["Joining", "agreed", "named_apart", "numbered_apart"]
