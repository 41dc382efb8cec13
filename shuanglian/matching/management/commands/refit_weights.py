"""``refit_weights`` (as ``shuanglian match refit``): fit the few weights to what people took and declined."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from shuanglian.accounts.queries import system_user
from shuanglian.matching.actions.weights import fit_weights
from shuanglian.matching.engine.fit import LEAST, judge
from shuanglian.matching.queries.judgements import judgements
from shuanglian.matching.queries.standing import here


class Command(BaseCommand):
    """Fit, compare by cross-validation, and use the new weights only when they are better."""

    help = "Fit the weights of the ranking to what people took and declined; used only when better."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was compared. Raises ``CommandError`` with a sentence when there is too little to learn from."""
        offers, needs, grades = judgements()
        if len(needs) < LEAST:
            raise CommandError(
                f"现在只有 {len(needs)} 项需求的推荐有结果，至少要 {LEAST} 项才拟合得准。Too few to learn from."
            )
        here.make()
        judged = here.use(lambda index: judge(index, offers, needs, grades))
        if judged is None:
            raise CommandError("推荐暂时用不了，请先运行 shuanglian doctor 看原因。No index.")
        made = fit_weights(judged, by=system_user(settings.SHUANGLIAN_COUNTY))
        verdict = "更好，已经启用" if made.in_use else "没有更好，沿用原来的"
        self.stdout.write(
            f"用 {made.needs} 项需求交叉验证：nDCG@5 原来 {made.before:.3f}，新的 {made.after:.3f}。{verdict}。"
        )
