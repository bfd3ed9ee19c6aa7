"""The project's own tests are run by `integrate`, never from here."""

from __future__ import annotations

collect_ignore = ["tiny"]
