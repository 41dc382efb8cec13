"""The words of states: what the office calls each state when it speaks to the public, enterprises, units or staff.

``state_name`` is the one door: pages, refusals and lists all ask it (``get_state_display`` of the three models).
"""

from django.conf import settings
from django.core.cache import caches
from django.db import models
from django.db.models import TextChoices

from shuanglian.core.models import Stamped
from shuanglian.core.wording import audience
from shuanglian.exchange.choices import CommitmentState, NeedState, OfferState, StateKind

STATES: dict[str, type[TextChoices]] = {
    StateKind.NEED: NeedState,
    StateKind.OFFER: OfferState,
    StateKind.COMMITMENT: CommitmentState,
}
_SECONDS = 60  # as long as dictionaries are kept in memory
_KEY = "state_words"


class StateWord(Stamped):
    """One state with its words for each audience; empty means the standard one."""

    kind = models.CharField("哪一类", max_length=12, choices=StateKind)
    code = models.CharField("代码", max_length=12)
    name = models.CharField("标准说法", max_length=12)
    public = models.CharField("对公众", max_length=12, blank=True)
    enterprise = models.CharField("对企业", max_length=12, blank=True)
    unit = models.CharField("对联盟单位", max_length=12, blank=True)
    staff = models.CharField("对工作人员", max_length=12, blank=True)
    position = models.PositiveSmallIntegerField("次序", default=0)

    class Meta:
        ordering = ("position", "pk")
        verbose_name = "状态说法"
        constraints = (models.UniqueConstraint(fields=("county", "kind", "code"), name="state_word_once"),)

    def __str__(self) -> str:
        return self.name


def state_name(kind: str, code: str) -> str:
    """What a state is called when speaking to whoever reads now."""
    return _words().get((kind, code, audience()), "") or standard_name(kind, code)


def standard_name(kind: str, code: str) -> str:
    """What a state is called in ledgers and printed lists, for everybody the same."""
    known = STATES[kind]
    return str(known(code).label) if code in known.values else code


def state_names(kind: str) -> dict[str, str]:
    """Code → name of all states, in their order, when speaking to whoever reads now."""
    words, reader = _words(), audience()
    return {
        code: words.get((kind, code, reader)) or standard_name(kind, code) for code in STATES[kind].values
    }


def forget_state_words() -> None:
    """Drop the remembered words after a change."""
    caches["local"].delete(_KEY)


def _words() -> dict[tuple[str, str, str], str]:
    found: dict[tuple[str, str, str], str] | None = caches["local"].get(_KEY)
    if found is None:
        rows = StateWord.objects.filter(county=settings.SHUANGLIAN_COUNTY)
        found = {
            (row.kind, row.code, reader): words
            for row in rows
            for reader in ("public", "enterprise", "unit", "staff")
            if (words := getattr(row, reader))
        }
        caches["local"].set(_KEY, found, _SECONDS)
    return found
