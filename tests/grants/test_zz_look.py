import os
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]="1"
import pytest
from playwright.sync_api import sync_playwright
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from django.test import Client
from tests.grants import cases
from tests.grants.test_at_the_same_time import set_up
from tests.grants.test_decision_pages import many
from tests.grants.test_agreement_link import link_of
from brobygger.grants.models import *
from brobygger.accounts import tenancy
import datetime as dt

@pytest.mark.django_db(transaction=True, databases=["default","owner"])
def test_look(live_server, monkeypatch):
    monkeypatch.setattr(timezone,"now",lambda: cases.AT)
    def build(cast):
        cases.set_frame(cast); many(cast,3); a=cases.submit(cast, by=cast.anna)
        return a
    cast,granted=set_up(build)
    with tenancy.acting(tenancy.system_actor(cast.municipality.pk),lifetime=600):
        pend=Application.objects.filter(state="PENDING").select_related("mentorship").first()
        mail=link_of(cast, cast.citizen.email)
        agr=Agreement.objects.filter(mentorship=granted.mentorship).last()
    def cookie(u):
        c=Client(); c.force_login(u); return c.cookies["sessionid"].value
    pages=[("queue",cast.eva,"/bevilling/godkendelser/"),("application",cast.eva,reverse("grants:application",args=[pend.public_id])),("app_anna",cast.anna,reverse("grants:application",args=[pend.public_id])),
      ("refuse",cast.eva,reverse("grants:refuse",args=[pend.public_id])),
      ("renew",cast.anna,reverse("grants:renew",args=[granted.mentorship.public_id])),("change",cast.anna,reverse("grants:change",args=[granted.mentorship.public_id])),
      ("case",cast.anna,reverse("web:case",args=[granted.mentorship.public_id])+"#afgoerelser"),("case_pending",cast.eva,reverse("web:case",args=[pend.mentorship.public_id])),
      ("home",cast.eva,"/"),
      ("own",cast.david,reverse("grants:agreement",args=[agr.public_id])),("link",None,mail)]
    with sync_playwright() as p:
        b=p.chromium.launch(executable_path="/usr/bin/chromium",args=["--no-sandbox","--disable-gpu"])
        for w in (1280,390):
            for name,u,url in pages:
                ctx=b.new_context(viewport={"width":w,"height":900})
                if u: ctx.add_cookies([{"name":"sessionid","value":cookie(u),"url":live_server.url}])
                pg=ctx.new_page()
                errs=[]
                pg.on("console",lambda m: errs.append(m.text) if m.type=="error" else None)
                pg.goto(live_server.url+url)
                if name.startswith("case"):
                    pg.evaluate("document.querySelectorAll('#afgoerelser').forEach(d=>d.open=true)")
                if name=="queue" and w==1280:
                    pg.locator("a:has-text('Afvis')").first.click(); pg.wait_for_selector("form.bb-in-place"); 
                pg.wait_for_timeout(300)
                pg.screenshot(path=f"/tmp/shots/{name}_{w}.png",full_page=True)
                r=Axe().run(pg)
                v=[(x["id"],[n["html"][:160] for n in x["nodes"]][:3]) for x in r.response["violations"]]
                sw=pg.evaluate("document.documentElement.scrollWidth")
                print(name,w,sw,v,errs)
                if name=="link" and w==390:
                    pass
                ctx.close()
        b.close()
