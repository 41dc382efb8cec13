import pytest
from django.core.management import CommandError, call_command

from shuanglian.core import console
from shuanglian.core.audit import history
from shuanglian.matching.engine import fit
from shuanglian.matching.management.commands import refit_weights
from shuanglian.matching.models import FittedWeights
from shuanglian.matching.queries.lexicon import edition
from tests.factories.exchange import NeedFactory, OfferFactory
from tests.factories.matching import MatchFactory


@pytest.mark.django_db
def test_too_little_is_said_with_the_number(standing, system):
    MatchFactory(state="accepted")

    with pytest.raises(CommandError, match="现在只有 1 项需求的推荐有结果，至少要 100 项"):
        call_command("refit_weights")
    assert FittedWeights.objects.count() == 0


@pytest.mark.django_db
def test_attempt_is_kept_and_only_better_weights_are_used(standing, system, monkeypatch, capsys):
    monkeypatch.setattr(fit, "LEAST", 20)
    monkeypatch.setattr(refit_weights, "LEAST", 20)
    items = [OfferFactory(title=title).items.get() for title in ("焊工取证", "职工体检", "热处理工艺攻关")]
    for number in range(21):
        line = NeedFactory(title=f"第{number}次：{items[number % 3].offer.title}").items.get()
        MatchFactory(need_item=line, offer_item=items[number % 3], state="accepted")
    before = edition()
    call_command("refit_weights")

    made = FittedWeights.objects.get()
    assert (made.needs, made.in_use) == (21, made.after - made.before >= fit.MARGIN)
    assert [entry.verb for entry in history(made)] == ["fit_weights"]
    assert edition() == before + made.in_use
    assert (
        f"用 21 项需求交叉验证：nDCG@5 原来 {made.before:.3f}，新的 {made.after:.3f}。"
        in capsys.readouterr().out
    )


def test_the_command_line_leads_there(monkeypatch):
    given = []
    monkeypatch.setattr(console, "manage", lambda arguments: given.append(arguments) or 0)

    assert console.main(["match", "refit"]) == 0
    assert given == [["refit_weights"]]
