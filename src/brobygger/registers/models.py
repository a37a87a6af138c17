"""Imports of registers, and what they told: weeks as runs, payments, answers and Statistics Denmark's totals.

No CPR number is kept here: a row of a file is matched to a citizen by the blind index of ``people`` and forgotten.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.lookups import Exact
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.models import TenantForeignKey, TenantModel, TenantRow, User
from brobygger.accounts.rows import STAFF_ONLY
from brobygger.people.models import Citizen

_WHOLE = models.IntegerField()


def _is_monday(field: str) -> Q:
    days = Func(F(field), template="MOD(%(expressions)s - DATE '1991-08-05', 7)", output_field=_WHOLE)
    return Q(Exact(days, Value(0, _WHOLE)))


class Kind(models.TextChoices):
    """What a file is."""

    WEEKLY = "WEEKLY", _("Ugeregister (DREAM)")
    BRANCHES = "BRANCHES", _("Branchekoder pr. måned")
    PAYMENTS = "PAYMENTS", _("Udbetalte ydelser")
    MANUAL_STATUS = "MANUAL_STATUS", _("Status noteret ved opfølgning")
    SURVEY = "SURVEY", _("Svar på spørgeskema")
    OUTSIDE_TOTALS = "OUTSIDE_TOTALS", _("Danmarks Statistik (AUH03 og AUK03)")


class RegisterImport(TenantModel):
    """One file as it was read (registerimport): never changed, and the same file is never read twice.

    ``rows_unknown`` are rows about people the municipality does not know. ``unknown_codes`` is code → person-weeks;
    ``bad_rows`` are ``{"row": line, "column": heading, "reason": sentence}``. Neither holds personal data.
    ``detail`` is what one kind tells more: window of weeks, weeks an older import was replaced in, table.
    """

    kind = models.CharField(_("art"), max_length=16, choices=Kind.choices)
    file_name = models.CharField(_("fil"), max_length=200)
    sha256 = models.CharField(max_length=64)
    rows_read = models.PositiveIntegerField(default=0)
    rows_kept = models.PositiveIntegerField(default=0)
    rows_bad = models.PositiveIntegerField(default=0)
    rows_unknown = models.PositiveIntegerField(default=0)
    rows_repeated = models.PositiveIntegerField(default=0)
    unknown_codes = models.JSONField(default=dict)
    bad_rows = models.JSONField(default=list)
    detail = models.JSONField(default=dict)
    data_as_of = models.DateField(_("data pr."))
    imported_by = TenantForeignKey(User, null=True, related_name="+")
    imported_at = models.DateTimeField(_("importeret"))

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kind", "sha256"], name="register_file_imported_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["municipality", "kind", "-data_as_of", "-imported_at"], name="register_import_newest"
            )
        ]

    def __str__(self) -> str:
        return self.file_name


class StatusSpell(TenantRow):
    """Unbroken weeks in which a source says the same of a citizen (statusperiode), ``[first_week, before_week)``.

    ``code`` is the benefit code (WEEKLY), the branch a wage came from (BRANCHES), or one of ``ManualStatus`` (MANUAL).
    The empty code is a week the source covers and says nothing of; a week without a spell was not covered. Spells of
    one citizen and source never overlap. ``noted_on`` is the day a person noted a MANUAL status.
    """

    class Source(models.TextChoices):
        WEEKLY = "WEEKLY", _("Ugeregister")
        BRANCHES = "BRANCHES", _("Branchekoder")
        MANUAL = "MANUAL", _("Noteret af en medarbejder")

    citizen = TenantForeignKey(Citizen, related_name="status_spells")
    source = models.CharField(max_length=8, choices=Source.choices)
    code = models.CharField(max_length=16, blank=True)
    first_week = models.DateField()
    before_week = models.DateField()
    came_with = TenantForeignKey(RegisterImport, null=True, related_name="spells")
    noted_on = models.DateField(null=True)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "source", "citizen", "first_week"], name="status_spell_begins_once"
            ),
            models.CheckConstraint(
                condition=Q(before_week__gt=F("first_week")), name="status_spell_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=_is_monday("first_week") & _is_monday("before_week"), name="status_spell_by_mondays"
            ),
            models.CheckConstraint(
                condition=Q(source="MANUAL", noted_on__isnull=False)
                | (~Q(source="MANUAL") & Q(noted_on=None, came_with__isnull=False)),
                name="status_spell_source_is_told",
            ),
        ]


class ManualStatus(models.TextChoices):
    """What a citizen does on a day, as a person noted it; the words of Jobindsats after an entry, and other."""

    JOB = "job", _("I job")
    EDUCATION = "education", _("Under uddannelse")
    SAME_BENEFIT = "same_benefit", _("På samme ydelse som før")
    OTHER_BENEFIT = "other_benefit", _("På en anden ydelse")
    BENEFIT = "benefit", _("På en ydelse")
    SELF_SUPPORT = "self_support", _("Forsørger sig selv uden job")
    OTHER = "other", _("Noget andet")


class BenefitPayment(TenantRow):
    """A benefit the municipality paid for whole days ``first_day`` to ``last_day`` (udbetalt ydelse)."""

    citizen = TenantForeignKey(Citizen, related_name="+")
    benefit = models.CharField(_("ydelse"), max_length=60)
    first_day = models.DateField()
    last_day = models.DateField()
    amount = models.DecimalField(_("beløb"), max_digits=12, decimal_places=2)
    came_with = TenantForeignKey(RegisterImport, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "citizen", "first_day", "last_day", "benefit", "amount"],
                name="benefit_payment_once",
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="benefit_payment_ends_after_it_begins"
            ),
        ]


class ImportedAnswer(TenantRow):
    """An answer (svar) to one item of a survey made elsewhere; ``wave`` is whole months after the start."""

    class Party(models.TextChoices):
        MENTOR = "mentor", _("Mentoren")
        CITIZEN = "citizen", _("Borgeren")

    citizen = TenantForeignKey(Citizen, related_name="+")
    answered_on = models.DateField()
    wave = models.SmallIntegerField(_("runde"))
    party = models.CharField(_("svarer"), max_length=8, choices=Party.choices)
    item = models.CharField(_("spørgsmål"), max_length=60)
    answer = models.IntegerField(_("svar"))
    came_with = TenantForeignKey(RegisterImport, related_name="+")

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "citizen", "wave", "party", "item"], name="imported_answer_once"
            )
        ]


class OutsideTotal(TenantRow):
    """One figure of Statistics Denmark's AUH03 or AUK03 (total udefra), as it stood in one import.

    ``labels`` are the table's own dimensions in order, as pairs of name and value (area, measure, sex, age);
    ``period`` is as StatBank writes it (2024, 2024K1, 2024M03). ``value`` None: not published.
    """

    class TableName(models.TextChoices):
        AUH03 = "AUH03"
        AUK03 = "AUK03"

    came_with = TenantForeignKey(RegisterImport, related_name="totals")
    table = models.CharField(max_length=6, choices=TableName.choices)
    labels = models.JSONField()
    period = models.CharField(max_length=8)
    value = models.FloatField(null=True)
    is_provisional = models.BooleanField(default=False)
    is_mentor = models.BooleanField(default=False)
    line = models.PositiveIntegerField()

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "came_with", "period", "labels"], name="outside_total_once"
            )
        ]


class WaitingFile(TenantModel):
    """A file on its way in (ventende fil): looked at, and imported when somebody says so; then it is deleted.

    ``found`` is what an import would do; ``step`` is what the worker is at, ``percent`` how much of the whole is done,
    and ``taken_at`` when it last gave a sign of life.

    The content lies encrypted in ``WaitingPiece`` rows until then, for a day at most.
    """

    class State(models.TextChoices):
        TO_LOOK_AT = "TO_LOOK_AT", _("Venter på at blive læst")
        LOOKED_AT = "LOOKED_AT", _("Læst – venter på dig")
        TO_IMPORT = "TO_IMPORT", _("Venter på at blive importeret")
        FAILED = "FAILED", _("Kan ikke importeres")

    class Step(models.TextChoices):
        WAITING = "WAITING", _("Venter på tur")
        READING = "READING", _("Læser filen")
        MATCHING = "MATCHING", _("Finder borgerne")
        SAVING = "SAVING", _("Gemmer")

    kind = models.CharField(_("art"), max_length=16, choices=Kind.choices)
    table = models.CharField(max_length=6, blank=True)
    file_name = models.CharField(_("fil"), max_length=200)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    data_as_of = models.DateField(_("data pr."))
    state = models.CharField(max_length=10, choices=State.choices, default=State.TO_LOOK_AT)
    step = models.CharField(max_length=10, choices=Step.choices, default=Step.WAITING)
    percent = models.PositiveSmallIntegerField(default=0)
    found = models.JSONField(default=dict)
    trouble = models.CharField(max_length=400, blank=True)
    uploaded_by = TenantForeignKey(User, related_name="+")
    uploaded_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["municipality", "kind", "sha256"], name="register_file_waits_once"
            ),
            models.CheckConstraint(condition=Q(percent__lte=100), name="waiting_file_at_most_all_done"),
        ]
        indexes = [
            models.Index(fields=["municipality", "state", "uploaded_at"], name="waiting_file_by_state")
        ]


class WaitingPiece(TenantRow):
    """A piece of a waiting file, encrypted."""

    file = TenantForeignKey(WaitingFile, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    ciphertext = models.BinaryField()

    row_access = STAFF_ONLY

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["municipality", "file", "number"], name="waiting_piece_once")
        ]
