"""Django's own commands, with the built-in PostgreSQL started when no DATABASE_URL is given."""

import sys

from shuanglian.core.console import manage

if __name__ == "__main__":
    sys.exit(manage(sys.argv[1:]))
