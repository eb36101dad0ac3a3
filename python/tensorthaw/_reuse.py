"""The third answer to whether a variable scope reuses variables."""

import enum


class _ReuseMode(enum.Enum):
    """Values of a scope's `reuse` beside None, False and True."""

    AUTO_REUSE = 1


#: get_variable returns a variable that exists, and makes one that does not.
AUTO_REUSE = _ReuseMode.AUTO_REUSE
