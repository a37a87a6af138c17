"""An evaluation as it was planned and registered, who stood in its lot, and what both sides of a mentorship answer."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, TenantRow, User
from brobygger.accounts.rows import STAFF_ONLY, own
from brobygger.mentorships.models import Mentorship
from brobygger.people.models import Citizen, Mentor


class Design(models.TextChoices):
    LOTTERY = "LOTTERY", _("Lodtrækning")
    ROLL_OUT = "ROLL_OUT", _("Indfasning i trin")


class Outcome(models.TextChoices):
    """What an evaluation looks at in the end, as a status that registers know."""

    EDUCATION = "EDUCATION", _("I uddannelse")
    JOB = "JOB", _("I job")
    JOB_OR_EDUCATION = "JOB_OR_EDUCATION", _("I job eller uddannelse")
    OFF_BENEFIT = "OFF_BENEFIT", _("Uden ydelse")


class Division(models.TextChoices):
    """How people are divided: into groups that each get their share of the places, or that are looked at apart."""

    TEAM = "TEAM", _("Hold")
    TARGET_GROUP = "TARGET_GROUP", _("Målgruppe")
    AGE = "AGE", _("Under 30 år, 30 år og derover")


class Evaluation(TenantModel):
    """An evaluation (evaluering). Once registered its protocol never changes; the database refuses it.

    ``base`` is the share (0-100) expected without a mentor and ``relevant`` the difference in points worth knowing.
    ``seed`` is made when the protocol is registered; its hash is shown before the draw and the seed itself after.
    ``units`` are rows [unit, "2027-03" or ""]; with ``is_by_lot`` those months are given out by lot as ``start_plan``.
    """

    class State(models.TextChoices):
        DRAFT = "DRAFT", _("Kladde")
        REGISTERED = "REGISTERED", _("Registreret")
        STARTED = "STARTED", _("I gang")
        CLOSED = "CLOSED", _("Afsluttet")

    class NotDrawn(models.TextChoices):
        NEXT_PLACE = "NEXT_PLACE", _("De får de næste pladser i den rækkefølge, loddet giver")
        ORDINARY_HELP = "ORDINARY_HELP", _("De får kommunens øvrige hjælp")

    design = models.CharField(_("form"), max_length=10, choices=Design.choices)
    state = models.CharField(_("status"), max_length=10, choices=State.choices, default=State.DRAFT)
    name = models.CharField(_("navn"), max_length=120, blank=True)
    question = models.CharField(_("spørgsmål"), max_length=400, blank=True)
    outcome = models.CharField(_("udfald"), max_length=20, choices=Outcome.choices)
    horizon_weeks = models.PositiveSmallIntegerField(_("ses efter uger"), default=52)
    subgroups = models.JSONField(_("grupper, der ses på for sig"), default=list)
    base = models.DecimalField(_("andel uden mentor"), max_digits=4, decimal_places=1)
    relevant = models.DecimalField(_("forskel, der er værd at kende"), max_digits=4, decimal_places=1)
    people = models.PositiveIntegerField(_("borgere"))
    places = models.PositiveIntegerField(_("pladser"), default=0)
    strata = models.CharField(
        _("pladser fordeles efter"), max_length=12, choices=Division.choices, blank=True
    )
    not_drawn = models.CharField(max_length=14, choices=NotDrawn.choices, default=NotDrawn.NEXT_PLACE)
    protocol = models.TextField(_("protokol"), blank=True)
    consent_text = models.TextField(_("samtykke"), blank=True)
    first_month = models.DateField(_("første måned"), null=True)
    months = models.PositiveSmallIntegerField(_("måneder"), default=0)
    per_month = models.PositiveIntegerField(_("borgere pr. enhed om måneden"), default=0)
    between = models.DecimalField(max_digits=4, decimal_places=1, default=0)
    is_by_lot = models.BooleanField(_("rækkefølgen trækkes ved lod"), default=True)
    units = models.JSONField(_("enheder"), default=list)
    power = models.JSONField(default=dict)
    protocol_sha256 = models.CharField(max_length=64, blank=True)
    seed = models.CharField(_("frø"), max_length=64, blank=True)
    seed_sha256 = models.CharField(max_length=64, blank=True)
    frame_sha256 = models.CharField(max_length=64, blank=True)
    start_plan = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = TenantForeignKey(User, related_name="+")
    registered_at = models.DateTimeField(null=True)
    registered_by = TenantForeignKey(User, null=True, related_name="+")
    drawn_at = models.DateTimeField(null=True)
    drawn_by = TenantForeignKey(User, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = TenantForeignKey(User, null=True, related_name="+")
    closing_note = models.TextField(_("hvordan det gik"), blank=True)
    version = models.PositiveIntegerField(default=1)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="DRAFT", registered_at=None, seed="")
                | (~Q(state="DRAFT") & Q(registered_at__isnull=False) & ~Q(seed="") & ~Q(protocol="")),
                name="evaluation_registered_with_seed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["DRAFT", "REGISTERED"], drawn_at=None)
                | Q(state__in=["STARTED", "CLOSED"], drawn_at__isnull=False)
                | Q(state="CLOSED"),
                name="evaluation_started_by_its_draw",
            ),
            models.CheckConstraint(
                condition=Q(design="LOTTERY", places__gt=0, people__gt=F("places")) | Q(design="ROLL_OUT"),
                name="lottery_has_fewer_places",
            ),
            models.CheckConstraint(
                condition=Q(base__gte=0, base__lte=100, relevant__gt=0, relevant__lte=100),
                name="evaluation_shares_are_shares",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "-id"], name="evaluation_newest")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_lottery(self) -> bool:
        return self.design == Design.LOTTERY


class Candidate(TenantModel):
    """A citizen who waits for a mentor and has said yes to the lot. ``place`` is the number in the row of the others.

    ``circumstances`` is what was answered about rights, judged again on the day of the draw. ``right`` is the
    right to a mentor that would keep the citizen out; the database refuses a row that has one.
    """

    class How(models.TextChoices):
        WRITTEN = "WRITTEN", _("Skriftligt")
        MEETING = "MEETING", _("Ved et møde")
        TELEPHONE = "TELEPHONE", _("I telefon")

    class Left(models.TextChoices):
        CONSENT = "CONSENT", _("Borgeren vil ikke være med mere")
        RIGHT = "RIGHT", _("Borgeren har fået ret til en mentor")
        MENTOR = "MENTOR", _("Borgeren har fået en mentor")
        OTHER = "OTHER", _("Borgeren venter ikke længere")

    evaluation = TenantForeignKey(Evaluation, related_name="candidates")
    citizen = TenantForeignKey(Citizen, related_name="+")
    stratum = models.CharField(max_length=120, blank=True)
    target_group = models.CharField(_("målgruppe"), max_length=10)
    circumstances = models.JSONField(default=dict)
    right = models.CharField(max_length=10, blank=True)
    consented_on = models.DateField(_("sagde ja den"))
    consent_how = models.CharField(_("hvordan"), max_length=10, choices=How.choices)
    added_at = models.DateTimeField()
    added_by = TenantForeignKey(User, related_name="+")
    left_at = models.DateTimeField(null=True)
    left_why = models.CharField(max_length=10, choices=Left.choices, blank=True)
    left_by = TenantForeignKey(User, null=True, related_name="+")
    is_drawn = models.BooleanField(null=True)
    place = models.PositiveIntegerField(null=True)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "evaluation", "citizen"], name="candidate_once_per_lottery"
            ),
            models.CheckConstraint(condition=Q(right=""), name="nobody_with_a_right_in_the_lot"),
            models.CheckConstraint(
                condition=Q(left_at=None, left_why="") | (Q(left_at__isnull=False) & ~Q(left_why="")),
                name="candidate_left_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(is_drawn=False, place__isnull=False)
                | Q(is_drawn=True, place=None)
                | Q(is_drawn=None, place=None),
                name="candidate_place_when_not_drawn",
            ),
        ]
        indexes = [models.Index(fields=["municipality", "citizen"], name="candidate_by_citizen")]


class Party(models.TextChoices):
    CITIZEN = "CITIZEN", _("Borger")
    MENTOR = "MENTOR", _("Mentor")


class SurveyAsk(TenantModel):
    """The questions to one side of a mentorship on one day of the rhythm, and the answers.

    Neither side sees the other's. ``reminded_at`` is when the one reminder was sent.

    ``answers`` maps the key of an item to 1-5, "YES", "NO" or "UNSURE". A late answer is kept with ``in_time`` False.
    """

    mentorship = TenantForeignKey(Mentorship, related_name="survey_asks")
    party = models.CharField(max_length=10, choices=Party.choices)
    citizen = TenantForeignKey(Citizen, null=True, related_name="+")
    mentor = TenantForeignKey(Mentor, null=True, related_name="+")
    moment = models.CharField(max_length=5)
    due_on = models.DateField()
    last_day = models.DateField()
    asked_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True)
    answers = models.JSONField(default=dict)
    answered_at = models.DateTimeField(null=True)
    in_time = models.BooleanField(null=True)
    dropped_at = models.DateTimeField(null=True)

    row_access = own(citizen="citizen_id", mentor="mentor_id")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "mentorship", "party", "moment", "due_on"], name="survey_asked_once"
            ),
            models.CheckConstraint(
                condition=Q(party="CITIZEN", citizen__isnull=False, mentor=None)
                | Q(party="MENTOR", mentor__isnull=False, citizen=None),
                name="survey_asks_one_side",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, in_time=None)
                | Q(answered_at__isnull=False, in_time__isnull=False, dropped_at=None),
                name="survey_answered_once",
            ),
        ]
        indexes = [
            models.Index(fields=["municipality", "moment"], name="survey_by_moment"),
            *(
                models.Index(
                    fields=["municipality", name],
                    name=f"survey_waits_{name}",
                    condition=Q(answered_at=None, dropped_at=None),
                )
                for name in ("citizen", "mentor")
            ),
        ]


class SurveyChoice(TenantRow):
    """From ``valid_from`` the municipality asks both sides, or no longer does. The newest row counts."""

    is_on = models.BooleanField()
    valid_from = models.DateField()
    chosen_at = models.DateTimeField()
    chosen_by = TenantForeignKey(User, null=True, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        indexes = [models.Index(fields=["municipality", "-id"], name="survey_choice_newest")]


class SurveyRound(TenantRow):
    """A municipality's parties have been asked on a day, whatever fell due."""

    day = models.DateField()
    asked = models.PositiveIntegerField(default=0)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "day"], name="survey_round_once")]
