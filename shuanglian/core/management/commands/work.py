"""``work`` (as ``shuanglian worker``): the background jobs of all lanes."""

from typing import Any

from django.core.management.base import BaseCommand

from shuanglian.core import jobs


class Command(BaseCommand):
    """Runs until it is told to stop."""

    help = "Run background jobs until told to stop."

    def handle(self, *args: Any, **options: Any) -> None:
        """All lanes, in this process."""
        jobs.work()
