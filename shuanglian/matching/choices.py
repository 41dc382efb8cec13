from django.db.models import TextChoices

# How well something fits, in words: from this fit (0 to 1, as likely as that it serves) on, and the tone of its tag.
# People never see the figure.
FIT_WORDS = ((0.85, "很合适", "ok"), (0.60, "较合适", "teal"), (0.15, "可以考虑", ""), (0.0, "不太合适", ""))


def fit_word(fit: float) -> str:
    """很合适, 较合适, 可以考虑 or 不太合适."""
    return next(word for least, word, _ in FIT_WORDS if fit >= least)


def fit_tone(fit: float) -> str:
    """The tone of the tag that says so."""
    return next(tone for least, _, tone in FIT_WORDS if fit >= least)


class WhyNot(TextChoices):
    """Why a suggestion is declined: a short list, so that it can be counted and learnt from."""

    SUBJECT = "subject", "不是一回事"
    CONDITIONS = "conditions", "条件、规格对不上"
    TIME = "time", "时间来不及"
    PLACE = "place", "地方不合适"
    ROOM = "room", "接不下了"
    OTHER = "other", "其他原因"


class Miss(TextChoices):
    """Why a line of a need did not get its first choice in the plan."""

    NOTHING = "nothing", "没有合适的资源"
    BARRED = "barred", "您不要这一项"
    DECLINED = "declined", "单位谢绝过"
    UNFIT = "unfit", "有人说过不合适"
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

# What is recorded of suggestions, in words of history.
VERBS = {
    "suggest": "推荐",
    "decline_suggestion": "说明不合适",
    "take_up": "用上了",
    "let_lapse": "没用上",
    "make_plan": "重新计算方案",
    "fit_weights": "按大家的取舍重新调权重",
    "plan_lock": "锁定",
    "plan_change": "改派",
    "plan_leave": "先不分派",
    "plan_bar": "不再建议",
    "plan_undo": "收回",
}
