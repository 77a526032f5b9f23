"""The rules that a target is held to, as data, and the table of the specs that hold each of them."""

from harness.contract.coverage import Holder, coverage_table
from harness.contract.rules import Contract, Group, Rule, load_contract

__all__ = ["Contract", "Group", "Holder", "Rule", "coverage_table", "load_contract"]
