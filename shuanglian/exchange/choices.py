from django.db.models import TextChoices


class NeedState(TextChoices):
    """Where the *work* on a need is. How it ended is a ``Closure``; how much is done is derived (ledger)."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "退回补充"
    BOOKED = "booked", "待单位答复"
    OPEN = "open", "待认领"
    CLAIMED = "claimed", "待首次对接"
    IN_PROGRESS = "in_progress", "对接中"
    DONE = "done", "待评价"
    CLOSED = "closed", "已办结"


# The step (1–6: 提出 公布 认领 对接 办结 评价) that a need has reached in each state.
STEPS = ("提出", "公布", "认领", "对接", "办结", "评价")
STEP_OF_STATE: dict[str, int] = {
    NeedState.DRAFT: 1,
    NeedState.SUBMITTED: 1,
    NeedState.RETURNED: 1,
    NeedState.BOOKED: 2,
    NeedState.OPEN: 2,
    NeedState.CLAIMED: 3,
    NeedState.IN_PROGRESS: 4,
    NeedState.DONE: 5,
    NeedState.CLOSED: 6,
}
CLAIMABLE = (NeedState.OPEN, NeedState.CLAIMED, NeedState.IN_PROGRESS)
UNDER_WAY = (NeedState.BOOKED, NeedState.OPEN, NeedState.CLAIMED, NeedState.IN_PROGRESS, NeedState.DONE)


class Visibility(TextChoices):
    PUBLIC = "public", "公开"
    ALLIANCE = "alliance", "联盟单位可见"
    STAFF = "staff", "只给工委看"


class Urgency(TextChoices):
    NORMAL = "normal", "一般"
    URGENT = "urgent", "较急"
    CRITICAL = "critical", "紧急"


class Source(TextChoices):
    ENTERPRISE = "enterprise", "企业提出"
    LEADER_VISIT = "leader_visit", "领导走访"
    INSTRUCTOR = "instructor", "指导员"
    MEETING = "meeting", "会议"
    HOTLINE = "hotline", "电话来访"
    POLICY = "policy", "政策咨询"
    OFFER = "offer", "预约资源"


class OfferState(TextChoices):
    """Moderation of an offer; whether it can be used now is ``Availability``, dates and what remains."""

    DRAFT = "draft", "草稿"
    SUBMITTED = "submitted", "待审核"
    RETURNED = "returned", "退回补充"
    PUBLISHED = "published", "开放中"
    WITHDRAWN = "withdrawn", "已下架"


class StateKind(TextChoices):
    """Whose states have words."""

    NEED = "need", "需求"
    OFFER = "offer", "共享资源"
    COMMITMENT = "commitment", "认领和预约"


class Availability(TextChoices):
    OPEN = "open", "可预约"
    PAUSED = "paused", "暂停"
    USED_UP = "used_up", "已约满"


class Period(TextChoices):
    """For how long one capacity counts."""

    TOTAL = "total", "有效期内"
    YEAR = "year", "每年"
    QUARTER = "quarter", "每季"
    MONTH = "month", "每月"


class CommitmentState(TextChoices):
    REQUESTED = "requested", "待答复"
    ACTIVE = "active", "办理中"
    WITHDRAWN = "withdrawn", "已撤回"
    FINISHED = "finished", "已完成"


LIVE = (CommitmentState.REQUESTED, CommitmentState.ACTIVE)
HOLDING = (CommitmentState.REQUESTED, CommitmentState.ACTIVE, CommitmentState.FINISHED)


class Mode(TextChoices):
    CLAIMED = "claimed", "主动认领"
    PROPOSED = "proposed", "协商转办"
    BOOKED = "booked", "企业预约"


class Verdict(TextChoices):
    """What the receiver says of a delivery."""

    SOLVED = "solved", "已解决"
    PARTLY = "partly", "部分解决"
    NOT_YET = "not_yet", "还没有"


class Confirmer(TextChoices):
    RECEIVER = "receiver", "提出单位"
    STAFF = "staff", "工作人员代确认"
    SILENCE = "silence", "逾期未确认"


class Satisfaction(TextChoices):
    SATISFIED = "satisfied", "满意"
    BASICALLY = "basically", "基本满意"
    NOT_SATISFIED = "not_satisfied", "不满意"


class Side(TextChoices):
    RECEIVER = "receiver", "提出单位"
    PROVIDER = "provider", "认领单位"


class Outcome(TextChoices):
    """How a need ended. Only ``FULFILLED`` counts as fulfilled anywhere."""

    FULFILLED = "fulfilled", "已解决"
    PARTLY = "partly", "部分解决"
    EXPLAINED = "explained", "暂不能办（已说明）"
    REFERRED = "referred", "转其他渠道办理"
    WITHDRAWN = "withdrawn", "提出单位撤回"
    DUPLICATE = "duplicate", "重复提出"


class Ending(TextChoices):
    """On whose word a need was closed."""

    CONFIRMED = "confirmed", "双方确认"
    SILENCE = "silence", "逾期未确认"
    STATED = "stated", "单方说明"


CONTESTABLE = (Outcome.EXPLAINED, Outcome.REFERRED)  # answers the organisation may contest once


def ending_words(outcome: str, ending: str) -> str:
    """How a need ended, as every page says it: silence is never shown as a confirmed success."""
    if ending == Ending.SILENCE:
        return f"已办结（{Ending.SILENCE.label}）"
    return str(Outcome(outcome).label) if outcome else ""


class LinkKind(TextChoices):
    """How one need stands to another; read from the first to the second."""

    DUPLICATE = "duplicate", "重复于"
    PART = "part", "分自"
    RELATED = "related", "相关"


def ending_tone(outcome: str, ending: str) -> str:
    """Green is for what the receiver called solved; silence, half of it and every other end are told without colour."""
    return "ok" if outcome == Outcome.FULFILLED and ending == Ending.CONFIRMED else ""


class AgendaState(TextChoices):
    """Whether a meeting has dealt with it."""

    WAITING = "waiting", "待议"
    DISCUSSED = "discussed", "已议"


class MatchOrigin(TextChoices):
    SYSTEM = "system", "系统"
    STAFF = "staff", "工作人员"


class MatchState(TextChoices):
    SUGGESTED = "suggested", "已推荐"
    INVITED = "invited", "已商请"
    DECLINED = "declined", "已谢绝"
    ACCEPTED = "accepted", "已接受"
    LAPSED = "lapsed", "已失效"


class DeadlineKind(TextChoices):
    ACCEPT = "accept", "审核"
    CLAIM = "claim", "认领"
    FIRST_CONTACT = "first_contact", "首次对接"
    RESOLVE = "resolve", "办结"
    CONFIRM = "confirm", "确认"


class MessageKind(TextChoices):
    MESSAGE = "message", "留言"
    PROGRESS = "progress", "办理进展"
    INTERNAL = "internal", "内部备注"


class ListKind(TextChoices):
    NEEDS = "needs", "项目需求清单"
    OFFERS = "offers", "共享开放清单"


# How a state is shown beside its ring (tone of the macros ``stage`` and ``tag``); words carry the meaning. How it
# ended has a tone of its own (``ending_tone``).
TONE_OF_STATE: dict[str, str] = {
    NeedState.OPEN: "info",
    NeedState.BOOKED: "info",
    NeedState.CLAIMED: "info",
    NeedState.IN_PROGRESS: "teal",
    NeedState.DONE: "ok",
}
# The icon of a category of the first dictionary; another word gets ``ICON_OF_OTHERS``.
ICON_OF_CATEGORY: dict[str, str] = {
    "ZC": "coin-yuan",
    "RC": "users-plus",
    "JN": "school",
    "FL": "scale",
    "AH": "shield-check",
    "JR": "building-bank",
    "KJ": "bulb",
    "ZL": "microscope",
    "SC": "speakerphone",
    "DK": "flag",
    "WT": "users-group",
    "GY": "heart-handshake",
    "YL": "first-aid-kit",
    "JC": "bolt",
    "ZW": "certificate",
}
ICON_OF_OTHERS = "category"


class WaitingState(TextChoices):
    WAITING = "waiting", "排队中"
    ASKED = "asked", "轮到了，等答复"
    TAKEN = "taken", "已预约"
    LEFT = "left", "不要了"
    LAPSED = "lapsed", "没有答复"
    ENDED = "ended", "资源下架"


STANDING = (WaitingState.WAITING, WaitingState.ASKED)  # in line still


class Occasion(TextChoices):
    RETURN = "return", "退回补充"
    CLOSE = "close", "结束办理"
    MESSAGE = "message", "留言"
    DECLINE = "decline", "谢绝"
    PROPOSE = "propose", "商请认领"


class CheckStep(TextChoices):
    """The steps before which a list of plain checks may stand."""

    ACCEPT = "accept", "受理并开放"
    CLOSE = "close", "结束办理"
    DELIVER = "deliver", "报办结"


# The verbs of history in words; moves of the state tables bring their own on pages that know the table.
VERBS: dict[str, str] = {
    "submit": "提交",
    "accept": "受理、接受",
    "return": "退回补充",
    "withdraw": "撤回",
    "close": "办结",
    "reopen": "重新办理",
    "book": "预约",
    "claim": "认领",
    "start": "开始对接",
    "report": "报办结",
    "release": "重新等待认领",
    "step_back": "退回首次对接",
    "decline": "谢绝",
    "complete": "办结",
    "finish": "完成",
    "shrink": "减少数量",
    "note_progress": "写办理进展",
    "deliver": "报办理结果",
    "confirm": "确认办理结果",
    "correct": "更正数量",
    "continue": "继续办理",
    "rate": "评价",
    "say": "留言",
    "look_at_contact": "查看联系电话",
    "attach": "上传材料",
    "remove": "删除材料",
    "refer": "转办",
    "relate": "关联需求",
    "unrelate": "取消关联",
    "mark_duplicate": "并入重复的需求",
    "split": "分出一条",
    "check": "办前核对",
    "put_on_agenda": "列入季度会议题",
    "discuss": "记下议定结果",
    "answer_referral": "答复转办",
    "propose": "商请认领",
    "answer_proposal": "答复商请",
    "take_letter": "下载商请函",
    "wait": "排队",
    "ask": "轮到排队单位",
    "wait_on": "名额没留住，接着排队",
    "end_line": "资源下架，不再排队",
    "leave_line": "不再排队",
    "take_place": "要了名额",
    "lapse": "逾期没有答复",
    "extend": "延期",
    "stop_clock": "暂停计时",
    "resume_clock": "恢复计时",
    "publish": "审核通过并开放",
    "restore": "重新上架",
    "pause": "暂停预约",
    "resume": "恢复预约",
    "renew": "续期",
    "issue": "印发清单",
    "hand_over": "交接",
}
