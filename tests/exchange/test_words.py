"""History is told in words: no verb of the exchange stays a code."""

import re
from pathlib import Path

from shuanglian.core.register.words import VERBS
from shuanglian.exchange.states import COMMITMENT, NEED, OFFER

ACTIONS = Path(__file__).parents[2] / "shuanglian" / "exchange" / "actions"


def test_every_verb_that_is_recorded_has_its_words():
    text = "".join(path.read_text() for path in ACTIONS.glob("*.py"))
    recorded = set(re.findall(r'record\(\w+, "(\w+)"', text)) | set(
        re.findall(r'_move\(\w+, [\w.]+, "(\w+)"', text)
    )
    moved = {move.name for machine in (NEED, OFFER, COMMITMENT) for move in machine.moves}

    assert {verb for verb in recorded | moved if verb not in VERBS} == set()
