import signal

from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Takes the place of the worker: works until it is told to stop."""

    def handle(self, *args, **options):
        self.stdout.write("worker works")
        self.stdout.flush()
        signal.pause()
