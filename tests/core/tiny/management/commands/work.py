import signal

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Takes the place of the worker of a lane: works until it is told to stop."""

    def add_arguments(self, parser):
        parser.add_argument("--lane")

    def handle(self, *args, lane, **options):
        self.stdout.write(f"{lane} works")
        self.stdout.flush()
        signal.pause()
