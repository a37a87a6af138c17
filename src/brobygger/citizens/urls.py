"""The citizen's own pages, the way in by link, and what staff sets for them."""

from django.urls import path

from brobygger.citizens.views import entry, pages, staff

app_name = "citizens"
urlpatterns = [
    path("borger/", pages.overview, name="overview"),
    path("borger/ja/", pages.confirm_all, name="confirm_all"),
    path("borger/moede/<uuid:public_id>/ja/", pages.confirm, name="confirm"),
    path("borger/moede/<uuid:public_id>/nej/", pages.dispute, name="dispute"),
    path("borger/aftale/<uuid:public_id>/", pages.agreed, name="agreed"),
    path("borger/aftale/<uuid:public_id>/hvordan-gaar-det/", pages.how_it_goes, name="how_it_goes"),
    path("borger/aftale/<uuid:public_id>/hjaelp/", pages.get_help, name="help"),
    path("borger/aftale/<uuid:public_id>/alene/", pages.alone, name="alone"),
    path("borger/aftale/<uuid:public_id>/skriv/<slug:kind>/", pages.message, name="message"),
    path("borger/hvem-har-set/", pages.looks, name="looks"),
    path("borger/sprog/", pages.language, name="language"),
    path("borger/link/<slug:token>/", entry.link, name="link"),
    path("borger/<uuid:public_id>/send-link/", staff.send_link, name="send_link"),
    path("forloeb/<uuid:public_id>/telefontid/", staff.contact_hours, name="contact_hours"),
    path("sprog/", staff.languages, name="languages"),
]
