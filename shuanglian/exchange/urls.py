from django.urls import path

from shuanglian.exchange.views import (
    commitment,
    file,
    limit,
    link,
    lists,
    mine,
    moving,
    need,
    offer,
    passing,
    post,
    waiting,
)

urlpatterns = [
    path("needs/", need.needs, name="exchange.needs"),
    path("needs/new/", post.post, name="exchange.post"),
    path("needs/new/guess/", post.guess_words, name="exchange.guess"),
    path("needs/new/organizations/", post.organization_names, name="exchange.organization_names"),
    path("needs/<int:pk>/", need.need, name="exchange.need"),
    path("needs/<int:pk>/phone/", need.phone, name="exchange.phone"),
    path("needs/<int:pk>/edit/", post.need_edit, name="exchange.need_edit"),
    path("needs/<int:pk>/discard/", post.need_discard, name="exchange.need_discard"),
    *(
        path(f"needs/<int:pk>/{act.name}/", moving.need_act, {"act": act}, name=f"exchange.{act.name}")
        for act in (*moving.NEED_ACTS, *passing.PASSING_ACTS, *link.LINK_ACTS)
    ),
    *(
        path(
            f"commitments/<int:pk>/{act.name}/",
            commitment.commitment_act,
            {"act": act},
            name=f"exchange.commitment_{act.name}",
        )
        for act in commitment.COMMITMENT_ACTS
    ),
    path("deliveries/<int:pk>/confirm/", commitment.delivery_confirm, name="exchange.delivery_confirm"),
    path("deliveries/<int:pk>/correct/", commitment.delivery_correct, name="exchange.delivery_correct"),
    *(
        path(f"limits/<int:pk>/{act.name}/", limit.limit_act, {"act": act}, name=f"exchange.limit_{act.name}")
        for act in limit.LIMIT_ACTS
    ),
    path("referrals/<int:pk>/answer/", passing.referral_answer, name="exchange.referral_answer"),
    path("proposals/<int:pk>/answer/", passing.proposal_answer, name="exchange.proposal_answer"),
    path("proposals/<int:pk>/letter/", passing.proposal_letter, name="exchange.proposal_letter"),
    path("links/<int:pk>/remove/", link.link_remove, name="exchange.link_remove"),
    path("offers/", offer.offers, name="exchange.offers"),
    path("offers/new/", offer.offer_new, name="exchange.offer_new"),
    path("offers/<int:pk>/", offer.offer, name="exchange.offer"),
    path("offers/<int:pk>/edit/", offer.offer_edit, name="exchange.offer_edit"),
    *(
        path(f"offers/<int:pk>/{act.name}/", offer.offer_act, {"act": act}, name=f"exchange.offer_{act.name}")
        for act in (*offer.OFFER_ACTS, waiting.WAIT)
    ),
    *(
        path(f"waiting/<int:pk>/{act.name}/", waiting.waiting_act, {"act": act}, name=f"exchange.{act.name}")
        for act in waiting.WAITING_ACTS
    ),
    path("lists/", lists.lists, name="exchange.lists"),
    path("lists/<slug:kind>/new/", lists.list_new, name="exchange.list_new"),
    path("lists/<int:pk>/<slug:edition>.<slug:form>", lists.list_file, name="exchange.list_file"),
    path("mine/", mine.mine, name="exchange.mine"),
    path("files/<int:pk>/", file.file, name="exchange.file"),
    path("files/<int:pk>/remove/", file.file_remove, name="exchange.file_remove"),
]
