from django.urls import path

from brobygger.grants.views import agreement, decision, new, queue

app_name = "grants"
urlpatterns = [
    path("nyt/", new.new, name="new"),
    path("nyt/panel/", new.panel, name="new_panel"),
    path("nyt/kladde/", new.save_draft, name="new_draft"),
    path("nyt/kladde/<uuid:public_id>/", new.resume, name="draft"),
    path("nyt/kladde/<uuid:public_id>/slet/", new.discard, name="discard"),
    path("godkendelser/", queue.queue, name="queue"),
    path("indstilling/<uuid:public_id>/", queue.application, name="application"),
    path("indstilling/<uuid:public_id>/godkend/", decision.approve, name="approve"),
    path("indstilling/<uuid:public_id>/afvis/", decision.refuse, name="refuse"),
    path("indstilling/<uuid:public_id>/traek-tilbage/", decision.withdraw, name="withdraw"),
    path("forloeb/<uuid:public_id>/forlaeng/", decision.renew, name="renew"),
    path("forloeb/<uuid:public_id>/aendr/", decision.change, name="change"),
    path("aftale/<uuid:public_id>/", agreement.own, name="agreement"),
    path("aftale/<uuid:public_id>/ny/", agreement.send_new, name="send_agreement"),
    path("aftale/part/<uuid:public_id>/send-igen/", agreement.resend, name="resend"),
    path("aftale/part/<uuid:public_id>/papir/", agreement.on_paper, name="on_paper"),
    path("aftale/link/<str:token>/", agreement.link, name="agreement_link"),
]
