import signal

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Takes the place of the worker: works until it is told to stop."""

    def add_arguments(self, parser):
        parser.add_argument("what")

    def handle(self, *args, what, **options):
        self.stdout.write(f"{what} works")
        self.stdout.flush()
        signal.pause()
