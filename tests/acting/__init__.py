"""Workflows and actions run by act in host mode: offline, from the files Git knows, asserted by job.

`from acting.fixtures import act, checkout, no_network` in a conftest; `act("push", workflow, folder)` then
gives an `Acted`: `results`, `outputs(step)`, `summaries`, `annotations(level)`, `log`, `artifacts`.
"""

from __future__ import annotations
