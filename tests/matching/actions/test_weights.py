import numpy as np
import pytest
from django.core.exceptions import PermissionDenied

from shuanglian.matching.actions.weights import fit_weights
from shuanglian.matching.engine import fit, rank
from shuanglian.matching.models import FittedWeights

pytestmark = pytest.mark.django_db
NOTHING = fit.Judged([], np.zeros((0, 1, len(rank.COLUMNS))), np.zeros(0), np.zeros((0, 1), np.int64), [])


@pytest.mark.parametrize("who", ["staff", "sysadmin", "handler", "clerk"])
def test_only_the_system_fits_weights(request, who):
    with pytest.raises(PermissionDenied):
        fit_weights(NOTHING, by=request.getfixturevalue(who))
    assert FittedWeights.objects.count() == 0


def test_nothing_is_learnt_from_nothing(system):
    with pytest.raises(ValueError, match="0 < 100"):
        fit_weights(NOTHING, by=system)
    assert FittedWeights.objects.count() == 0
