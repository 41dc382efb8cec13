import pytest

from shuanglian.core.middleware import CSP

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/nowhere/"])
def test_every_answer_carries_the_strict_policy(client, path):
    response = client.get(path)

    assert response["Content-Security-Policy"] == CSP
    assert "unsafe" not in CSP
    assert response["X-Content-Type-Options"] == "nosniff"
