import pytest
from procrastinate.contrib.django import app

from shuanglian.exchange import actions as exchange
from shuanglian.exchange.choices import OfferState
from shuanglian.exchange.models import Match
from shuanglian.matching import tasks
from shuanglian.matching.models import OfferVector, Plan
from tests.factories.exchange import NeedFactory, OfferFactory

pytestmark = pytest.mark.django_db


def test_the_exchange_finds_the_jobs_it_names():
    assert {"matching.index_offer", "matching.suggest", "matching.heal_vectors"} <= set(app.tasks)


def test_a_published_offer_gets_its_vector(standing, system):
    offer = OfferFactory()

    tasks.index_offer(offer.pk)

    assert OfferVector.objects.get(pk=offer.pk).vector is not None


def test_an_opened_need_gets_its_suggestions(standing, system, kejiju, guanli):
    OfferFactory(unit=kejiju, title="热处理工艺专家进厂")
    standing.make()
    need = NeedFactory(organization=guanli, title="模具老是开裂，想找热处理专家")

    tasks.suggest(need.pk)

    assert Match.objects.get().unit == kejiju


def test_every_hour_all_are_healed(standing, system, monkeypatch):
    monkeypatch.setattr(tasks, "BATCH", 2)
    offers = [OfferFactory() for _ in range(5)]
    OfferFactory(state=OfferState.DRAFT)

    tasks.heal_vectors(0)

    assert OfferVector.objects.filter(vector__isnull=False).count() == len(offers)
    assert tasks.reindex() == 0


def test_changing_and_withdrawing_defer_the_job(staff, system, monkeypatch):
    said = []
    monkeypatch.setattr(
        "shuanglian.exchange.actions.offer.later", lambda name, **ids: said.append((name, ids))
    )
    offer = OfferFactory()

    exchange.save_offer(offer.unit, by=staff, offer=offer, detail="含检测报告")
    exchange.withdraw_offer(offer, by=staff)

    assert said == [("matching.index_offer", {"offer_id": offer.pk})] * 2


def test_the_plan_is_made_in_the_name_of_who_asked_for_it(county, staff, monkeypatch):
    monkeypatch.setattr("shuanglian.matching.queries.ranking.make_whole", lambda: None)
    tasks.make_plan("140921", staff.pk)

    assert (Plan.objects.get().planned, Plan.objects.get().made_by) == (2, staff)


def test_every_hour_the_plan_is_made_anew(county, system, monkeypatch):
    monkeypatch.setattr("shuanglian.matching.queries.ranking.make_whole", lambda: None)
    tasks.make_plans(0)

    assert (Plan.objects.get().planned, Plan.objects.get().made_by) == (2, system)
