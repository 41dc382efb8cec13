"""The registers of the exchange: its three ledgers, the agenda of the quarterly meeting, and what the office sets."""

from shuanglian.core.register.words import name_verbs
from shuanglian.exchange.choices import VERBS
from shuanglian.exchange.registers import agenda, ledgers, rules

name_verbs(VERBS)

__all__ = ["agenda", "ledgers", "rules"]
