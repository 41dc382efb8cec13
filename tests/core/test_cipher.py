import pytest

from shuanglian.core import cipher


@pytest.fixture(autouse=True)
def keys(settings):
    settings.FACTOR_KEYS = ["first-key-0123456789"]


def test_what_is_encrypted_is_read_again_and_never_the_same_twice():
    once, twice = cipher.encrypt("JBSWY3DP"), cipher.encrypt("JBSWY3DP")

    assert (cipher.decrypt(once), cipher.decrypt(twice)) == ("JBSWY3DP", "JBSWY3DP")
    assert once != twice
    assert "JBSWY3DP" not in once


def test_what_was_never_encrypted_is_read_as_it_is():
    assert cipher.decrypt("JBSWY3DP") == "JBSWY3DP"


def test_a_key_is_replaced_by_putting_a_new_one_before_it(settings):
    old = cipher.encrypt("JBSWY3DP")
    settings.FACTOR_KEYS = ["second-key-0123456789", "first-key-0123456789", ""]
    new = cipher.encrypt(cipher.decrypt(old))
    settings.FACTOR_KEYS = ["second-key-0123456789"]

    assert cipher.decrypt(new) == "JBSWY3DP"
    with pytest.raises(cipher.UnreadableError):
        cipher.decrypt(old)


def test_what_was_tampered_with_is_not_read():
    with pytest.raises(cipher.UnreadableError):
        cipher.decrypt(f"{cipher.MARK}gAAAAA")


def test_without_any_key_nothing_is_read_or_kept(settings):
    settings.FACTOR_KEYS = ["", " "]
    for act in (cipher.encrypt, lambda text: cipher.decrypt(cipher.MARK + text)):
        with pytest.raises(cipher.UnreadableError):
            act("JBSWY3DP")
