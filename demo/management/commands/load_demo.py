"""``load_demo``: build the demonstration county into an empty database, or name its accounts."""

from argparse import ArgumentParser
from threading import Thread
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from demo.build import build_county
from demo.people import ADMINISTRATORS
from demo.suggestions import suggest_for_all
from shuanglian.accounts.models import User
from shuanglian.accounts.queries import demonstration_accounts
from shuanglian.matching.queries.planning import make_ready


class Command(BaseCommand):
    """Only in demonstration mode: what it makes must never get among real records."""

    help = "Build the demonstration county (nothing happens when there are organisations already)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--accounts``: only print who can be tried."""
        parser.add_argument("--accounts", action="store_true", help="print the demonstration accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refuse, print, or build."""
        if not settings.SHUANGLIAN_DEMO:
            raise CommandError(
                "演示数据只能载入演示环境：请先设置 SHUANGLIAN_DEMO=1。Set SHUANGLIAN_DEMO=1 first."
            )
        if options["accounts"]:
            last = {person.username for person in ADMINISTRATORS}
            for user in sorted(demonstration_accounts(), key=lambda user: user.username in last):
                self.stdout.write(_line(user))
            return
        self.stdout.write("正在建立演示县，约半分钟……Building the demonstration county.")
        Thread(target=make_ready, daemon=True).start()  # by a process of its own, while the county is built
        made = build_county()
        if made:
            suggest_for_all()
        self.stdout.write("演示数据已就绪。Ready." if made else "已有数据，没有改动。There is data already.")


def _line(user: User) -> str:
    roles = "、".join(dict.fromkeys(post.get_role_display() for post in user.assignments.all()))
    return f"  {user.name}  {roles}  {user.username}"
