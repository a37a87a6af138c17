"""The people of the main job, each with what they do, in words a case worker can read."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from playwright.sync_api import Locator, Response

from brobygger import einvoice
from brobygger.einvoice.sample import Sample, SampleLine, SampleParty, write
from brobygger.values.moment import COPENHAGEN
from brobygger.values.money import price_of_minutes, round_to_oere
from tests.journeys.visitor import Visitor

WORKER_SECONDS = 120
"""Patience with what the worker does by itself."""


@dataclass(frozen=True)
class Need:
    """Who and what a new mentorship is about. Rate in kroner an hour."""

    citizen: str
    mentor: str
    mentors_firm: str
    place: str
    begins: date
    goals: tuple[str, str] = ("Møder fire dage om ugen", "Kan selv finde rundt i butikken")
    tasks: tuple[str, str] = ("Følge borgeren de første morgener", "Øve samtalen med kunder")
    rate: int = 300

    @property
    def initials(self) -> str:
        return " ".join(f"{name[0]}." for name in self.citizen.split())


@dataclass(frozen=True)
class Meeting:
    """A meeting as the mentor tells of it. ``starts`` in minutes from midnight today."""

    starts: int
    minutes: int = 60

    @property
    def clock(self) -> str:
        return f"{self.starts // 60:02}.{self.starts % 60:02}"


def early_today() -> tuple[Meeting, Meeting, Meeting]:
    """Two meetings one after the other and one across both.

    They lie from midnight on, where the demonstration has none: nothing counts before the day of the agreement.
    In the first two hours of a day they are shorter than an hour.
    """
    now = datetime.now(COPENHAGEN)
    minutes = min(60, (now.hour * 60 + now.minute) // 2)
    return Meeting(0, minutes), Meeting(minutes + 5, minutes), Meeting(minutes // 2, minutes)


def today() -> date:
    return datetime.now(COPENHAGEN).date()


def written(day: date) -> str:
    """The way people write a date in a field."""
    return f"{day.day}.{day.month}.{day.year}"


def _saves(answer: Response, hours: str) -> bool:
    sent = answer.request.post_data or ""
    return answer.url.endswith("/bevilling/nyt/kladde/") and f"phase-0-hours={hours}&" in sent


class Consultant:
    """Job consultant at a desk."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    # The citizen and the form

    def reads_the_cpr_number_of(self, citizen: str, known: str) -> str:
        """Finds the citizen with the search field and asks to see the number, which is logged."""
        self.page.keyboard.press("/")
        self.page.get_by_role("dialog", name="Søg").get_by_role("searchbox").fill(citizen)
        found_links = self.page.locator("#palette-results").get_by_role("link", name=citizen)
        found_links.first.wait_for()
        addresses = [link.get_attribute("href") or "" for link in found_links.all()]
        for address in addresses:  # several may have the name; the one with the known mentorship is meant
            self.page.goto(self.visitor.product.address + address)
            if self.page.locator(f"main a[href*='{known}']").count():
                break
        self.page.get_by_role("heading", name=citizen).wait_for()
        self.visitor.checks_the_page()
        self.page.get_by_role("button", name="Vis hele").click()
        shown = self.page.get_by_text(re.compile(r"\d{6}-\d{4}")).first
        shown.wait_for()
        self.visitor.checks_the_page()
        found = re.search(r"\d{6}-\d{4}", shown.inner_text())
        assert found
        return found[0]

    def opens_a_new_mentorship(self) -> None:
        self.visitor.goes_to("/bevilling/nyt/")
        self.visitor.sees("Ikke prøvet færdig")

    def finds_the_citizen(self, cpr: str, citizen: str) -> None:
        self.page.get_by_label("CPR-nummer eller navn").fill(cpr)
        self.page.get_by_role("button", name="Find", exact=True).click()
        self.page.locator(".bb-chosen").get_by_text(citizen).wait_for()
        self.visitor.checks_the_page()

    def writes_the_need(self, need: Need) -> None:
        fill = self._fill
        self.visitor.picks("Hvad skal mentoren hjælpe", "Virksomhedspraktik")
        self.visitor.picks("Virksomhed eller uddannelsessted", need.place)
        self._chip("Introduktion på arbejdspladsen")
        fill("Formål", "At borgeren gennemfører praktikken og kan fortsætte i job.")
        fill("Mål 1", need.goals[0])
        fill("Mål 2", need.goals[1])
        fill("Mentorens opgaver", "\n".join(need.tasks))
        fill("Hvorfor er mentoren afgørende?", "Uden mentoren møder borgeren ikke, som det skete i foråret.")
        fill(
            "Hvad går ud over det sædvanlige?", "Daglig støtte til at møde, som stedet ikke giver andre nye."
        )

    def chooses_the_mentor(self, need: Need) -> None:
        self.visitor.picks("Mentor", need.mentor)
        self._fill("Hvad skal mentoren kunne?", "Have oplært nye før og kende butikken.")
        self.page.get_by_label("Mentoren gør ikke sit sædvanlige arbejde").check()

    def plans(self, need: Need, *, weeks: str, hours: str) -> None:
        """Writes hours and price, and sees the draft saved by itself after the last word."""
        with self.page.expect_response(lambda answer: _saves(answer, hours)):
            self._writes_plan_and_price(need, weeks, hours)
        self.page.locator("[data-bb-autosave]").get_by_text("kl.").wait_for()

    def _writes_plan_and_price(self, need: Need, weeks: str, hours: str) -> None:
        self._fill("Begynder", written(need.begins))
        self._fill("Uger", weeks)
        self._fill("Timer om ugen", hours)
        self._fill("Hvorfor lige det antal timer?", "Fire morgener om ugen, til borgeren møder selv.")
        self.page.get_by_label("Hvad", exact=True).select_option("Honorar til ekstern konsulent")
        self._fill("Beløb", str(need.rate))

    def sees_the_law_satisfied(self) -> None:
        self.visitor.sees("Alle lovens betingelser er opfyldt.")

    def sees_the_frame(self, word: str) -> None:
        self.page.locator("#new_panel").get_by_text(word).first.wait_for()

    def sees_the_total(self, hours: str, kroner: str) -> None:
        totals = self.page.locator("#new_panel .bb-totals")
        totals.get_by_text(hours, exact=True).wait_for()
        totals.get_by_text(kroner, exact=True).wait_for()

    def comes_back_to_the_draft(self, need: Need) -> None:
        """A closed window loses nothing."""
        assert re.search(r"/bevilling/nyt/kladde/[0-9a-f-]+/$", self.page.url)
        self.visitor.goes_to(self.page.url)
        assert self.page.get_by_label("Mål 1").input_value() == need.goals[0]
        assert self.page.get_by_role("textbox", name="Timer om ugen").input_value() != ""

    def sends_it_in(self, button: str) -> str:
        """The number of the new mentorship."""
        self.page.get_by_role("button", name=button, exact=True).click()
        self.page.wait_for_url(re.compile(r"/forloeb/[0-9a-f-]+/$"))
        self.visitor.checks_the_page()
        return self.page.locator("h1 .bb-code").inner_text()

    def _fill(self, label: str, text: str) -> None:
        self.page.get_by_role("textbox", name=re.compile(f"^{re.escape(label)}")).first.fill(text)

    def _chip(self, label: str) -> None:
        self.page.get_by_role("radio", name=label, exact=True).check()

    # The mentorship page

    def opens_the_mentorship(self, code: str) -> None:
        self.page.goto(f"{self.visitor.product.address}/forloeb/?hvis=alle&status=alle&q={code}")
        self.visitor.chooses(code)

    def sees_status(self, word: str) -> None:
        self.page.locator(".bb-page-lead, .bb-lead, header + *, main").get_by_text(
            word, exact=True
        ).first.wait_for()

    def opens_the_section(self, key: str) -> Locator:
        section = self.page.locator(f"details#{key}")
        if section.get_attribute("open") is None:
            section.locator("summary").first.click()
        return section

    def downloads_the_letter(self, title: str) -> bytes:
        section = self.opens_the_section("journal")
        self.visitor.checks_the_page()
        return self.visitor.downloads(section.get_by_role("link", name=title).first)

    # What both sides disagree on

    def decides_the_dispute(self, code: str, *, hours_count: bool, why: str) -> None:
        self.visitor.goes_to("/")
        row = self.page.locator("[data-bb-row]", has_text=code).filter(has_text="Uenighed")
        row.locator(".bb-work-acts").get_by_role("link").first.click()
        self.page.get_by_role("heading", name="Afgør uenigheden").wait_for()
        self.visitor.checks_the_page()
        self._chip("Ja, timerne godkendes" if hours_count else "Nej, timerne godkendes ikke")
        self._fill("Begrundelse", why)
        self.visitor.chooses("Afgør")
        self.visitor.sees("Uenigheden er afgjort.")

    # Follow-up and end

    def records_the_follow_up(self, note: str) -> None:
        section = self.opens_the_section("opfoelgning")
        section.get_by_role("link", name="Registrér").first.click()
        self.page.get_by_role("button", name="Registrér opfølgningen").wait_for()
        self.visitor.checks_the_page()
        self._chip("Besøg")
        self._chip("Ja")
        self._fill("Hvad viste opfølgningen?", note)
        self.page.get_by_role("button", name="Registrér opfølgningen").click()
        section.get_by_text(note).wait_for()
        self.visitor.checks_the_page()

    def concludes(self, reached: dict[str, str], *, why: str, next_step: str) -> None:
        self.opens_the_section("opfoelgning").get_by_role("link", name="Afslut forløbet").click()
        self.page.get_by_role("heading", name="Hvor langt er målene nået?").wait_for()
        self.visitor.checks_the_page()
        self._fill("Sidste dag", written(today()))
        self._chip(why)
        for goal, attainment in reached.items():
            group = self.page.get_by_role("group", name=goal)
            group.get_by_role("radio", name=attainment, exact=True).check()
        self._chip("Ja, borger og mentor")
        self._fill("Hvis ja: hvornår var den?", written(today()))
        self._chip(next_step)
        self._fill("Begrundelse til afgørelsen", "Du møder nu selv og er tilbudt job.")
        self.page.get_by_role("button", name="Afslut forløbet").click()
        self.page.wait_for_url(re.compile(r"/forloeb/[0-9a-f-]+/$"))
        self.visitor.checks_the_page()

    # All outgoing messages, since nothing leaves a demonstration

    def reads_the_message_to(self, recipient: str) -> str:
        self.visitor.opens(f"/beskeder/?modtager={recipient}")
        return self.page.locator("article.bb-card").first.inner_text()


class Leader:
    """Team leader at a desk."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def approves_from_the_queue(self, code: str) -> None:
        self.visitor.goes_to("/bevilling/godkendelser/")
        self.page.get_by_role("button", name=f"Godkend forløb {code}").click()
        self.visitor.sees(f"Forløb {code} er bevilget. Brev og aftale er sendt.")
        self.visitor.checks_the_page()


class Party:
    """Somebody with a link in a message and a telephone, who is not signed in."""

    def __init__(self, visitor: Visitor, outbox: Consultant) -> None:
        self.visitor, self.page, self.outbox = visitor, visitor.page, outbox

    def accepts_the_agreement(self, party: str, *, reads: str) -> None:
        link = re.search(r"https?://\S+/aftale/link/\S+/", self.outbox.reads_the_message_to(party))
        assert link
        self.visitor.goes_to(link[0])
        assert reads not in self.page.content(), "The link alone must not open the agreement."
        self.visitor.chooses("Send kode")
        code = re.search(r"\b\d{6}\b", self.outbox.reads_the_message_to("Modtager af link"))
        assert code
        self.page.get_by_label("Kode").fill(code[0])
        self.visitor.chooses("Gå videre")
        self.visitor.sees(reads)
        self.visitor.chooses("Ja, jeg er enig")
        self.visitor.sees("Du har sagt ja til aftalen.")

    def finds_the_link_used(self, party: str) -> None:
        link = re.search(r"https?://\S+/aftale/link/\S+/", self.outbox.reads_the_message_to(party))
        assert link
        fresh = self.visitor.context.browser.new_context() if self.visitor.context.browser else None
        assert fresh
        answer = fresh.new_page().goto(link[0])
        assert answer and answer.status == 410
        fresh.close()


class MentorOnThePhone:
    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def registers(self, code: str, meeting: Meeting) -> None:
        self.visitor.goes_to("/timer/mentor/")
        card = self.page.locator(f"section[aria-labelledby='forloeb-{code}']")
        card.get_by_role("link", name="Registrér for").click()
        self.visitor.checks_the_page()
        self._writes(meeting)
        # The telephone keeps what was written before it sends it: the page goes on a moment after the press.
        self.page.get_by_role("button", name="Gem", exact=True).first.click()
        self.visitor.sees("Gemt.")
        self.visitor.checks_the_page()

    def is_stopped(self, code: str, meeting: Meeting, *, because: str) -> None:
        """The form comes back with what was typed and the reason by the field."""
        self.visitor.goes_to("/timer/mentor/")
        card = self.page.locator(f"section[aria-labelledby='forloeb-{code}']")
        card.get_by_role("link", name="Registrér for").click()
        self._writes(meeting)
        self.page.get_by_role("button", name="Gem", exact=True).click()
        self.visitor.sees(because)
        assert self.page.get_by_label("Fra kl.").input_value() == meeting.clock
        self.visitor.checks_the_page()

    def _writes(self, meeting: Meeting) -> None:
        self.page.get_by_label("Dag").fill(written(today()))
        self.page.get_by_label("Fra kl.").fill(meeting.clock)
        if meeting.minutes == 60:
            self.page.get_by_role("radio", name="1 t.", exact=True).check()
        else:
            self.page.get_by_role("radio", name="Andet", exact=True).check()
            self.page.get_by_role("textbox", name="Andet").fill(f"{meeting.minutes} min")


class CitizenOnThePhone:
    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def _meeting(self, meeting: Meeting) -> Locator:
        self.visitor.goes_to("/timer/borger/")
        return self.page.locator("ul.hours-list > li", has_text=meeting.clock).first

    def known_mentorship(self) -> str:
        """The public number of a mentorship the citizen already has, from the own page."""
        self.visitor.goes_to("/timer/borger/")
        address = self.page.locator("a[href*='/timer/borger/aftale/']").first.get_attribute("href") or ""
        return address.split("/aftale/")[1].split("/")[0]

    def says_we_met(self, meeting: Meeting) -> None:
        self._meeting(meeting).get_by_role("button", name="Ja").click()
        self.visitor.sees("Tak. Dit svar er gemt.")
        self.visitor.checks_the_page()

    def says_something_is_wrong(self, meeting: Meeting, reason: str) -> None:
        self._meeting(meeting).get_by_role("link", name="Nej, noget er forkert").click()
        self.visitor.checks_the_page()
        self.page.get_by_label("Hvad er forkert?").fill(reason)
        self.visitor.chooses("Send til kommunen", within="body")
        self.visitor.sees("Tak. Kommunen ser på det.")

    def sees_who_has_looked(self, role: str) -> None:
        self.visitor.goes_to("/timer/borger/hvem-har-set/")
        self.visitor.sees(role)


class Clerk:
    """Finance clerk at a desk."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def knows_how_an_invoice_is_addressed(self) -> SampleParty:
        """The municipality as an earlier invoice names it."""
        self.visitor.goes_to("/oekonomi/?vis=all")
        self.page.locator("main table a").first.click()
        self.page.get_by_role("link", name="Hent XML").wait_for()
        customer = einvoice.read(
            self.visitor.downloads(self.page.get_by_role("link", name="Hent XML"))
        ).customer
        return SampleParty(customer.name, customer.cvr, customer.gln)

    def receives(self, file: bytes) -> None:
        self.visitor.goes_to("/oekonomi/")
        self.page.get_by_label("Elektronisk faktura").set_input_files(
            {"name": "faktura.xml", "mimeType": "application/xml", "buffer": file}
        )
        self.visitor.chooses("Læs ind")

    def line(self, number: int) -> Locator:
        return self.page.locator("[data-pay-row]").filter(has_text=f"Linje {number}")

    def sees_line(self, number: int, *sentences: str) -> None:
        for sentence in sentences:
            self.line(number).get_by_text(sentence).first.wait_for()

    def pays_what_is_covered(self, button: str) -> None:
        self.visitor.chooses(button)
        self.visitor.sees("1 linje er godkendt til betaling")

    def refuses_line(self, number: int, *, reason: str, words: str) -> None:
        self.line(number).get_by_role("radio", name="Afvis", exact=True).check()
        self.page.get_by_label("Hvorfor afvises linjerne?").select_option(reason)
        # Each line has one of its own, folded away, for a part of the line; the last is for the chosen lines.
        self.page.get_by_label("Uddybning til leverandøren").last.fill(words)
        self.visitor.checks_the_page()
        self.visitor.chooses("Afvis 1 linje")
        self.visitor.sees("1 linje er afvist.")

    def makes_the_ledger_file(self) -> list[dict[str, str]]:
        self.visitor.goes_to("/oekonomi/bogfoering/")
        self.visitor.chooses("Dan bogføringsfil")
        self.visitor.sees("er dannet med")
        link = self.page.get_by_role("link", name=re.compile("^Hent fil")).first
        text = self.visitor.downloads(link).decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def an_invoice(supplier: SampleParty, customer: SampleParty, *lines: SampleLine, month: date) -> bytes:
    """The month's invoice from the mentor's firm, as its accounting program writes it."""
    last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    made = Sample(
        number=f"J-{month:%Y%m}-1",
        issued_on=today(),
        due_on=today() + timedelta(days=30),
        supplier=supplier,
        customer=customer,
        lines=lines,
        period=(month.replace(day=1), last),
    )
    return write(replace(made, contact="Mentorordningen"))


def with_vat(minutes: int, rate: int) -> str:
    """Kroner and øre as the ledger writes them."""
    net = price_of_minutes(minutes, Decimal(rate))
    return f"{net + round_to_oere(net / 4):.2f}".replace(".", ",")


def hours(code: str, minutes: int, rate: int, text: str) -> SampleLine:
    return SampleLine(text=text, minutes=minutes, rate=Decimal(rate), reference=code)


class Inspector:
    """Controller at a desk."""

    def __init__(self, visitor: Visitor) -> None:
        self.visitor, self.page = visitor, visitor.page

    def sees_answers_to_all_questions(self) -> None:
        """The worker asks them every night; before two o'clock on a new installation somebody must ask for it."""
        self.visitor.opens("/tilsyn/")
        if self._count(".bb-control-grid") == 0 and self._may_run():
            self.runs_the_controls()
        self._opens_until(lambda: self._count(".bb-control-grid") > 0, "/tilsyn/")

    def runs_the_controls(self) -> None:
        self.page.get_by_role("button", name="Kør nu").click()
        self.visitor.sees("sat i gang")
        self._opens_until(self._may_run, "/tilsyn/")

    def sees_signs(self) -> None:
        """They are looked for when the questions have been asked."""
        self._opens_until(lambda: self._count(".bb-sign") > 0, "/tilsyn/tegn/")

    def opens_the_first_failing_control(self) -> None:
        self.visitor.goes_to("/tilsyn/")
        self.page.locator(".bb-control-grid a").first.click()
        self.page.wait_for_url("**/tilsyn/fejl/**")
        self.visitor.checks_the_page()

    def opens_the_first_sign(self) -> str:
        """What it says."""
        self.visitor.goes_to("/tilsyn/tegn/")
        title = self.page.locator(".bb-sign h2 a").first
        words = title.inner_text()
        title.click()
        self.page.get_by_role("heading", name=words, level=1).wait_for()
        self.visitor.checks_the_page()
        return self.page.url

    def explains_the_sign(self, why: str) -> None:
        self.page.get_by_label("Forklaret, fordi").fill(why)
        self.page.get_by_role("button", name="Gem forklaringen").click()

    def fills_in_a_sample(self, name: str, *, size: str) -> None:
        self.visitor.goes_to("/tilsyn/stikproever/traek/")
        self.page.get_by_label("Stikprøvens navn").fill(name)
        self.page.get_by_label("Antal forløb").fill(size)
        self.page.get_by_label("Protokol").fill("Hold registreringerne op mod det, borgeren siger.")

    def draws_it(self, *, cases: int) -> None:
        self.visitor.chooses("Vis, hvad der kan trækkes")
        self.visitor.sees(f"Der trækkes {cases}.")
        self.visitor.chooses("Træk stikprøven")
        self.visitor.sees("Stikprøven er trukket")
        self.page.wait_for_url("**/tilsyn/stikproever/*/")
        assert self._count("main table th .bb-code") == cases

    def opens_a_drawn_case(self) -> str:
        """Its address."""
        self.page.locator("main table th a.bb-code").first.click()
        self.page.get_by_role("heading", name="Revisionsmappe").wait_for()
        self.visitor.checks_at_both_widths()
        return self.page.url

    def hears_that_it_was_delivered(self) -> None:
        answer = self.page.locator("#svar")
        answer.get_by_role("radio", name="Ja", exact=True).check()
        answer.get_by_role("radio", name="I telefon", exact=True).check()
        self.visitor.chooses("Notér svaret")
        self.visitor.sees("Svaret er noteret.")

    def writes_what_it_shows(self, words: str) -> None:
        self.page.get_by_label("Hvad viser sagen?").fill(words)
        self.visitor.chooses("Gem fundet")

    def closes_it(self) -> None:
        self.visitor.chooses("Afslut sagen")
        self.visitor.sees("Sagen er afsluttet.")

    def downloads(self, words: str) -> bytes:
        return self.visitor.downloads(self.page.get_by_role("link", name=words, exact=True))

    def sends_a_list(self, name: str, content: str) -> None:
        """The file is read when it is chosen; with scripts nobody needs to ask for it."""
        self.visitor.goes_to("/tilsyn/andres-sager/")
        self.page.get_by_label("Regneark med sager").set_input_files(
            {"name": name, "mimeType": "text/csv", "buffer": content.encode()}
        )

    def _opens_until(self, condition: Callable[[], bool], path: str) -> None:
        """Opens the page again and again: what is waited for happens elsewhere."""
        end = time.monotonic() + WORKER_SECONDS
        while True:
            answer = self.visitor.opens(path)
            assert answer.status == 200, f"{path}: {answer.status}"
            if condition():
                return
            assert time.monotonic() < end, f"The worker did not do it in {WORKER_SECONDS} seconds: {path}"

    def _may_run(self) -> bool:
        button = self.page.get_by_role("button", name="Kør nu")
        return button.count() > 0 and button.get_attribute("aria-disabled") != "true"

    def _count(self, selector: str) -> int:
        return self.page.locator(selector).count()
