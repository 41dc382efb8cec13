import pytest


@pytest.mark.parametrize(
    ("who", "status"), [("staff", 200), ("clerk", 200), ("other_handler", 200), ("sysadmin", 403)]
)
def test_whoever_reads_offers_sees_the_part(client, request, kejiju, who, status):
    client.force_login(request.getfixturevalue(who))
    assert client.get(f"/units/{kejiju.pk}/capacity/").status_code == status


def test_a_handler_finds_his_forms_filled_in(client, handler, kejiju):
    client.force_login(handler)
    text = client.get(f"/units/{kejiju.pk}/").text
    assert 'value="03506022222"' in text
    assert f"/units/{kejiju.pk}/capacity/" in text


def test_an_absent_unit_is_absent(client, staff):
    client.force_login(staff)
    assert client.get("/units/987654/capacity/").status_code == 404
