"""What can be done in the exchange. Every verb: permission, validity, save, history."""

from shuanglian.exchange.actions.attachment import attach_file, remove_file
from shuanglian.exchange.actions.commitment import (
    accept_booking,
    book_offer,
    claim,
    decline_booking,
    shrink_commitment,
    withdraw_commitment,
)
from shuanglian.exchange.actions.delivery import (
    confirm_delivery,
    correct_delivery,
    end_here,
    give_feedback,
    note_progress,
    record_delivery,
)
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
from shuanglian.exchange.actions.talk import send_message

__all__ = [
    "accept_booking",
    "accept_need",
    "attach_file",
    "book_offer",
    "claim",
    "close_need",
    "confirm_delivery",
    "correct_delivery",
    "decline_booking",
    "discard_draft",
    "end_here",
    "give_feedback",
    "note_progress",
    "pause_offer",
    "post_need",
    "post_offer",
    "publish_offer",
    "record_delivery",
    "remove_file",
    "renew_offer",
    "reopen_need",
    "resume_offer",
    "return_need",
    "return_offer",
    "save_draft",
    "save_offer",
    "send_message",
    "shrink_commitment",
    "submit_need",
    "submit_offer",
    "withdraw_commitment",
    "withdraw_need",
    "withdraw_offer",
]
