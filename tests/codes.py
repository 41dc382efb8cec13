"""Synthetic codes for tests: valid by their check characters, and of nobody."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
WEIGHTS = [pow(3, i, 31) for i in range(17)]


def synthetic_uscc(number: int) -> str:
    """A valid 18-character code of an invented enterprise of the county."""
    body = f"91140921MA0X{number:05d}"
    total = sum(ALPHABET.index(c) * w for c, w in zip(body, WEIGHTS, strict=True))
    return body + ALPHABET[(31 - total % 31) % 31]
