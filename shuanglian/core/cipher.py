"""Secrets that must be read again (those of authenticators) are kept in the database encrypted, never as they are.

Keys come from the settings (``SHUANGLIAN_FACTOR_KEYS`` or a private file), not from the database: a copy of the database alone
opens nothing. The first key encrypts, every key decrypts; so a key is replaced by putting a new one before it, encrypting
everything anew (``shuanglian setup`` does), and taking the old one away. Fernet: AES-128-CBC with HMAC-SHA-256.
"""

import base64
import hashlib
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

MARK = "fernet:"


class UnreadableError(Exception):
    """None of the keys opens it: the key it was closed with is missing."""


def encrypt(text: str) -> str:
    """The text, readable only with the first key; marked, so that it is never taken for plain text."""
    return MARK + _keys(tuple(settings.FACTOR_KEYS)).encrypt(text.encode()).decode()


def decrypt(kept: str) -> str:
    """The text again; what bears no mark was never encrypted and comes back as it is.

    Raises:
        UnreadableError: no key opens it.
    """
    if not kept.startswith(MARK):
        return kept
    try:
        return _keys(tuple(settings.FACTOR_KEYS)).decrypt(kept.removeprefix(MARK)).decode()
    except InvalidToken as error:
        raise UnreadableError from error


@lru_cache(maxsize=8)
def _keys(words: tuple[str, ...]) -> MultiFernet:
    """Any long random text serves as a key; empty ones between commas are none."""
    digests = [hashlib.sha256(word.strip().encode()).digest() for word in words if word.strip()]
    if not digests:
        raise UnreadableError
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
