import pytest
from django.core.management import call_command

from shuanglian.core import console
from shuanglian.matching.models import OfferVector
from tests.factories.exchange import OfferFactory


@pytest.mark.django_db
def test_vectors_are_made_once_or_all_anew(standing, system, few_words, capsys):
    OfferFactory()
    OfferFactory()

    call_command("reindex_offers")
    call_command("reindex_offers")
    call_command("reindex_offers", "--all")

    said = [line.split("，")[0] for line in capsys.readouterr().out.splitlines()]
    assert said == ["已生成 2 项资源的向量", "已生成 0 项资源的向量", "已生成 2 项资源的向量"]
    assert OfferVector.objects.filter(vector__isnull=False).count() == 2


def test_the_command_line_leads_there(monkeypatch):
    given = []
    monkeypatch.setattr(console, "manage", lambda arguments: given.append(arguments) or 0)

    assert console.main(["match", "reindex", "--all"]) == 0
    assert given == [["reindex_offers", "--all"]]
