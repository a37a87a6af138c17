"""From a need to a paid hour: the whole main job, in a real browser, by everyone who takes part."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from brobygger.einvoice.sample import SampleParty
from tests.journeys.story import (
    CitizenOnThePhone,
    Clerk,
    Consultant,
    Leader,
    MentorOnThePhone,
    Need,
    Party,
    an_invoice,
    early_today,
    hours,
    today,
    with_vat,
)
from tests.journeys.visitor import PHONE, Visitor


def test_from_a_need_to_a_paid_hour(visitor: Callable[..., Visitor]) -> None:
    # Given the people of the demonstration, each at a desk or with a telephone
    consultant, leader, clerk = Consultant(visitor()), Leader(visitor()), Clerk(visitor())
    mentor, citizen = MentorOnThePhone(visitor(PHONE)), CitizenOnThePhone(visitor(PHONE))
    consultant.visitor.signs_in_as("Jobkonsulent")
    leader.visitor.signs_in_as("Leder")
    clerk.visitor.signs_in_as("Økonomi")
    mentor.visitor.signs_in_as("Mentor")
    citizen.visitor.signs_in_as("Borger")
    need, supplier = what_is_needed(consultant, mentor, citizen)

    # When the consultant sets up a mentorship, the law, the frame and the price answer while it is written
    cpr = consultant.reads_the_cpr_number_of(need.citizen, citizen.known_mentorship())
    consultant.opens_a_new_mentorship()
    consultant.finds_the_citizen(cpr, need.citizen)
    consultant.writes_the_need(need)
    consultant.chooses_the_mentor(need)
    consultant.plans(need, weeks="10", hours="5")
    consultant.sees_the_total("50 t.", "15.000,00 kr.")
    consultant.sees_the_law_satisfied()
    consultant.sees_the_frame("Inden for rammen")

    # And more hours than the frame allows turn "Bevilg" into "Indstil", and nothing of the draft is lost
    consultant.plans(need, weeks="10", hours="8")
    consultant.sees_the_frame("Uden for rammen")
    consultant.sees_the_total("80 t.", "24.000,00 kr.")
    consultant.comes_back_to_the_draft(need)
    code = consultant.sends_it_in("Indstil")
    consultant.sees_status("Til godkendelse")

    # Then the leader approves it from the queue, and the citizen's letter is there
    leader.approves_from_the_queue(code)
    consultant.opens_the_mentorship(code)
    consultant.sees_status("Bevilget")
    assert consultant.downloads_the_letter("Afgørelse: du får mentorstøtte").startswith(b"%PDF-")

    # And nothing begins before citizen, mentor and company have said yes, by a link and a code
    for party in ("Borger", "Mentor", "Virksomhed"):
        Party(visitor(PHONE), consultant).accepts_the_agreement(party, reads=need.goals[0])
    Party(visitor(PHONE), consultant).finds_the_link_used("Borger")
    consultant.opens_the_mentorship(code)
    consultant.sees_status("I gang")

    # When the mentor registers two meetings, and none that overlaps another
    agreed, denied, overlapping = early_today()
    mentor.registers(code, agreed)
    mentor.registers(code, denied)
    mentor.is_stopped(code, overlapping, because="Du har allerede registreret et møde")

    # And the citizen agrees to one of them
    citizen.says_we_met(agreed)
    citizen.says_something_is_wrong(denied, "Vi mødtes ikke den aften. Jeg var hos min søster.")
    citizen.sees_who_has_looked("Jobkonsulent")
    consultant.decides_the_dispute(code, hours_count=False, why="Mentoren har set i sin kalender og er enig.")

    # Then finance pays the hour both sides confirmed, and nothing else
    customer = clerk.knows_how_an_invoice_is_addressed()
    clerk.receives(
        an_invoice(
            supplier,
            customer,
            hours(code, agreed.minutes, need.rate, "Mentortimer"),
            hours(code, 120, need.rate, "Mentortimer, resten af måneden"),
            hours(code, 60, need.rate, "Mentortimer og parkering"),
            month=today(),
        )
    )
    clerk.sees_line(1, "Dækket af bekræftede timer")
    clerk.sees_line(2, "Afvist")
    clerk.sees_line(3, "parkering")
    clerk.pays_what_is_covered("Betal 1 linje")
    clerk.refuses_line(3, reason="Andet", words="Parkering er ikke mentortimer.")
    paid = [row for row in clerk.makes_the_ledger_file() if code in row.values()]
    assert len(paid) == 1
    assert with_vat(agreed.minutes, need.rate) in paid[0].values()

    # And the consultant follows up, and ends it with each goal judged
    consultant.opens_the_mentorship(code)
    consultant.records_the_follow_up("Borgeren møder selv og er glad for kollegerne.")
    consultant.concludes(
        {need.goals[0]: "Nået", need.goals[1]: "Næsten nået"}, why="Målet er nået", next_step="Ordinært job"
    )
    consultant.sees_status("Afsluttet")
    assert consultant.downloads_the_letter("Afgørelse: din mentorstøtte slutter").startswith(b"%PDF-")


def what_is_needed(
    consultant: Consultant, mentor: MentorOnThePhone, citizen: CitizenOnThePhone
) -> tuple[Need, SampleParty]:
    """The demonstration's own citizen and mentor; the firm and the place as the registers have them."""
    page = consultant.page
    consultant.visitor.goes_to(f"/personer/mentorer/?q={mentor.visitor.own_name()}")
    consultant.visitor.chooses(mentor.visitor.own_name())
    consultant.visitor.chooses("Ret arbejdsstedet")
    firm = SampleParty(page.get_by_label("Navn").input_value(), page.get_by_label("CVR-nummer").input_value())
    need = Need(
        citizen=citizen.visitor.own_name(),
        mentor=mentor.visitor.own_name(),
        mentors_firm=firm.name,
        place="Nordhavn Bageri",
        begins=today() - timedelta(days=7),
    )
    return need, firm
