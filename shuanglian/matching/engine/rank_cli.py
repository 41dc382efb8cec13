"""``shuanglian match rank``: the best offers for each need, from files to files, without a database.

``--offers F --needs F --top 5 --out RUN.jsonl [--today 2026-05-01]`` reads one JSON object a line, writes one
line a need: ``{"id", "ranking": [[offer, fit], …], "confidence", "sure", "categories"}``. Files carry no capacities of
today, so the hard filters (dates, region) apply only when a day is given.
"""

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from shuanglian.matching.engine import lexicon
from shuanglian.matching.engine.encode import open_encoder
from shuanglian.matching.engine.files import read_needs, read_offers, say
from shuanglian.matching.engine.index import Index, Ranking


def run(argv: Sequence[str]) -> int:
    """Run the command; returns the exit code: 0, or 2 with a sentence on standard error."""
    chosen = _parser().parse_args(argv)
    try:
        return rank_files(chosen)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"无法匹配：{say(error)}\n")
        return 2


def rank_files(chosen: argparse.Namespace) -> int:
    """Rank the offers of one file for each need of another. Raises what reading and writing files raise."""
    offers, needs = read_offers(chosen.offers), read_needs(chosen.needs)
    index = Index(lexicon.load(), open_encoder())
    if index.by_words_only:
        sys.stderr.write("语义模型不可用，仅按词语匹配。\n")
    index.put(*offers)
    rankings = (index.answer(reading, chosen.top, chosen.today) for reading in index.read(needs))
    _write(chosen.out, map(as_row, rankings))
    return 0


def as_row(ranking: Ranking) -> dict[str, Any]:
    """A ranking as one line of a run."""
    return {
        "id": ranking.need.id,
        "ranking": [[s.offer.id, round(s.fit, 6)] for s in ranking.suggestions],
        "confidence": round(ranking.confidence, 6),
        "sure": ranking.sure,
        "categories": {code: round(probability, 3) for code, probability in ranking.categories.items()},
        "reasons": [[reason.sentence for reason in s.reasons] for s in ranking.suggestions],
    }


def _parser() -> argparse.ArgumentParser:
    rank = argparse.ArgumentParser(prog="shuanglian match rank", description=__doc__)
    rank.add_argument("--offers", type=Path, required=True)
    rank.add_argument("--needs", type=Path, required=True)
    rank.add_argument("--top", type=_count, default=5)
    rank.add_argument("--out", type=Path, default=None, help="standard output when left out")
    rank.add_argument(
        "--today", type=dt.date.fromisoformat, default=None, help="apply dates and regions as of this day"
    )
    return rank


def _count(given: str) -> int:
    if not given.isascii() or not given.isdecimal() or int(given) < 1:
        raise argparse.ArgumentTypeError(f"应为 1 以上的整数，现为 {given}")
    return int(given)


def _write(path: Path | None, rows: Iterable[dict[str, Any]]) -> None:
    lines = (json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    if path is None:
        sys.stdout.writelines(lines)
    else:
        with path.open("w", encoding="utf-8") as out:
            out.writelines(lines)
