"""What is under test: its addresses, how people sign in, its contract switches and its budgets."""

from harness.target.lens import Lens
from harness.target.load import list_targets, load_target
from harness.target.model import Auth, Budgets, Contract, Kind, Paths, Target

__all__ = ["Auth", "Budgets", "Contract", "Kind", "Lens", "Paths", "Target", "list_targets", "load_target"]
