"""``reindex_offers`` (as ``shuanglian match reindex``): make the vectors of offers that lack a good one, or of all."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from shuanglian.matching.tasks import reindex


class Command(BaseCommand):
    """What the hourly job does, now; safe to repeat and beside running pages."""

    help = "Make the vectors of offers that lack a good one; with --all, of all offers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--all``: forget what is kept first."""
        parser.add_argument("--all", action="store_true", help="make all of them anew")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make them and say how many it were."""
        began = time.monotonic()
        made = reindex(everything=options["all"])
        self.stdout.write(
            f"已生成 {made} 项资源的向量，用时 {time.monotonic() - began:.1f} 秒。{made} vectors made."
        )
