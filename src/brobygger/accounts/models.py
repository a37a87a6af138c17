"""Municipalities, teams and the people who sign in."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from brobygger.accounts.permissions import Permission, Role, permissions_of
from brobygger.accounts.rows import MUNICIPALITY, STAFF_ONLY, RowAccess


class Municipality(models.Model):
    """A municipality (kommune): the border of what anyone can see."""

    code = models.CharField(_("kommunekode"), max_length=4, unique=True)
    name = models.CharField(_("navn"), max_length=80)
    cvr = models.CharField(_("CVR-nummer"), max_length=8, blank=True)
    gln = models.CharField(_("EAN-nummer"), max_length=13, blank=True)
    address = models.CharField(_("adresse"), max_length=200, blank=True)
    phone = models.CharField(_("telefon"), max_length=20, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_demo = models.BooleanField(_("demonstration"), default=False)

    def __str__(self) -> str:
        return self.name


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """A key between two rows of the same municipality.

    The database constraint is the composite one, ``(municipality_id, column)``, made by ``accounts.security``:
    a plain key is checked without row-level security and could point across the border.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **options: Any) -> None:
        options["db_constraint"] = False
        options.setdefault(
            "db_index", False
        )  # lists start from the municipality; their indexes are declared so
        super().__init__(to, on_delete, **options)


class TenantRow(models.Model):
    """A row that belongs to one municipality."""

    municipality = models.ForeignKey(Municipality, models.PROTECT, related_name="+", db_index=False)

    row_access: ClassVar[RowAccess] = STAFF_ONLY

    class Meta:
        abstract = True


class TenantModel(TenantRow):
    """A thing with an address of its own: ``public_id``, random, is what addresses show."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

    class Meta(TenantRow.Meta):
        abstract = True


class Team(TenantModel):
    """A team of job consultants and case workers."""

    name = models.CharField(_("navn"), max_length=80)

    row_access = MUNICIPALITY

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username__iexact=username)


class User(AbstractBaseUser):
    """Somebody who signs in: staff, mentor, citizen or company contact.

    ``person_id`` is the mentor, citizen or organisation the login belongs to; it has no key because people live
    in a higher package. ``password_is_first`` means that somebody else has seen the password: nothing but choosing an
    own one is possible until it is changed.
    """

    municipality = models.ForeignKey(Municipality, models.PROTECT, null=True, related_name="users")
    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    username = models.CharField(_("brugernavn"), max_length=150, unique=True)
    name = models.CharField(_("navn"), max_length=120)
    title = models.CharField(_("stilling"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telefon"), max_length=20, blank=True)
    team = TenantForeignKey(Team, null=True, blank=True, related_name="members")
    roles = ArrayField(
        models.CharField(max_length=30, choices=Role.choices), default=list, verbose_name=_("roller")
    )
    person_id = models.BigIntegerField(null=True, blank=True)
    is_active = models.BooleanField(_("aktiv"), default=True)
    failed_logins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True, blank=True)
    password_is_first = models.BooleanField(_("adgangskoden skal skiftes"), default=False, db_default=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> str:
        """Which kind of actor: staff, mentor, citizen or company."""
        for role, kind in ((Role.MENTOR, "mentor"), (Role.CITIZEN, "citizen"), (Role.COMPANY, "company")):
            if role in self.roles:
                return kind
        return "staff"

    def may(self, permission: Permission) -> bool:
        return self.is_active and permission in permissions_of(self.roles)


class OneTimeLink(TenantModel):
    """A link that points at one decision and dies with it. It authenticates nobody: the code does.

    Only hashes are kept of the token and the code.
    """

    class Purpose(models.TextChoices):
        ACCEPT_AGREEMENT = "ACCEPT_AGREEMENT", _("Godkend aftale")
        ATTEST_HOURS = "ATTEST_HOURS", _("Svar på, om timerne passer")
        CITIZEN_PAGE = "CITIZEN_PAGE", _("Borgerens egen side")
        HEAR_COMPANY = "HEAR_COMPANY", _("Virksomheden høres")

    purpose = models.CharField(max_length=30, choices=Purpose.choices)
    actor_kind = models.CharField(max_length=10)
    person_id = models.BigIntegerField()
    subject_id = models.BigIntegerField()
    phone = models.CharField(max_length=20, blank=True)
    email = models.EmailField(blank=True)
    token_hash = models.BinaryField(max_length=32, unique=True)
    code_hash = models.BinaryField(max_length=32, null=True)
    code_expires_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    row_access = MUNICIPALITY


class UsedKey(TenantRow):
    """An idempotency key that has been used: the same form sent twice does its work once."""

    key = models.UUIDField()
    user = TenantForeignKey(User, null=True, related_name="+")
    body_hash = models.BinaryField(max_length=32)
    answer = models.CharField(max_length=400, blank=True)
    created_at = models.DateTimeField()

    row_access = MUNICIPALITY

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "key"], name="key_used_once")]
