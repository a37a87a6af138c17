"""Changes to users, one-time links, and keys that make a form work once."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from brobygger.accounts.errors import Conflict, Refused
from brobygger.accounts.models import Municipality, OneTimeLink, Team, UsedKey, User
from brobygger.accounts.permissions import Permission, Role, require
from brobygger.accounts.selectors import municipality_of
from brobygger.accounts.tenancy import Actor, actor_of, set_context
from brobygger.audit import services as audit
from brobygger.notices import services as notices

LINK_LIFETIME = timedelta(days=14)
CODE_LIFETIME = timedelta(minutes=10)
CODE_TRIES = 5
CODE_REST = timedelta(minutes=1)


def note_sign_in(*, user: User) -> None:
    """Records that ``user`` signed in, as that user."""
    set_context(actor_of(user))
    audit.record("sign_in", by=user, subject=user)


# Users


def create_user(
    *,
    username: str,
    name: str,
    title: str,
    email: str,
    phone: str,
    team: Team | None,
    roles: list[str],
    by: User,
) -> tuple[User, str]:
    """A new member of staff and the first password, which is shown once. Raises Refused and NotAllowed."""
    require(by, Permission.MANAGE_USERS)
    _require_known_roles(roles)
    password = secrets.token_urlsafe(12)
    user = User(
        municipality=by.municipality,
        username=username.strip().lower(),
        name=name.strip(),
        title=title.strip(),
        email=email,
        phone=phone,
        team=team,
        roles=sorted(roles),
    )
    _set_first_password(user, password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise Refused(_("Brugernavnet findes allerede. Vælg et andet."), field="username") from None
    audit.record("user.created", by=by, subject=user, roles=user.roles)
    return user, password


def change_user(
    *, user: User, title: str, team: Team | None, roles: list[str], is_active: bool, by: User
) -> None:
    """New roles, team or state. Nobody changes the own roles. Raises Refused and NotAllowed."""
    require(by, Permission.MANAGE_USERS)
    _require_known_roles(roles)
    if user.municipality_id != by.municipality_id:
        raise User.DoesNotExist
    if user.pk == by.pk and set(roles) != set(user.roles):
        raise Refused(_("Du kan ikke ændre dine egne roller. Bed en anden administrator."), field="roles")
    before = list(user.roles)
    user.title, user.team, user.roles, user.is_active = title, team, sorted(roles), is_active
    user.save(update_fields=["title", "team", "roles", "is_active"])
    audit.record("user.changed", by=by, subject=user, before=before, after=user.roles, is_active=is_active)


def create_login(
    *, username: str, name: str, role: Role, person_id: int, phone: str, by: User
) -> tuple[User, str]:
    """A login for a mentor, citizen or company contact, and its first password, which is shown once.

    The caller has checked that ``by`` may. Raises Refused when the person or the user name has a login already.
    """
    if role not in (Role.MENTOR, Role.CITIZEN, Role.COMPANY):
        raise ValueError("Members of staff are made with create_user.")
    password = secrets.token_urlsafe(12)
    own = User.objects.filter(municipality_id=municipality_of(by), person_id=person_id, roles=[role.value])
    known = own.first() if role is not Role.COMPANY else None
    if known is not None and known.has_usable_password():
        raise Refused(_("Der er allerede et login til personen."))
    user = known or User(municipality=by.municipality, roles=[role.value], person_id=person_id)
    user.username, user.email = username.strip().lower(), username.strip()
    user.name, user.phone = name, phone
    _set_first_password(user, password)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        raise Refused(_("Der findes allerede et login med den e-mail."), field="email") from None
    audit.record("login.created", by=by, subject=user, roles=user.roles)
    return user, password


def change_password(*, user: User, old: str, new: str) -> None:
    """The user's own new password. Raises Refused when the old one is wrong or is the new one as well."""
    if not user.check_password(old):
        raise Refused(_("Den nuværende adgangskode er forkert."), field="old")
    if new == old:
        raise Refused(_("Vælg en anden adgangskode end den nuværende."), field="new")
    user.set_password(new)
    user.password_is_first = False
    user.save(update_fields=["password", "password_is_first"])
    audit.record("password.changed", by=user, subject=user)


def renew_password(*, user: User, by: User) -> str:
    """A new first password for somebody who cannot sign in, shown once; opens a locked account. Raises NotAllowed."""
    require(by, Permission.MANAGE_USERS)
    if user.municipality_id != by.municipality_id:
        raise User.DoesNotExist
    password = secrets.token_urlsafe(12)
    _set_first_password(user, password)
    user.failed_logins, user.locked_until = 0, None
    user.save(update_fields=["password", "password_is_first", "failed_logins", "locked_until"])
    audit.record("password.renewed", by=by, subject=user)
    return password


def _set_first_password(user: User, password: str) -> None:
    """Somebody else has seen it, so the user must choose an own one first of all."""
    user.set_password(password)
    user.password_is_first = True


def add_team(*, name: str, by: User) -> Team:
    """A new team. Raises Refused for a name in use, and NotAllowed."""
    require(by, Permission.MANAGE_USERS)
    team = Team(municipality=by.municipality, name=name.strip())
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError:
        raise Refused(_("Der er allerede et hold med det navn."), field="team_name") from None
    audit.record("team.added", by=by, subject=team)
    return team


def _require_known_roles(roles: list[str]) -> None:
    if not roles or any(role not in Role.values for role in roles):
        raise Refused(_("Vælg mindst én rolle."), field="roles")


# One-time links: they point, the code decides


def issue_link(
    *,
    municipality: Municipality,
    purpose: OneTimeLink.Purpose,
    actor_kind: str,
    person_id: int,
    subject_id: int,
    phone: str,
    email: str,
    at: datetime,
) -> str:
    """Makes a link and returns its token (43 characters, 256 bits); only the hash is kept."""
    token = secrets.token_urlsafe(32)
    OneTimeLink.objects.create(
        municipality=municipality,
        purpose=purpose,
        actor_kind=actor_kind,
        person_id=person_id,
        subject_id=subject_id,
        phone=phone,
        email=email,
        token_hash=_hash(token),
        created_at=at,
        expires_at=at + LINK_LIFETIME,
    )
    return token


def cancel_links(*, purpose: OneTimeLink.Purpose, subject_id: int, at: datetime) -> None:
    """Kills the unused links to a decision that has been made or replaced."""
    OneTimeLink.objects.filter(purpose=purpose, subject_id=subject_id, used_at=None).update(used_at=at)


def enter_by_link(*, token: str, purpose: OneTimeLink.Purpose, at: datetime) -> OneTimeLink:
    """The link behind a token; from here the transaction acts as the link's person. Changes nothing.

    Raises Refused for a link that is unknown, used, expired or made for something else, with the same sentence.
    """
    link = find_link(token=token)
    if link is None:
        raise _dead_link()
    if link.purpose != purpose or link.used_at is not None or link.expires_at <= at:
        set_context(None)
        raise _dead_link()
    return link


def find_link(*, token: str) -> OneTimeLink | None:
    """The link behind a token, also one that is spent; the transaction acts as its person from here."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, municipality_id, actor_kind, person_id from sec.find_link(%s)", [_hash(token)]
        )
        row = cursor.fetchone()
    if row is None:
        return None
    set_context(Actor(row[1], 0, row[2], row[3]))
    return OneTimeLink.objects.select_related("municipality").get(pk=row[0])


def ask_for_code(*, link: OneTimeLink, at: datetime) -> None:
    """A code for a link, but no stream of them: five tries for each code, and a new one only after a rest.

    Raises Refused with when to try again.
    """
    if link.code_expires_at is not None and link.code_expires_at > at:
        sent_at = link.code_expires_at - CODE_LIFETIME
        if link.attempts:
            raise Refused(
                _("Du har allerede fået en kode. Du kan få en ny, ti minutter efter at den blev sendt."),
                field="code",
            )
        if at < sent_at + CODE_REST:
            raise Refused(_("Koden er på vej. Vent et minut, før du beder om en ny."), field="code")
    send_code(link=link, at=at)


def send_code(*, link: OneTimeLink, at: datetime) -> None:
    """Sends a new six-digit code to the telephone, or the mail, that the municipality has on file."""
    code = f"{secrets.randbelow(10**6):06d}"
    link.code_hash = _hash(f"{link.pk}:{code}")
    link.code_expires_at = at + CODE_LIFETIME
    link.attempts = 0
    link.save(update_fields=["code_hash", "code_expires_at", "attempts"])
    channel = notices.Channel.SMS if link.phone else notices.Channel.EMAIL
    notices.queue(
        municipality_id=link.municipality_id,
        channel=channel,
        recipient=_("Modtager af link"),
        address=link.phone or link.email,
        subject=_("Din kode"),
        body=_("Din kode er %(code)s. Den gælder i ti minutter.") % {"code": code},
    )


def check_code(*, link: OneTimeLink, code: str, at: datetime) -> bool:
    """Counts the try and says whether the code fits. Raises Refused when there is none to try or no try left."""
    if link.code_hash is None or link.code_expires_at is None or link.code_expires_at <= at:
        raise Refused(_("Koden er udløbet. Få tilsendt en ny."), field="code")
    tried = OneTimeLink.objects.filter(pk=link.pk, attempts__lt=CODE_TRIES).update(attempts=F("attempts") + 1)
    if not tried:
        raise Refused(_("Koden er prøvet for mange gange. Få tilsendt en ny."), field="code")
    return secrets.compare_digest(bytes(link.code_hash), _hash(f"{link.pk}:{code.strip()}"))


def use_link(*, link: OneTimeLink, at: datetime) -> None:
    """Spends the link. Raises Refused when somebody was first."""
    if not OneTimeLink.objects.filter(pk=link.pk, used_at=None).update(used_at=at):
        raise _dead_link()


@transaction.atomic
def user_of_link(*, link: OneTimeLink, name: str, at: datetime) -> User:
    """Spends a link to a citizen's own page and gives the login it opens.

    A citizen who has none gets one without a password, which only such a link opens. Raises Refused when somebody was
    first, and when the login has been closed.
    """
    use_link(link=link, at=at)
    own = User.objects.filter(
        municipality_id=link.municipality_id, person_id=link.person_id, roles=[Role.CITIZEN.value]
    )
    user = own.order_by("-is_active", "pk").first() or _without_password(link, name)
    if not user.is_active:
        raise _dead_link()
    return user


def _without_password(link: OneTimeLink, name: str) -> User:
    user = User(
        municipality_id=link.municipality_id,
        username=f"link-{secrets.token_hex(8)}",
        name=name,
        roles=[Role.CITIZEN.value],
        person_id=link.person_id,
    )
    user.set_unusable_password()
    user.save()
    audit.record("login.created", by=user, subject=user, roles=user.roles)
    return user


def _dead_link() -> Refused:
    return Refused(_("Linket er brugt eller udløbet."), remedy=_("Bed kommunen om at sende et nyt."))


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


# A form sent twice works once


def use_key(
    *, key: uuid.UUID | None, body: Mapping[str, object], by: User | None, municipality_id: int, at: datetime
) -> bool:
    """True the first time a form's key comes; False when the same form comes again, which then must do nothing.

    Waits for a twin that is being handled right now. Raises Conflict when the key comes with other content.
    """
    if key is None:
        return True
    digest = _hash(
        repr(sorted((name, str(value)) for name, value in body.items() if name != "csrfmiddlewaretoken"))
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into accounts_usedkey (municipality_id, key, user_id, body_hash, answer, created_at)"
            " values (%s, %s, %s, %s, '', %s) on conflict (municipality_id, key) do nothing",
            [municipality_id, str(key), by.pk if by else None, digest, at],
        )
        if cursor.rowcount:
            return True
    if bytes(UsedKey.objects.get(key=key).body_hash) != digest:
        raise Conflict(_("Siden er allerede sendt med et andet indhold. Hent den igen, og prøv på ny."))
    return False
