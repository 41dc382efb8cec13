"""``work``: the background jobs of one lane or of all, in this process. ``shuanglian worker`` runs one for each lane."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from shuanglian.core import jobs


class Command(BaseCommand):
    """Runs until it is told to stop."""

    help = "Run background jobs until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--lane``."""
        parser.add_argument("--lane", choices=list(jobs.Lane), help="only the jobs of this lane")

    def handle(self, *args: Any, lane: str | None = None, **options: Any) -> None:
        """One lane, or all."""
        jobs.work([jobs.Lane(lane)] if lane else jobs.Lane)
