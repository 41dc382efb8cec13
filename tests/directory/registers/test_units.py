from shuanglian.core.audit import history
from shuanglian.directory.models import PartnerUnit
from shuanglian.directory.registers.units import UNITS


def test_unit_is_entered_with_its_mandates(client, staff):
    client.force_login(staff)
    client.post(
        UNITS.url("new"), {"name": "县工信局", "kind": "department", "main": ["KJ"], "others": ["RC"]}
    )
    unit = PartnerUnit.objects.get()
    assert {m.category: m.is_main for m in unit.mandates.all()} == {"KJ": True, "RC": False}


def test_handler_changes_capacity_and_contact_of_his_own_unit(client, handler, kejiju, rsj):
    client.force_login(handler)
    client.post(UNITS.url("move", kejiju.pk, "set_capacity"), {"monthly_capacity": "3"})
    client.post(
        UNITS.url("move", kejiju.pk, "set_contact"), {"contact_name": "孙工", "contact_phone": "13800138000"}
    )
    kejiju.refresh_from_db()
    assert (kejiju.monthly_capacity, kejiju.contact_name) == (3, "孙工")
    assert (
        client.post(UNITS.url("move", rsj.pk, "set_capacity"), {"monthly_capacity": "3"}).status_code == 403
    )
    assert not history(rsj).exists()


def test_list_narrows_by_mandate(client, clerk, kejiju, rsj):
    client.force_login(clerk)
    page = client.get(UNITS.url("list"), {"mandates__category": "KJ"}).text
    assert (f"/units/{kejiju.pk}/" in page, f"/units/{rsj.pk}/" in page) == (True, False)
