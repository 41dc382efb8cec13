"""Numbers as an address or a form gives them: what is no number means the first page, or no row."""

MOST_PAGES = 10_000
LONGEST_PAGE, LONGEST_KEY = 8, 18  # figures; more do not fit into the key of a row


def page_number(text: str) -> int:
    """The page asked for; nonsense is the first one."""
    return min(max(_number(text, LONGEST_PAGE), 1), MOST_PAGES)


def row_key(text: str) -> int:
    """The key of a row; nonsense is 0, which no row has."""
    return _number(text, LONGEST_KEY)


def number_of_rows(text: str) -> int:
    """How many rows a page showed, as its form says; nonsense is none."""
    return _number(text, LONGEST_PAGE)


def _number(text: str, longest: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= longest else 0
