"""Which hook is asked of whom, and what an error there means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mlops_ext.contract.checks import Report
from mlops_ext.contract.data import DataRef, SuiteDraft
from mlops_ext.contract.kept import KeptFile
from mlops_ext.contract.models import ModelVersion, Promotion
from mlops_ext.contract.pipeline import Package, Revision, Run, StepPlan
from mlops_ext.contract.records import StoredRecord
from mlops_ext.contract.refs import Ref
from mlops_ext.contract.review import Approval, Posted
from mlops_ext.contract.targets import Deployment
from mlops_ext.contract.triggers import Trigger

ALL = "all"
ROLE = "role"
KIND = "kind"
OWNER = "owner"


@dataclass(frozen=True)
class Policy:
    """`asked` is all, role (one plugin has it), kind (who declares the target's), or owner.

    An owner is the one plugin whose answer is not None; two such answers are a settings error.
    `gate` says that an error closes the gate; where it is False an error is only shown. What is returned
    is `one` of a type or `several` in a sequence; where neither is named it is nobody's or a protocol's.
    """

    asked: str
    role: str = ""
    gate: bool = True
    one: type | None = None
    several: type | None = None


POLICIES = {
    "mlops_check_setup": Policy(ALL, one=Report, several=Report),
    "mlops_find_records": Policy(ROLE, "store", several=StoredRecord),
    "mlops_save_record": Policy(ROLE, "store", one=Ref),
    "mlops_notify": Policy(ALL, gate=False),
    "mlops_gate_files": Policy(ALL, several=str),
    "mlops_post_review": Policy(ROLE, "review", gate=False, one=Posted),
    "mlops_find_approval": Policy(ROLE, "review", one=Approval),
    "mlops_locate_store": Policy(ROLE, "store", one=Path),
    "mlops_freeze_store": Policy(ROLE, "store", several=KeptFile),
    "mlops_thaw_store": Policy(ROLE, "store", one=Path),
    "mlops_keep_files": Policy(ROLE, "versioning", several=KeptFile),
    "mlops_bring_files": Policy(ROLE, "versioning", several=KeptFile),
    "mlops_resolve_data": Policy(OWNER, one=DataRef),
    "mlops_fetch_data": Policy(OWNER, one=Path),
    "mlops_pull_data": Policy(ROLE, "versioning", gate=False),
    "mlops_link_data": Policy(ROLE, "versioning"),
    "mlops_open_table": Policy(ROLE, "engine"),
    "mlops_open_tracker": Policy(ROLE, "tracking"),
    "mlops_run_pipeline": Policy(ROLE, "orchestrator", one=Run),
    "mlops_describe_steps": Policy(ROLE, "orchestrator", several=StepPlan),
    "mlops_describe_revision": Policy(ROLE, "versioning", one=Revision),
    "mlops_package_pipeline": Policy(ROLE, "versioning", one=Package),
    "mlops_validate_data": Policy(ALL, one=Report, several=Report),
    "mlops_draft_suite": Policy(OWNER, one=SuiteDraft),
    "mlops_validate_pipeline": Policy(ALL, one=Report, several=Report),
    "mlops_check_target": Policy(ALL, one=Report, several=Report),
    "mlops_deploy": Policy(KIND, one=Deployment),
    "mlops_observe": Policy(KIND, one=Deployment),
    "mlops_serve": Policy(KIND),
    "mlops_find_model": Policy(ROLE, "registry", one=ModelVersion),
    "mlops_register_model": Policy(ROLE, "registry", one=ModelVersion),
    "mlops_promote_model": Policy(ROLE, "registry", one=Promotion),
    "mlops_evaluate_model": Policy(ALL, one=Report, several=Report),
    "mlops_find_triggers": Policy(ALL, several=Trigger),
    "mlops_compare_data": Policy(ALL, one=Report, several=Report),
}
