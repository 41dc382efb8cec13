from django.db.models import TextChoices

# How well something fits, in words: from this fit (0 to 1) on. People never see the figure.
FIT_WORDS = ((0.7, "很合适"), (0.4, "合适"), (0.0, "可以考虑"))


def fit_word(fit: float) -> str:
    """很合适, 合适 or 可以考虑."""
    return next(word for least, word in FIT_WORDS if fit >= least)


class Miss(TextChoices):
    """Why a line of a need did not get its first choice in the plan."""

    NOTHING = "nothing", "没有合适的资源"
    BARRED = "barred", "排除过"
    DECLINED = "declined", "单位谢绝过"
    FULL = "full", "本期已约满"
    SHORT = "short", "剩下的不够"
    MONTH = "month", "单位本月已排满"
    URGENT = "urgent", "给了更急的"
    BETTER = "better", "留给了更需要它的"


class ChoiceKind(TextChoices):
    """What staff decided about one line of the plan."""

    LOCK = "lock", "锁定"
    CHANGE = "change", "改派"
    LEAVE = "leave", "先不分派"
    BAR = "bar", "不再建议"


FIXING = (ChoiceKind.LOCK, ChoiceKind.CHANGE, ChoiceKind.LEAVE)
