from django.core.management.base import BaseCommand
from django.db import connection


class Command(BaseCommand):
    def add_arguments(self, parser):
        parser.add_argument("--accounts", action="store_true")

    def handle(self, *args, accounts, **options):
        connection.ensure_connection()
        self.stdout.write("demo-clerk" if accounts else "built")
