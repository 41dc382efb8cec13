"""Short stories told with real actions, so that a desk has something on it."""

from shuanglian.exchange import actions
from shuanglian.exchange.models import Commitment, Need


def posted(organization, clerk, title="模具寿命短，想找热处理专家", category="KJ", **fields):
    """A need that waits for review; its words differ from those of any other, for nobody asks twice in a minute."""
    fields.setdefault("detail", f"{title}。第 {Need.objects.count() + 1} 次提出。")
    return actions.post_need(organization, by=clerk, title=title, category=category, **fields)


def opened(organization, clerk, staff, title="模具寿命短，想找热处理专家", category="KJ", **fields):
    """A need in the hall."""
    return actions.accept_need(posted(organization, clerk, title, category, **fields), by=staff)


def claimed(organization, clerk, staff, handler, unit, title="模具寿命短，想找热处理专家", **fields):
    """A need a unit promised to see to; gives the promise."""
    return actions.claim(opened(organization, clerk, staff, title, **fields), by=handler, unit=unit)


def delivered(*people, **fields):
    """A promise that was reported done; gives the delivery."""
    promise = claimed(*people, **fields)
    return actions.record_delivery(promise, by=people[3], note="办好了")


def published(unit, handler, staff, title="锻件无损检测", **fields):
    """An offer on the list."""
    facts = {
        "category": "KJ",
        "detail": "提前联系",
        "standing": True,
        "capacity": 3,
        "contact_phone": "03506022222",
    }
    offer = actions.post_offer(unit, by=handler, title=title, **{**facts, **fields})
    return actions.publish_offer(offer, by=staff)


def booked(offer, clerk, organization):
    """A booking that waits for the unit's answer."""
    return actions.book_offer(offer, by=clerk, organization=organization)


def many_open(number, template):
    """Copies of an open need with its line, without history: only for counting queries."""
    item = template.items.get()
    for n in range(number):
        template.pk, template.number = None, f"XQ2025{n:04d}"
        template._state.adding = True
        template.save()
        item.pk, item.need_id = None, template.pk
        item._state.adding = True
        item.save()


def promise_of(need):
    """The only promise on a need."""
    return Commitment.objects.get(need=need)
