import numpy as np
import psycopg
import pytest
from django.db import connection, transaction

from shuanglian.exchange.choices import OfferState
from shuanglian.exchange.models import Offer
from shuanglian.matching.engine.encode import VERSION
from shuanglian.matching.models import OfferVector
from shuanglian.matching.queries.records import digest_of
from shuanglian.matching.queries.vectors import changes_since, kept_form, kept_offers, unfit_ids
from tests.factories.exchange import OfferFactory
from tests.people import COUNTY


def unit_vector(place):
    vector = np.zeros(512, np.float32)
    vector[place] = 1
    return vector


def keep(offer, vector, encoder=VERSION, digest=None):
    (kept,) = kept_offers([offer.pk])
    OfferVector.objects.filter(pk=offer.pk).update(
        vector=list(map(float, vector)), encoder=encoder, digest=digest or digest_of(kept.record)
    )


@pytest.mark.django_db
def test_the_database_marks_every_way_of_writing_an_offer():
    offer = OfferFactory()
    first = OfferVector.objects.get(pk=offer.pk)

    Offer.objects.filter(pk=offer.pk).update(title="换个名称")
    offer.items.update(capacity=3)
    offer.divisions.add(offer.unit.division) if offer.unit.division else None

    after = OfferVector.objects.get(pk=offer.pk)
    assert (first.county, after.number - first.number) == (COUNTY, 2 + bool(offer.unit.division))


@pytest.mark.django_db
def test_kept_vectors_come_back_as_they_are_kept():
    offer = OfferFactory()
    raw = np.random.default_rng(1).normal(size=(1, 512)).astype(np.float32)
    raw /= np.linalg.norm(raw)
    keep(offer, raw[0])

    (kept,) = kept_offers()

    assert kept.vector.tobytes() == kept_form(raw)[0].tobytes()
    assert kept.record.title == offer.title


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("vector", "encoder", "digest"),
    [
        (unit_vector(3), "another", None),
        (unit_vector(3), VERSION, "0" * 32),
        (2 * unit_vector(3), VERSION, None),
        (np.zeros(512), VERSION, None),
    ],
    ids=["of another encoder", "of another text", "of another length", "empty"],
)
def test_what_cannot_be_used_is_made_anew(vector, encoder, digest):
    offer = OfferFactory()
    keep(offer, vector, encoder, digest)

    assert [kept.vector for kept in kept_offers()] == [None]
    assert unfit_ids() == [offer.pk]


@pytest.mark.django_db
def test_withdrawn_offers_are_not_kept_and_their_vectors_leave():
    offer = OfferFactory()
    keep(offer, unit_vector(1))
    Offer.objects.filter(pk=offer.pk).update(state=OfferState.WITHDRAWN)

    assert list(kept_offers()) == []
    assert unfit_ids() == [offer.pk]


@pytest.mark.django_db
def test_drafts_are_not_kept():
    OfferFactory(state=OfferState.DRAFT)

    assert list(kept_offers()) == []
    assert unfit_ids() == []


def test_following_misses_no_change_whatever_the_order_of_commits(committed, django_db_blocker):
    """The change that began first commits last: a counter read in between would be past it already."""
    with django_db_blocker.unblock():
        early, late = OfferFactory(), OfferFactory()
        mark, _ = changes_since(0)
        with psycopg.connect(committed) as first, psycopg.connect(committed) as second:
            first.execute("UPDATE exchange_offer SET title = '先' WHERE id = %s", [early.pk])
            second.execute("UPDATE exchange_offer SET title = '后' WHERE id = %s", [late.pk])
            second.commit()
            mark, between = changes_since(mark)
            first.commit()
        mark, after = changes_since(mark)
        _, then = changes_since(mark)
        connection.close()

    assert late.pk in between
    assert early.pk not in between
    assert early.pk in after
    assert then == {}


def test_a_change_that_is_undone_was_none(committed, django_db_blocker):
    with django_db_blocker.unblock():
        offer = OfferFactory()
        mark, _ = changes_since(0)
        with transaction.atomic():
            Offer.objects.filter(pk=offer.pk).update(title="不算")
            transaction.set_rollback(True)
        _, seen = changes_since(mark)
        connection.close()

    assert seen == {}
