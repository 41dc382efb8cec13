"""The two lists and two chains: needs, offers, commitments, deliveries, confirmations, closing, time limits.

Quantities are derived in ``queries/ledger.py`` and stored nowhere else. It does not know who suggests what fits
(matching) nor who visits whom (liaison): those announce themselves by events, panels and jobs.
"""
