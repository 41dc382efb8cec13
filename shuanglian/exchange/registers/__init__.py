"""The registers of the exchange: its three ledgers, and what the office sets."""

from shuanglian.exchange.registers import ledgers, rules

__all__ = ["ledgers", "rules"]
