"""What can be done in the exchange. Every verb: permission, validity, save, history."""

from shuanglian.exchange.actions.agenda import discuss_item, put_on_agenda
from shuanglian.exchange.actions.attachment import attach_file, remove_file
from shuanglian.exchange.actions.check import change_check, create_check
from shuanglian.exchange.actions.commitment import (
    accept_booking,
    book_offer,
    claim,
    decline_booking,
    shrink_commitment,
    withdraw_commitment,
)
from shuanglian.exchange.actions.deadline import extend_deadline, redate_deadlines, resume_clock, stop_clock
from shuanglian.exchange.actions.delivery import (
    confirm_delivery,
    correct_delivery,
    end_here,
    give_feedback,
    note_progress,
    record_delivery,
)
from shuanglian.exchange.actions.handover import hand_over
from shuanglian.exchange.actions.link import relate_needs, unrelate_needs
from shuanglian.exchange.actions.listing import issue_list
from shuanglian.exchange.actions.need import (
    accept_need,
    close_need,
    discard_draft,
    post_need,
    reopen_need,
    return_need,
    save_draft,
    submit_need,
    withdraw_need,
)
from shuanglian.exchange.actions.offer import (
    pause_offer,
    post_offer,
    publish_offer,
    renew_offer,
    resume_offer,
    return_offer,
    save_offer,
    submit_offer,
    withdraw_offer,
)
from shuanglian.exchange.actions.referral import (
    answer_proposal,
    answer_referral,
    propose_unit,
    refer_need,
    take_letter,
)
from shuanglian.exchange.actions.reply import change_reply, create_reply
from shuanglian.exchange.actions.rules import add_rule, revise_rule
from shuanglian.exchange.actions.settling import require_answers
from shuanglian.exchange.actions.splitting import split_need
from shuanglian.exchange.actions.talk import look_at_contact, send_message
from shuanglian.exchange.actions.waiting import (
    ask_next,
    join_waiting,
    lapse_waiting,
    leave_waiting,
    take_place,
)
from shuanglian.exchange.actions.watch import ask_renewals, close_silent, watch_deadlines
from shuanglian.exchange.actions.wording import change_words

__all__ = [
    "accept_booking",
    "accept_need",
    "add_rule",
    "answer_proposal",
    "answer_referral",
    "ask_next",
    "ask_renewals",
    "attach_file",
    "book_offer",
    "change_check",
    "change_reply",
    "change_words",
    "claim",
    "close_need",
    "close_silent",
    "confirm_delivery",
    "correct_delivery",
    "create_check",
    "create_reply",
    "decline_booking",
    "discard_draft",
    "discuss_item",
    "end_here",
    "extend_deadline",
    "give_feedback",
    "hand_over",
    "issue_list",
    "join_waiting",
    "lapse_waiting",
    "leave_waiting",
    "look_at_contact",
    "note_progress",
    "pause_offer",
    "post_need",
    "post_offer",
    "propose_unit",
    "publish_offer",
    "put_on_agenda",
    "record_delivery",
    "redate_deadlines",
    "refer_need",
    "relate_needs",
    "remove_file",
    "renew_offer",
    "reopen_need",
    "require_answers",
    "resume_clock",
    "resume_offer",
    "return_need",
    "return_offer",
    "revise_rule",
    "save_draft",
    "save_offer",
    "send_message",
    "shrink_commitment",
    "split_need",
    "stop_clock",
    "submit_need",
    "submit_offer",
    "take_letter",
    "take_place",
    "unrelate_needs",
    "watch_deadlines",
    "withdraw_commitment",
    "withdraw_need",
    "withdraw_offer",
]
