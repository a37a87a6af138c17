"""Everything there can be an address for, three times: one's own, a neighbour's, and another municipality's."""

from __future__ import annotations

import copy
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from brobygger.accounts import services as one_time
from brobygger.accounts import tenancy
from brobygger.accounts.models import OneTimeLink, Team, User
from brobygger.accounts.permissions import Role
from brobygger.controls.intake import services as intake
from brobygger.controls.intake.models import FileAudit
from brobygger.controls.risks.models import RiskSign
from brobygger.controls.samples import services as samples
from brobygger.controls.samples.models import Attestation, SampleCase, Strata
from brobygger.controls.samples.selectors import Population
from brobygger.einvoice.sample import SampleParty
from brobygger.followups.models import Concern, FollowUp, Hearing, Substitute
from brobygger.grants import judgement
from brobygger.grants.models import Agreement, AgreementParty, Application, Grant, Kind
from brobygger.grants.proposals import Proposal, price_lines_as_data
from brobygger.hours.models import Confirmation, Contact
from brobygger.law.codes import PriceLineKind
from brobygger.meetings import services as meetings
from brobygger.meetings.models import Meeting
from brobygger.mentorships.models import CitizenMessage, Document, Mentorship, MentorshipDraft
from brobygger.mentorships.selectors import need_of
from brobygger.payment.hour_plan import HourPlan, Phase
from brobygger.payment.price import PER_HOUR, PriceLine
from brobygger.payments import services as payments
from brobygger.payments.models import ApiToken, Invoice, LedgerFile, PayRecord, RulePackage
from brobygger.people import vault
from brobygger.people.models import CprNumber
from brobygger.registers import services as registers
from brobygger.registers.models import RegisterImport, WaitingFile
from brobygger.review.intake import guess
from brobygger.review.signs import About, SignKind
from brobygger.toolbox.models import DigitalTool
from tests.cast import STAFF, Cast
from tests.factories import books, evaluations, invoices, people
from tests.factories.mentorships import make_active
from tests.review.intake_files import FULL

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AT = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HOURS_REASON = "Som før."
FIRST_HOUR = 6
"""Contacts begin here and follow each other, since a mentor is in one place at a time."""


@dataclass(frozen=True)
class Things:
    """One of each, by the name that the table of routes uses. Values are what an address holds."""

    found: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.found[name]


@dataclass(frozen=True)
class World:
    cast: Cast
    own: Things
    neighbours: Things
    foreign: Things

    def user_of(self, role: Role) -> User:
        return next(
            user for user in self.cast.users.values() if user.roles == [role.value] and user.name != "Bo Bech"
        )


def make_world(cast: Cast) -> World:
    """The cast with a world around it; leaves the context of the own municipality."""
    cast.users["nora"] = _user(cast, "nora", "Nora Nygaard", Role.ANALYST)
    cast.users["rikke"] = _user(cast, "rikke", "Rikke Roed", Role.JOB_CONSULTANT)
    own = _things(cast, cast.users["anna"])
    neighbours = _things(_with_other_people(cast, "nabo"), cast.users["rikke"])
    away = _cast_away(cast)
    with tenancy.acting(tenancy.system_actor(cast.other_municipality.pk), lifetime=3600):
        away = _with_other_people(away, "fjern")
        foreign = _things(away, away.users["anna"])
    return World(cast, own, neighbours, foreign)


def _cast_away(cast: Cast) -> Cast:
    """The same roles, held by people of the other municipality."""
    away = Cast(cast.other_municipality, cast.municipality, None)  # type: ignore[arg-type]
    with tenancy.acting(tenancy.system_actor(away.municipality.pk), lifetime=3600):
        away.team = Team.objects.create(municipality=away.municipality, name="Team Fjern")
        for key, (name, role) in STAFF.items():
            away.users[key] = _user(away, f"fjern-{key}", name, role)
        away.users["rikke"] = away.users["anna"]
    return away


def _with_other_people(cast: Cast, key: str) -> Cast:
    """The same municipality with another citizen, mentor and company."""
    other = copy.copy(cast)
    company = people.make_organisation(cast, name=f"{key} Tømmerhandel", cvr="99990007")
    mentor = people.make_mentor(cast, name=f"Karl {key}", email=f"{key}-m@example.org", organisation=company)
    citizen = people.make_citizen(
        cast, name=f"Dagny {key}", email=f"{key}-b@example.org", consultant=cast.users["anna"]
    )
    users = {
        **cast.users,
        "carla": _user(cast, f"{key}-m", mentor.name, Role.MENTOR, mentor.pk),
        "david": _user(cast, f"{key}-b", citizen.name, Role.CITIZEN, citizen.pk),
    }
    other.__dict__ = {
        **cast.__dict__,
        "company": company,
        "mentor": mentor,
        "citizen": citizen,
        "users": users,
    }
    return other


def _user(cast: Cast, username: str, name: str, role: Role, person_id: int | None = None) -> User:
    return User.objects.create(
        municipality=cast.municipality,
        username=username,
        name=name,
        email=f"{username}@example.org",
        phone="+4512345678",
        roles=[role.value],
        person_id=person_id,
        password="!",
    )


DECIDERS = {
    "application": Role.TEAM_LEADER,
    "for_consultant": Role.JOB_CONSULTANT,
    "for_worker": Role.CASE_WORKER,
    "for_coordinator": Role.COORDINATOR,
}
"""The applications, and who decides each by the frame and the way of working."""


def _things(cast: Cast, writer: User) -> Things:
    """``writer`` has what is a member of staff's own."""
    mentorship = make_active(cast, consultant=writer)
    grant = Grant.objects.get(mentorship=mentorship)
    agreement = _open_agreement(cast, mentorship, grant)
    party = AgreementParty.objects.get(agreement=agreement, party="CITIZEN")
    applications = {
        name: _application(cast, mentorship if name == "application" else make_active(cast), role)
        for name, role in DECIDERS.items()
    }
    contacts = [
        invoices.make_contact(
            cast, mentorship, 30, day=date(2026, 11, 3), hour=FIRST_HOUR + place, state=state
        )
        for place, state in enumerate((Contact.State.REGISTERED, Contact.State.DISPUTED))
    ]
    Confirmation.objects.create(
        municipality=cast.municipality,
        contact=contacts[1],
        answer="NO",
        reason="Nej.",
        strength="SIGNED_IN",
        at=AT,
    )
    stated = {"number": f"F-{mentorship.code}", "supplier": SampleParty(cast.company.name, cast.company.cvr)}
    file = invoices.file_of(cast, invoices.hours(mentorship), **stated)
    invoice = payments.receive(data=file, by=cast.users["finn"], at=invoices.RECEIVED)
    message = CitizenMessage.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        citizen=cast.citizen,
        kind=CitizenMessage.Kind.QUESTION,
        text="Hvornår mødes vi?",
        sent_at=AT,
    )
    case = _sample_case(cast, mentorship)
    attestation = Attestation.objects.get(sample_case=case)
    _keep_cpr(cast)
    made: dict[str, Any] = {
        **applications,
        "mentorship": mentorship,
        "agreement": agreement,
        "party": party,
        "contact": contacts[0],
        "disputed": contacts[1],
        "invoice": invoice,
        "answered_invoice": _answered_invoice(cast, mentorship, stated),
        "api_token": _api_token(cast),
        "rule_package": _rule_package(cast),
        "line": invoice.lines.first(),
        "ledger_file": _ledger_file(cast),
        "pay_record": _pay_record(cast),
        "follow_up": _follow_up(cast, mentorship),
        "document": _document(cast, mentorship),
        "message": message,
        "citizen": cast.citizen,
        "mentor": cast.mentor,
        "organisation": cast.company,
        "user": cast.users["finn"],
        "team": cast.team,
        "draft": _draft(cast, writer),
        "sample": case.sample,
        "sample_case": case,
        "attestation": attestation,
        "concern": _concern(cast, mentorship),
        "hearing": _hearing(cast, mentorship, Hearing.Party.MENTOR),
        "company_hearing": _hearing(cast, mentorship, Hearing.Party.COMPANY),
        "substitute": _substitute(cast),
        "meeting": _meeting(cast, mentorship),
        "risk": _sign(cast, mentorship, contacts),
        "file_audit": _file_audit(cast),
        "digital_tool": _digital_tool(cast),
        "register_import": _register_import(cast),
        "waiting_file": _waiting_file(cast),
        **_books(cast),
        **evaluations.each_step(cast, mentorship),
    }
    found = {name: str(thing.public_id) for name, thing in made.items()}
    links = {
        "link": _link(cast, OneTimeLink.Purpose.ACCEPT_AGREEMENT, party.pk),
        "attest_link": _link(cast, OneTimeLink.Purpose.ATTEST_HOURS, attestation.pk),
        "hearing_link": _link(cast, OneTimeLink.Purpose.HEAR_COMPANY, made["company_hearing"].pk),
        "feed": _feed(cast),
        "page_link": _link(cast, OneTimeLink.Purpose.CITIZEN_PAGE, cast.citizen.pk),
    }
    return Things({**found, **links})


def _answered_invoice(cast: Cast, mentorship: Mentorship, stated: dict[str, Any]) -> Invoice:
    """In another currency, so it is turned away and its supplier answered."""
    changed = {**stated, "number": f"A-{mentorship.code}", "currency": "EUR"}
    file = invoices.file_of(cast, invoices.hours(mentorship), **changed)
    return payments.receive(data=file, by=cast.users["finn"], at=invoices.RECEIVED)


def _api_token(cast: Cast) -> ApiToken:
    return ApiToken.objects.create(
        municipality=cast.municipality,
        name="ERP",
        token_hash=uuid.uuid4().bytes * 2,
        ends_before=date(2027, 1, 1),
        made_at=AT,
        made_by=cast.users["adam"],
    )


def _rule_package(cast: Cast) -> RulePackage:
    """No longer in use, so that there may be several."""
    return RulePackage.objects.create(
        municipality=cast.municipality,
        standard=RulePackage.Standard.PEPPOL,
        name="Regler",
        content=b"",
        sha256=bytes(32),
        uploaded_at=AT,
        uploaded_by=cast.users["adam"],
        withdrawn_at=AT,
    )


def _meeting(cast: Cast, mentorship: Mentorship) -> Meeting:
    """With all four: citizen, mentor, consultant and company."""
    starts_at = NOW + timedelta(days=1)
    return Meeting.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        mentor=cast.mentor,
        citizen=cast.citizen,
        organisation=cast.company,
        with_consultant=True,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=1),
        first_starts_at=starts_at,
        how=Meeting.How.FACE_TO_FACE,
        place="Biblioteket",
        planned_at=AT,
        planned_by=cast.users["anna"],
    )


def _feed(cast: Cast) -> str:
    return meetings.make_feed(by=cast.users["carla"], at=AT)


def _open_agreement(cast: Cast, mentorship: Mentorship, grant: Grant) -> Agreement:
    agreement = Agreement.objects.create(
        municipality=cast.municipality, mentorship=mentorship, grant=grant, content={}, sent_at=AT
    )
    for party, name, person in (
        ("CITIZEN", cast.citizen.name, cast.citizen.pk),
        ("MENTOR", cast.mentor.name, cast.mentor.pk),
        ("COMPANY", cast.company.name, cast.company.pk),
    ):
        AgreementParty.objects.create(
            municipality=cast.municipality,
            agreement=agreement,
            party=party,
            name=name,
            person_id=person,
            phone="+4545678901",
        )
    return agreement


def _link(cast: Cast, purpose: OneTimeLink.Purpose, subject_id: int) -> str:
    """What the citizen got in a message."""
    return one_time.issue_link(
        municipality=cast.municipality,
        purpose=purpose,
        actor_kind="citizen",
        person_id=cast.citizen.pk,
        subject_id=subject_id,
        phone="+4545678901",
        email="",
        at=invoices.RECEIVED - timedelta(days=8),
    )


def _application(cast: Cast, mentorship: Mentorship, decider: Role) -> Application:
    """Asked for by Rikke, so that everybody else may decide it who may decide at all."""
    line = PriceLine(PriceLineKind.WAGE, "Løn", Decimal(250), PER_HOUR)
    plan = HourPlan((Phase(10, 300),))
    proposal = Proposal(
        Kind.RENEWAL, mentorship.ends_before, None, plan, (line,), HOURS_REASON, is_reassessed=True
    )
    judged = judgement.judge(need_of(mentorship), proposal, by=cast.users["rikke"], on=AT.date())
    return Application.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        kind="RENEWAL",
        starts_on=mentorship.ends_before,
        ends_before=mentorship.ends_before + timedelta(weeks=10),
        plan=plan.as_data(),
        price_lines=price_lines_as_data((line,)),
        minutes=3000,
        minutes_per_week_max=300,
        hourly_rate=250,
        fixed_kroner=0,
        kroner=12_500,
        hours_reason=HOURS_REASON,
        is_reassessed=True,
        findings=judged.assessment.to_dict(),
        frame_check=judgement.as_data(judged),
        decided_by_role=decider.value,
        requested_at=AT,
        requested_by=cast.users["rikke"],
    )


def _follow_up(cast: Cast, mentorship: Mentorship) -> FollowUp:
    return FollowUp.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        kind=FollowUp.Kind.CONTACT,
        due_on=date(2026, 11, 6),
        planned_for=date(2026, 11, 6),
    )


def _concern(cast: Cast, mentorship: Mentorship) -> Concern:
    return Concern.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        who=Concern.Who.STAFF,
        text="Borgeren tager ikke telefonen.",
        raised_at=AT,
        raised_by=cast.users["rikke"],
    )


def _hearing(cast: Cast, mentorship: Mentorship, party: Hearing.Party) -> Hearing:
    follow_up = _follow_up(cast, mentorship)
    is_mentor = party is Hearing.Party.MENTOR
    return Hearing.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        follow_up=follow_up,
        party=party,
        mentor=cast.mentor if is_mentor else None,
        organisation=None if is_mentor else cast.company,
        due_on=follow_up.planned_for,
    )


def _substitute(cast: Cast) -> Substitute:
    """Two others are away and stand in: of those who visit, a leader alone may call it off."""
    return Substitute.objects.create(
        municipality=cast.municipality,
        absent=cast.users["rikke"],
        substitute=cast.users["finn"],
        first_day=AT.date(),
        last_day=AT.date(),
        set_at=AT,
        set_by=cast.users["rikke"],
    )


def _document(cast: Cast, mentorship: Mentorship) -> Document:
    return Document.objects.create(
        municipality=cast.municipality,
        mentorship=mentorship,
        kind=Document.Kind.AGREEMENT,
        title="Mentoraftale",
        content=b"%PDF-1.7",
        sha256=bytes(32),
        created_at=AT,
        created_by=cast.users["anna"],
    )


def _draft(cast: Cast, owner: User) -> MentorshipDraft:
    return MentorshipDraft.objects.create(
        municipality=cast.municipality,
        owner=owner,
        data={},
        title="Kladde",
        started_at=AT,
        saved_at=AT,
    )


def _pay_record(cast: Cast) -> PayRecord:
    return PayRecord.objects.create(
        municipality=cast.municipality,
        organisation=cast.company,
        basis="CONSULTANT_FEE",
        valid_from=AT.date(),
        holiday="STATED",
        items=[{"kind": "FEE", "amount": "650", "per": "HOUR", "text": "", "agreed": False}],
        paper=b"%PDF-1.7",
        paper_type="application/pdf",
        paper_sha256=b"0" * 32,
        recorded_at=AT,
    )


def _books(cast: Cast) -> dict[str, Any]:
    """A case of its own with paid hours: a line, claims for money back, a difference and a file of postings."""
    case = make_active(cast)
    supplier = SampleParty(cast.company.name, cast.company.cvr)
    lines = [
        books.paid_line(
            cast,
            case,
            f"P{place}-{case.code}",
            day=date(2026, 11, 12 + place),
            hour=FIRST_HOUR,
            supplier=supplier,
        )
        for place in range(3)
    ]
    return {
        "paid_line": lines[0],
        "clawback": books.claim(cast, lines[1]),
        "claimed_back": books.approved(cast, lines[2]),
        "difference": books.difference(cast, f"999-{case.pk}"),
        "finance_file": books.finance_file(cast),
    }


def _ledger_file(cast: Cast) -> LedgerFile:
    number = LedgerFile.objects.filter(municipality=cast.municipality).count() + 1
    return LedgerFile.objects.create(
        municipality=cast.municipality,
        public_id=uuid.uuid4(),
        number=number,
        made_at=AT,
        made_by=cast.users["finn"],
        total=0,
        content=b"",
    )


def _keep_cpr(cast: Cast) -> None:
    """A number that no person has: its day is more than sixty."""
    citizen, municipality = cast.citizen, cast.municipality.pk
    digits = f"620594{citizen.pk % 10_000:04d}"
    CprNumber.objects.create(
        municipality=cast.municipality,
        citizen=citizen,
        ciphertext=vault.encrypt(digits, citizen.public_id, municipality),
        blind_index=vault.blind_index(digits, municipality),
        key_version=vault.KEY_VERSION,
    )


def _sample_case(cast: Cast, mentorship: Mentorship) -> SampleCase:
    """A sample of the whole municipality, so that this case is among the drawn."""
    plan = samples.Plan(
        name="Efterår",
        population=Population(date(2026, 1, 1), NOW.date()),
        strata=Strata.NONE.value,
        is_weighted=False,
        size=50,
        protocol="Er støtten givet?",
    )
    sample = samples.draw_sample(plan=plan, by=cast.users["tove"], at=NOW, on=NOW.date(), seed="frø")
    return SampleCase.objects.get(sample=sample, mentorship=mentorship)


def _sign(cast: Cast, mentorship: Mentorship, contacts: list[Contact]) -> RiskSign:
    return RiskSign.objects.create(
        municipality=cast.municipality,
        kind=SignKind.OVERLAP.value,
        about=About.MENTOR.value,
        key=str(uuid.uuid4()),
        mentor=cast.mentor,
        count=2,
        limit=1,
        cases=[mentorship.pk],
        evidence=[[contact.pk for contact in contacts]],
        first_seen_on=NOW.date(),
        last_seen_on=NOW.date(),
    )


def _digital_tool(cast: Cast) -> DigitalTool:
    return DigitalTool.objects.create(
        municipality=cast.municipality,
        kind="CALENDAR",
        name="Kalender",
        what_for="Minder.",
        price="Gratis",
        data_protection="Kun på telefonen.",
        valid_from=NOW.date(),
        changed_at=AT,
        changed_by=cast.users["adam"],
    )


def _register_import(cast: Cast) -> RegisterImport:
    return RegisterImport.objects.create(
        municipality=cast.municipality,
        kind="WEEKLY",
        file_name="ugeregister.csv",
        sha256=uuid.uuid4().hex,
        data_as_of=NOW.date(),
        imported_by=cast.users["eva"],
        imported_at=NOW,
    )


def _waiting_file(cast: Cast) -> WaitingFile:
    by = cast.users["eva"]
    weeks = f"pnr;y_2601\n{uuid.uuid4().int % 10**10:010};730\n".encode()
    waiting = registers.receive(
        pieces=[weeks],
        size=len(weeks),
        name="uger.csv",
        kind="WEEKLY",
        table="",
        data_as_of=NOW.date(),
        by=by,
        at=NOW,
        on=NOW.date(),
    )
    return registers.look(waiting=waiting, by=by, at=NOW)


def _file_audit(cast: Cast) -> FileAudit:
    by = cast.users["tove"]
    sheet = intake.open_sheet(data=FULL.encode(), by=by)
    audited = intake.run(
        sheet=sheet, mapping=guess(sheet), title="Andres sager", keep=True, by=by, on=NOW.date(), at=NOW
    )
    assert audited.kept is not None
    return audited.kept
