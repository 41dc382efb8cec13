"""The permission matrix knows every route: who may come in without signing in, and who without a role.

A new route is closed to both until it is written down here, so forgetting it fails, and so does leaving one behind.
"""

import pytest
from django.urls import URLPattern, get_resolver, reverse
from django.urls.exceptions import NoReverseMatch

pytestmark = pytest.mark.django_db

# Open to anybody: the public side, signing in, and plain explanations.
PUBLIC = {
    "account_login",
    "demo_sign_in",
    "exchange.list_file",
    "exchange.lists",
    "exchange.need",
    "exchange.needs",
    "exchange.offer",
    "exchange.offers",
    "web.accessibility",
    "web.help",
    "web.home",
    "web.privacy",
    "web.rules",
    "web.search",
    "web.suggest",
}


def routes(patterns=None, prefix=()):
    """(name, example arguments) of every named route."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(pattern, URLPattern):
            if pattern.name:
                yield (
                    pattern.name,
                    {k: example(c) for k, c in {**dict(prefix), **pattern.pattern.converters}.items()},
                )
        else:
            yield from routes(pattern.url_patterns, (*prefix, *pattern.pattern.converters.items()))


def example(converter):
    return 987654 if converter.__class__.__name__ == "IntConverter" else "nothing"


ROUTES = sorted(routes(), key=lambda r: r[0])
NAMES = sorted({name for name, _ in ROUTES})


def address(name, arguments):
    try:
        return reverse(name, kwargs=arguments)
    except NoReverseMatch:
        return reverse(name, args=list(arguments.values()))


def lets_in(client, name, arguments):
    """Whether the page, or an act on it, is done for this visitor."""
    path = address(name, arguments)
    seen = client.get(path)
    done = client.post(path, {})
    return any(
        r.status_code == 200 and "/accounts/login/" not in r.headers.get("Location", "") for r in (seen, done)
    )


def test_the_matrix_knows_no_route_that_is_gone():
    assert PUBLIC - set(NAMES) == set()


@pytest.mark.parametrize(
    ("name", "arguments"), [r for r in ROUTES if r[0] not in PUBLIC], ids=lambda v: str(v)
)
def test_whoever_has_not_signed_in_is_sent_to_the_door(client, name, arguments):
    assert not lets_in(client, name, arguments)


@pytest.mark.parametrize(
    "name", [n for n in NAMES if ".edit" in n or ".new" in n or ".import" in n or ".export" in n]
)
def test_whoever_holds_no_role_writes_and_exports_nothing(client, stranger, name):
    client.force_login(stranger)
    arguments = next(a for n, a in ROUTES if n == name)

    assert not lets_in(client, name, arguments)
