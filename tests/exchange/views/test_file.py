import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from shuanglian.core.files import files_of
from shuanglian.exchange import actions
from shuanglian.exchange.models import Need

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(promise, clerk):
    return actions.attach_file(
        promise.need, by=clerk, upload=SimpleUploadedFile("图纸.pdf", b"%PDF-1 drawing")
    )


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("clerk", 200),
        ("handler", 200),
        ("staff", 200),
        ("instructor", 200),
        ("other_handler", 404),
        ("other_clerk", 404),
        ("liaison", 404),
        ("auditor", 404),
        ("stranger", 404),
    ],
)
def test_files_are_for_the_two_sides_and_the_committee(client, request, file, name, status):
    client.force_login(request.getfixturevalue(name))
    answer = client.get(f"/files/{file.pk}/")
    answer.close()

    assert answer.status_code == status


def test_files_are_sent_as_what_they_are(client, file, clerk):
    client.force_login(clerk)
    answer = client.get(f"/files/{file.pk}/")

    assert b"".join(answer.streaming_content) == b"%PDF-1 drawing"
    answer.close()
    assert (answer["Content-Type"], answer["X-Content-Type-Options"], answer["Content-Disposition"][:10]) == (
        "application/pdf",
        "nosniff",
        "attachment",
    )


def test_files_are_for_people_who_signed_in(client, file):
    assert client.get(f"/files/{file.pk}/")["Location"].startswith("/accounts/login/")


def test_names_are_listed_before_the_claim_and_bytes_after(client, file, other_handler, handler):
    pages = []
    for user in (other_handler, handler):
        client.force_login(user)
        pages.append(client.get(f"/needs/{file.object_id}/").content.decode())

    assert [("图纸.pdf" in p, "认领以后可以下载" in p, f"/files/{file.pk}/" in p) for p in pages] == [
        (True, True, False),
        (True, False, True),
    ]


def test_who_put_it_there_takes_it_away(client, file, clerk, handler):
    client.force_login(handler)
    assert client.post(f"/files/{file.pk}/remove/").status_code == 403
    client.force_login(clerk)
    assert client.get(f"/files/{file.pk}/remove/").status_code == 405
    assert client.post(f"/files/{file.pk}/remove/").status_code == 303

    assert list(files_of(Need.objects.get())) == []
    assert client.get(f"/files/{file.pk}/").status_code == 404
