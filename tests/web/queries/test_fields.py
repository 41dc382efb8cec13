"""R-05: no form asks for a fact that the system already holds."""

import uuid

import pytest

from shuanglian.core.register import acting
from shuanglian.core.register.site import site
from shuanglian.web.queries.burden import FILLINGS, SETTINGS
from shuanglian.web.queries.fields import Source, fields_of, house_forms, lasting, nouns, registry
from tests.factories import factory_for
from tests.web.stories import published

pytestmark = pytest.mark.django_db

# Forms that are no act of a register and have a field that is held: a page of each is opened below.
PROVEN_BELOW = {
    "exchange.BookForm": {"contact_phone"},
    "exchange.OfferForm": {"contact_name", "contact_phone"},
    "exchange.PostForm": {"contact_name", "contact_phone"},
}


def held():
    """Form → the fields whose answer the system has."""
    found = {}
    for field in registry():
        if field.source == Source.HELD:
            found.setdefault(field.form, set()).add(field.name)
    return found


def acts():
    """(register, act) of every act with a form."""
    return [(r, act) for r in site.registers for act in r.acts if act.form is not None]


def name_of(form):
    return f"{form.__module__.split('.')[1]}.{form.__name__}"


def test_every_form_that_asks_for_something_held_is_proven():
    of_registers = {name_of(act.form) for _, act in acts()}
    others = {form: names for form, names in held().items() if form not in of_registers}
    assert others == PROVEN_BELOW


@pytest.mark.parametrize(
    ("register", "act"), acts(), ids=lambda v: getattr(v, "slug", "") or getattr(v, "name", "")
)
def test_an_act_of_a_register_starts_with_what_is_held(register, act, staff):
    wanted = held().get(name_of(act.form), set())
    if not wanted:
        pytest.skip("asks for nothing that is held")
    row = factory_for(register.model)()
    form = acting.question(acting.button(register, act.name), staff, row=row)
    assert {name: form[name].value() for name in wanted} == {name: getattr(row, name) for name in wanted}


@pytest.mark.parametrize("register", [r for r in site.registers if r.form in nouns()], ids=lambda r: r.slug)
def test_a_noun_is_changed_from_what_is_stored(register, staff, sysadmin, client):
    row = factory_for(register.model)()
    client.force_login(sysadmin if register.slug == "users" else staff)
    page = client.get(register.url("edit", row.pk))
    assert (page.status_code, f'value="{row.name}"' in page.text) == (200, True)


def test_posting_starts_with_ones_own_number(client, clerk, monday):
    client.force_login(clerk)
    assert 'name="contact_phone" value="13800000000"' in client.get("/needs/new/?text=想找热处理专家").text


def test_typed_for_another_the_contact_is_the_organisations(client, staff, guanli, monday):
    client.force_login(staff)
    facts = {"detail": "想找热处理专家来看看", "category": "KJ", "measure": "次", "when": "month"}
    client.post(
        "/needs/new/",
        {
            **facts,
            "organization": "冠力集团",
            "source": "hotline",
            "quantity": "1",
            "token": str(uuid.uuid4()),
        },
    )
    need = guanli.needs.get()
    assert (need.contact_name, need.contact_phone) == ("周建国", "13800000000")


def test_an_offer_starts_with_the_units_contact(client, handler, kejiju, monday):
    client.force_login(handler)
    text = client.get("/offers/new/").text
    assert [text.count(f'name="contact_{what}" value="{value}"') for what, value in _contact(kejiju)] == [
        1,
        1,
    ]


def _contact(unit):
    return (("name", unit.contact_name), ("phone", unit.contact_phone))


def test_booking_starts_with_ones_own_number(client, clerk, staff, handler, kejiju, monday):
    offer = published(kejiju, handler, staff)
    client.force_login(clerk)
    assert 'name="contact_phone" value="13800000000"' in client.get(f"/offers/{offer.pk}/book/").text


def test_lasting_facts_are_those_of_the_nouns():
    assert {"uscc", "contact_phone", "secretary_name", "monthly_capacity", "mobile"} <= lasting()
    assert lasting() & {"note", "name", "kind", "quantity", "detail"} == set()


def test_every_form_is_known_to_the_burden_page_or_a_setting():
    """A new form gets its line in ``FILLINGS``: what it is called, what the history calls it, for whose sake."""
    asked = {filling.form for filling in FILLINGS if filling.form}
    assert asked & SETTINGS == set()
    assert set(house_forms()) == asked | SETTINGS


def test_each_field_has_a_source_and_hidden_ones_ask_nothing():
    by_name = {field.name: field.source for field in fields_of("exchange.PostForm")}
    assert "token" not in by_name
    assert by_name["category"] == Source.CHOSEN
    assert by_name["detail"] == Source.MATTER
    assert by_name["contact_phone"] == Source.HELD
    assert {f.source for f in fields_of("directory.OrganizationForm")} == {Source.ONCE}
    (day,) = [f for f in fields_of("directory.RenewForm") if f.name == "term_start"]
    assert day.source == Source.MATTER
