from shuanglian.core.states import Machine, Move
from shuanglian.exchange.choices import CommitmentState as C
from shuanglian.exchange.choices import NeedState as N
from shuanglian.exchange.choices import OfferState as O

UNREPORTED = (N.OPEN, N.CLAIMED, N.IN_PROGRESS)
WORKING = (*UNREPORTED, N.DONE)

# Moves with ``by_hand=False`` follow from what units and receivers do with commitments (actions/settling.py).
NEED = Machine(
    (
        Move("submit", "提交需求", (N.DRAFT, N.RETURNED), N.SUBMITTED, "exchange.submit_need"),
        Move("accept", "受理并开放", (N.SUBMITTED,), N.OPEN, "exchange.accept_need"),
        Move(
            "return",
            "退回补充",
            (N.SUBMITTED,),
            N.RETURNED,
            "exchange.accept_need",
            needs_note=True,
            danger=True,
        ),
        Move(
            "withdraw",
            "撤回需求",
            (N.SUBMITTED, N.RETURNED, N.BOOKED, *UNREPORTED),
            N.CLOSED,
            "exchange.withdraw_need",
            needs_note=True,
            danger=True,
        ),
        Move(
            "close",
            "结束办理",
            (N.SUBMITTED, N.RETURNED, *UNREPORTED),
            N.CLOSED,
            "exchange.close_need",
            needs_note=True,
        ),
        Move("reopen", "重新办理", (N.CLOSED,), N.OPEN, "exchange.reopen_need", needs_note=True),
        Move("book", "预约", (N.DRAFT,), N.BOOKED, "exchange.book_offer", by_hand=False),
        Move("claim", "认领", (N.OPEN, N.BOOKED), N.CLAIMED, "exchange.claim_need", by_hand=False),
        Move(
            "start",
            "开始对接",
            (N.OPEN, N.CLAIMED, N.DONE),
            N.IN_PROGRESS,
            "exchange.handle_need",
            by_hand=False,
        ),
        Move(
            "report",
            "报办结",
            (N.OPEN, N.CLAIMED, N.IN_PROGRESS),
            N.DONE,
            "exchange.handle_need",
            by_hand=False,
        ),
        Move("release", "重新等待认领", WORKING[1:], N.OPEN, "exchange.handle_need", by_hand=False),
        Move(
            "step_back",
            "退回首次对接",
            (N.IN_PROGRESS, N.DONE),
            N.CLAIMED,
            "exchange.handle_need",
            by_hand=False,
        ),
        Move("decline", "单位谢绝预约", (N.BOOKED,), N.RETURNED, "exchange.handle_need", by_hand=False),
        Move("complete", "办结", WORKING, N.CLOSED, "exchange.confirm_need", by_hand=False),
    )
)

OFFER = Machine(
    (
        Move("submit", "提交审核", (O.DRAFT, O.RETURNED), O.SUBMITTED, "exchange.change_offer"),
        Move("publish", "审核通过并开放", (O.SUBMITTED,), O.PUBLISHED, "exchange.review_offer"),
        Move(
            "return",
            "退回补充",
            (O.SUBMITTED,),
            O.RETURNED,
            "exchange.review_offer",
            needs_note=True,
            danger=True,
        ),
        Move(
            "withdraw",
            "下架",
            (O.SUBMITTED, O.RETURNED, O.PUBLISHED),
            O.WITHDRAWN,
            "exchange.withdraw_offer",
            danger=True,
        ),
        Move("restore", "重新上架", (O.WITHDRAWN,), O.SUBMITTED, "exchange.change_offer"),
    )
)

COMMITMENT = Machine(
    (
        Move("accept", "接受预约", (C.REQUESTED,), C.ACTIVE, "exchange.answer_commitment"),
        Move(
            "decline",
            "谢绝",
            (C.REQUESTED,),
            C.WITHDRAWN,
            "exchange.answer_commitment",
            needs_note=True,
            danger=True,
        ),
        Move(
            "withdraw",
            "撤回认领",
            (C.REQUESTED, C.ACTIVE),
            C.WITHDRAWN,
            "exchange.withdraw_commitment",
            needs_note=True,
            danger=True,
        ),
        Move("finish", "完成", (C.ACTIVE,), C.FINISHED, "exchange.confirm_commitment", by_hand=False),
    )
)
