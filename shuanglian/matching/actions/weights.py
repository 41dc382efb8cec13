"""The few weights of the ranking fitted to what people took and declined; only better ones are used."""

from django.db import transaction

from shuanglian.accounts.models import User
from shuanglian.core.access import require
from shuanglian.core.audit import record
from shuanglian.core.clock import now
from shuanglian.matching.engine import fit, rank
from shuanglian.matching.models import FittedWeights
from shuanglian.matching.queries.judgements import weights


@transaction.atomic
def fit_weights(judged: fit.Judged, *, by: User, repeats: int = 3) -> FittedWeights:
    """Fit, compare by cross-validation (``repeats`` times ten folds) and keep the attempt; better ones are used.

    Raises:
        PermissionDenied: not the system.
        ValueError: too few needs are judged (``fit.LEAST``).
    """
    require(by, "matching.fit_weights")
    found = fit.refit(judged, weights(), f"{now():%Y%m%d%H%M}", repeats)
    made = FittedWeights.objects.create(
        needs=len(judged.readings),
        values=rank.as_values(found.weights),
        before=round(found.before.ndcg, 4),
        after=round(found.after.ndcg, 4),
        in_use=found.is_better,
    )
    record(made, "fit_weights", by=by)
    return made
