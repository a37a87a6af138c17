"""Delivery and follow-up of one mentorship: mentor, consultant and company, each on a telephone."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg
import pytest
from playwright.sync_api import Locator, Page

from brobygger.values.moment import COPENHAGEN
from tests.journeys.story import Consultant, today, written
from tests.journeys.test_commands import owner
from tests.journeys.visitor import PHONE, Product, Visitor

MOST_TAPS = 3
ENOUGH = 120
"""Presses of a key: more than a page has stops."""
CHOSEN = """
select m.id, m.code, m.public_id::text, u.id, o.person_id
from mentorships_mentorship m
join accounts_user me on me.username = %(mentor)s and m.mentor_id = me.person_id
join accounts_user u on u.username = %(consultant)s
join accounts_user o on o.username = %(company)s
where m.status = 'ACTIVE' and m.ends_before > current_date + 14
  and m.citizen_id <> (select person_id from accounts_user where username = %(citizen)s)
  and not exists (select from hours_contact c where c.mentorship_id = m.id and c.state = 'DISPUTED')
order by m.ends_before desc limit 1
"""
FOLLOW_UP = """
insert into followups_followup
  (public_id, municipality_id, mentorship_id, kind, due_on, planned_for, moved_reason, form, note)
select gen_random_uuid(), municipality_id, id, %(kind)s, %(day)s, %(day)s, '', '', ''
from mentorships_mentorship where id = %(case)s returning id, public_id::text
"""
HEARING = """
insert into followups_hearing (public_id, municipality_id, mentorship_id, follow_up_id, organisation_id, party,
  due_on, going, hours_fit, text, strength)
select gen_random_uuid(), municipality_id, id, %(follow_up)s, organisation_id, 'COMPANY', %(day)s, '', '', '', ''
from mentorships_mentorship where id = %(case)s
"""
FREE = """
update hours_contact set state = 'WITHDRAWN' where starts_at > now() - interval '2 days'
  and mentor_id = (select person_id from accounts_user where username = %(mentor)s) and paid_minutes = 0
"""
"""The demonstration's own contacts of today would stand where a usual one is registered just now."""
MEETING = """
insert into meetings_meeting (public_id, municipality_id, mentorship_id, mentor_id, citizen_id, with_consultant,
  starts_at, ends_at, first_starts_at, how, place, sequence, state, reason, planned_at)
select gen_random_uuid(), municipality_id, id, mentor_id, citizen_id, false, %(begins)s, %(ends)s, %(begins)s,
  'TELEPHONE', '', 0, 'PLANNED', '', %(begins)s - interval '3 days'
from mentorships_mentorship where id = %(case)s
"""


@dataclass(frozen=True)
class Case:
    """A mentorship of the demonstration's mentor, consultant and company, with what is due in it."""

    code: str
    public_id: str
    status: str
    heard: str


@pytest.fixture(scope="module")
def case(product: Product) -> Case:
    """The demonstration has each of these somewhere; here they are in one case, on the days the journey needs."""
    people = {
        "mentor": product.logins["Mentor"][0],
        "consultant": product.logins["Jobkonsulent"][0],
        "company": product.logins["Virksomhed"][0],
        "citizen": product.logins["Borger"][0],
    }
    with owner() as connection:
        key, code, public_id, consultant, company = one(connection, CHOSEN, **people)
        connection.execute(
            "update mentorships_mentorship set consultant_id = %s, organisation_id = %s where id = %s",
            [consultant, company, key],
        )
        day = today()
        _, status = one(connection, FOLLOW_UP, kind="STATUS", day=day, case=key)
        follow_up, heard = one(connection, FOLLOW_UP, kind="COMPANY", day=day + timedelta(days=2), case=key)
        connection.execute(HEARING, {"follow_up": follow_up, "day": day + timedelta(days=2), "case": key})
        connection.execute(FREE, people)
        begins = small_hours(3, 40)
        connection.execute(MEETING, {"case": key, "begins": begins, "ends": begins + timedelta(minutes=5)})
    return Case(str(code), str(public_id), str(status), str(heard))


def one(
    connection: psycopg.Connection[tuple[object, ...]], query: str, **values: object
) -> tuple[object, ...]:
    found = connection.execute(query, values).fetchone()
    assert found, query
    return found


def small_hours(hour: int, minute: int) -> datetime:
    """Yesterday, when the demonstration has no meetings."""
    yesterday = datetime.now(COPENHAGEN) - timedelta(days=1)
    return yesterday.replace(hour=hour, minute=minute, second=0, microsecond=0)


def test_a_mentorship_is_delivered_followed_up_and_ended(visitor: Callable[..., Visitor], case: Case) -> None:
    # Given the mentor and the consultant, each with a telephone
    mentor, consultant = visitor(PHONE), Consultant(visitor(PHONE))
    mentor.signs_in_as("Mentor")
    consultant.visitor.signs_in_as("Jobkonsulent")

    # When the mentor plans a meeting, registers yesterday's from itself, and writes a concern
    plans_a_meeting(mentor, case)
    assert taps_to_register_from_the_meeting(mentor) <= MOST_TAPS
    assert taps_to_register_the_usual(mentor) <= MOST_TAPS
    worry = f"Borgeren virker træt og svarer sent. {uuid.uuid4().hex[:6]}"
    writes_a_concern(mentor, case, worry)

    # Then the consultant sees it above all that is no concern, and answers
    answers_the_concern(consultant, case, worry, "Jeg ringer til borgeren i dag.")
    mentor.goes_to(f"/opfoelgning/bekymring/ny/{case.public_id}/")
    mentor.page.get_by_role("main").get_by_role("listitem").filter(has_text="Besvaret").first.wait_for()

    # And the company answers by link and code, which the consultant has before the talk
    asks_the_company(consultant, case)
    the_company_answers(visitor(PHONE), consultant)
    consultant.visitor.goes_to(f"/opfoelgning/{case.heard}/")
    consultant.page.locator("summary", has_text="Det ved vi").click()
    consultant.visitor.sees("Det går: Nogenlunde")

    # And the follow-up is recorded with how far each goal is
    records_with_a_goal_reading(consultant, case)
    consultant.visitor.goes_to(f"/redskaber/{case.public_id}/plan/")
    consultant.visitor.sees("7 af 10")

    # And after the parting talk it ends, and the report opens
    assert concludes_with_parting_talk(consultant, case).startswith(b"%PDF-")


def plans_a_meeting(mentor: Visitor, case: Case) -> None:
    page = mentor.page
    mentor.goes_to("/timer/mentor/")
    card_of(page, case).get_by_role("link", name="Aftal møde").tap()
    page.wait_for_url(re.compile("/moeder/forloeb/"))
    mentor.checks_the_page()
    page.get_by_label("Dag", exact=True).fill(written(today() + timedelta(days=5)))
    page.get_by_label("Fra kl.").fill("06.10")
    page.get_by_label("Hvor længe?").fill("20 min")
    page.get_by_role("radio", name="Telefon").check()
    page.get_by_role("button", name="Aftal mødet").tap()
    mentor.sees("Mødet er aftalt. De andre har fået besked.")
    mentor.goes_to("/moeder/")
    mentor.sees("06.10–06.30")


def card_of(page: Page, case: Case) -> Locator:
    return page.locator(f"section[aria-labelledby='forloeb-{case.code}']")


def taps_to_register_from_the_meeting(mentor: Visitor) -> int:
    page, taps = mentor.page, 2
    mentor.goes_to("/timer/mentor/")
    page.get_by_role("listitem").filter(has_text="03.40–03.45").get_by_role(
        "link", name=re.compile("^Registrér mødet")
    ).tap()
    page.wait_for_url(re.compile("/registrer/"))
    mentor.checks_the_page()
    assert page.locator("#id_clock").input_value() == "03.40"
    tasks = page.locator("#opgaver input[name=task]")
    if tasks.count() > 1 and not page.locator("#opgaver input[name=task]:checked").count():
        tasks.last.check()
        taps += 1
    page.get_by_role("button", name="Gem", exact=True).tap()
    mentor.sees("Gemt.")
    page.goto(f"{mentor.product.address}/timer/mentor/")
    assert page.get_by_role("link", name=re.compile("^Registrér mødet.*03.40")).count() == 0
    return taps


def taps_to_register_the_usual(mentor: Visitor) -> int:
    """The one met last, as long as usual, just now: counted by the browser, so that no tap is forgotten."""
    page, taps = mentor.page, []
    page.expose_function("tapped", lambda: taps.append(1))
    page.add_init_script("addEventListener('click', (event) => event.isTrusted && window.tapped(), true)")
    mentor.goes_to("/timer/mentor/")
    page.get_by_text("Registrér kontakt", exact=True).tap()
    page.wait_for_url(re.compile("/registrer/"))
    page.get_by_role("button", name="Gem", exact=True).tap()
    mentor.sees("Gemt.")
    assert len(taps) >= 2, "A count that forgets taps proves nothing."
    return len(taps)


def writes_a_concern(mentor: Visitor, case: Case, worry: str) -> None:
    page = mentor.page
    card = card_of(page, case)
    card.locator("summary").tap()
    card.get_by_role("link", name="Fortæl kommunen, hvad der bekymrer dig").tap()
    page.get_by_label("Hvad bekymrer dig?").wait_for()
    mentor.checks_the_page()
    page.get_by_label("Hvad bekymrer dig?").fill(worry)
    page.get_by_role("button", name="Send til kommunen").tap()
    mentor.sees("Tak. Kommunen har fået din bekymring.")


def answers_the_concern(consultant: Consultant, case: Case, worry: str, answer: str) -> None:
    page = consultant.page
    consultant.visitor.goes_to("/")
    rows = [row.inner_text() for row in page.locator("[data-bb-row]").all()]
    place = next(place for place, row in enumerate(rows) if case.code in row and "Bekymring" in row)
    assert all("Bekymring" in row for row in rows[:place])
    row = page.locator("[data-bb-row]").filter(has_text=case.code).filter(has_text="Bekymring")
    row.get_by_role("link", name="Læs og svar").tap()
    page.get_by_text(worry).wait_for()
    consultant.visitor.checks_the_page()
    page.get_by_label("Hvad gør du, og hvad svarer du?").fill(answer)
    page.get_by_role("button", name="Svar og luk").tap()
    page.wait_for_url(re.compile("/forloeb/"))


def asks_the_company(consultant: Consultant, case: Case) -> None:
    consultant.visitor.goes_to(f"/opfoelgning/{case.heard}/")
    consultant.page.get_by_role("button", name="Send spørgsmål til virksomheden").tap()
    consultant.visitor.sees("Virksomheden har fået spørgsmålene.")


def the_company_answers(company: Visitor, outbox: Consultant) -> None:
    link = re.search(r"https?://\S+/status/link/\S+/", outbox.reads_the_message_to("Virksomhed"))
    assert link
    company.goes_to(link[0])
    assert "Passer timerne?" not in company.page.content(), "The link alone must not open the questions."
    company.chooses("Send kode")
    code = re.search(r"\b\d{6}\b", outbox.reads_the_message_to("Modtager af link"))
    assert code
    company.page.get_by_label("Kode").fill(code[0])
    company.chooses("Gå videre")
    company.page.get_by_role("radio", name="Nogenlunde").check()
    company.page.get_by_label("Hvad går godt, og hvad skal ændres?").fill("Kommer, men går tidligt hjem.")
    company.chooses("Send til kommunen")
    company.sees("Tak for dit svar")


def records_with_a_goal_reading(consultant: Consultant, case: Case) -> None:
    page = consultant.page
    consultant.visitor.goes_to(f"/opfoelgning/{case.status}/")
    page.get_by_role("radio", name="Besøg").check()
    page.get_by_role("radio", name="Ja", exact=True).check()
    page.get_by_role("radio", name="De passer").check()
    page.get_by_label(re.compile("^Hvor langt er målet")).first.fill("11")
    page.get_by_role("button", name="Registrér opfølgningen").tap()
    consultant.visitor.sees("Skriv et tal fra 0 til 10.", "Skriv status:")
    consultant.visitor.checks_the_page()
    page.get_by_label(re.compile("^Hvor langt er målet")).first.fill("7")
    page.get_by_label(re.compile("^Hvad viste opfølgningen?")).fill("Møder til tiden de fleste dage.")
    page.get_by_role("button", name="Registrér opfølgningen").tap()
    consultant.visitor.sees("Opfølgningen er registreret.")


def concludes_with_parting_talk(consultant: Consultant, case: Case) -> bytes:
    page = consultant.page
    consultant.visitor.goes_to(f"/opfoelgning/afslut/{case.public_id}/")
    page.get_by_role("radio", name="Målet er nået").check()
    for group in page.get_by_role("group").filter(has=page.get_by_role("radio", name="Næsten nået")).all():
        group.get_by_role("radio", name="Næsten nået").check()
    page.get_by_label(re.compile("^Hvad virkede?")).fill("Faste tider og korte beskeder.")
    page.get_by_role("radio", name="Ja, alle tre").check()
    page.get_by_label(re.compile("^Hvis ja: hvornår var den?")).fill(written(today()))
    page.get_by_label(re.compile("^Hvad siger borgeren")).fill("Jeg tør selv ringe nu.")
    page.get_by_role("radio", name="Ordinært job").check()
    page.get_by_label(re.compile("^Begrundelse til afgørelsen")).fill("Du klarer det nu selv.")
    page.get_by_role("button", name="Afslut forløbet").tap()
    page.wait_for_url(re.compile(r"/forloeb/[0-9a-f-]+/$"))
    consultant.visitor.checks_the_page()
    section = consultant.opens_the_section("opfoelgning")
    return consultant.visitor.downloads(section.get_by_role("link", name="Hent slutrapporten"))


def test_registering_and_following_up_without_a_mouse(visitor: Callable[..., Visitor], case: Case) -> None:
    mentor = visitor()
    page = mentor.signs_in_as("Mentor")
    page.goto(f"{mentor.product.address}/timer/mentor/")
    goes_by_tab(page, page.get_by_role("link", name=re.compile("^Registrér for")).first)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/registrer/"))
    begins = small_hours(3, 50)
    types(page, page.locator("#id_day"), f"{begins:%d.%m.%Y}")
    types(page, page.locator("#id_clock"), f"{begins:%H.%M}")
    goes_by_tab(page, page.locator("input[name=length]:checked"))
    presses_until_checked(page, page.locator("input[name=length][value=OTHER]"))
    types(page, page.locator("#id_other_length"), "2 min")
    if page.locator("#opgaver input[name=task]").count() > 1:
        goes_by_tab(page, page.locator("#opgaver input[name=task]").first)
        page.keyboard.press("Space")
    goes_by_tab(page, page.get_by_role("button", name="Gem", exact=True))
    page.keyboard.press("Enter")
    mentor.sees("Gemt.")

    consultant = visitor()
    page = consultant.signs_in_as("Jobkonsulent")
    others = page.locator("[data-bb-row]").filter(has_not_text=case.code)
    opens_by_keyboard(page, others.get_by_role("link", name="Registrér").first)
    for name in ("done_on", "how", "service_delivered"):
        fields = page.locator(f"main input[name={name}]")
        if fields.count() > 1:
            goes_by_tab(page, fields.first)
            page.keyboard.press("Space")
    if page.locator("main input[name=pair_fits]").count():
        goes_by_tab(page, page.locator("main input[name=pair_fits]").first)
        page.keyboard.press("Space")
    types(page, page.locator("main textarea[name=note]"), "Skrevet med tastaturet.")
    goes_by_tab(page, page.get_by_role("button", name="Registrér opfølgningen"))
    page.keyboard.press("Enter")
    consultant.sees("Opfølgningen er registreret.")
    assert page.evaluate("document.activeElement.matches('[data-bb-changed]')"), (
        "The focus is where it happened."
    )


def opens_by_keyboard(page: Page, link: Locator) -> None:
    goes_by_tab(page, link)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Registrér opfølgningen").wait_for()


def goes_by_tab(page: Page, target: Locator) -> None:
    """Presses Tab until the focus is there; what Tab never reaches fails."""
    wanted = target.element_handle()
    for _press in range(ENOUGH):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => wanted === document.activeElement", wanted):
            return
    raise AssertionError(f"Tab never reaches {target}.")


def types(page: Page, field: Locator, text: str) -> None:
    goes_by_tab(page, field)
    page.keyboard.press("Control+a")
    page.keyboard.type(text)


def presses_until_checked(page: Page, radio: Locator) -> None:
    for _press in range(ENOUGH):
        if radio.is_checked():
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"The arrow never reaches {radio}.")
