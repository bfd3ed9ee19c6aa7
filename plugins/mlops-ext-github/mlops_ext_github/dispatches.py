"""Monitor's first exit: an event that starts the workflow of trigger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlops_ext.output.clean import one_line
from mlops_ext_github import facts

if TYPE_CHECKING:
    from mlops_ext.contract.records import StoredRecord
    from mlops_ext_github.hub import Hub

EVENT = "mlops-ext-trigger"
PERMISSION = "contents: write"


def tell(hub: Hub, stored: StoredRecord) -> None:
    """One event for a record, whatever it found: trigger runs for all causes at once, and once for each.

    So an event whose answer was lost may be sent again.
    """
    record, found = stored.record, facts.causes(stored.record)
    payload = {
        "project": record.project,
        "model": record.model,
        "target": record.target,
        "trigger": "\n".join(ref.name for ref in found),
        "why": "\n".join(one_line(ref.uri) for ref in found),
        "record": stored.digest,
    }
    body = {"event_type": EVENT, "client_payload": payload}
    path = f"/repos/{hub.place.repository}/dispatches"
    # `create_repository_dispatch` says False where it was refused, and not why.
    hub.ask(lambda: hub.client.requester.requestJsonAndCheck("POST", path, input=body), PERMISSION)
