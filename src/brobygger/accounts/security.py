"""The second lock, stated in one place and installed after each migration.

Makes the application's role (it owns nothing and cannot bypass), the signed context, a policy for each tenant
table from its ``row_access``, the composite keys between tenant tables, and the rule that a mentor meets one
citizen at a time. Running it again changes nothing.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connections, models, transaction
from psycopg import sql as psql

from brobygger.accounts import sql
from brobygger.accounts.models import TenantForeignKey, TenantRow, User
from brobygger.accounts.rows import RowAccess
from brobygger.accounts.tenancy import context_key

APP_ROLE = settings.DATABASES["default"]["USER"]

# Tables without a border of their own, and why.
OPEN_TABLES = {
    "accounts_municipality": "names of authorities are public",
    "accounts_user": "signing in must find the account before anyone is known",
    "django_session": "keyed by a secret only the browser holds",
    "django_migrations": "no personal data",
    "django_content_type": "no personal data",
    "auth_permission": "unused, no personal data",
    "auth_group": "unused, no personal data",
    "auth_group_permissions": "unused, no personal data",
    "audit_seal": "hashes only; reached by the sealer alone",
    "audit_sealentry": "hashes only; reached by the sealer alone",
}

# History is only ever added to.
INSERT_ONLY = {
    "audit_event",
    "mentorships_statuschange",
    "hours_confirmation",
    "mentorships_journalentry",
    "mentorships_goalreading",
    "toolbox_sheet",
    "toolbox_assessment",
    "toolbox_assessmentscore",
    "followups_localplan",
    "followups_localalarm",
    "followups_weeklydigest",
    "payments_cover",
    "payments_ledgertransaction",
    "payments_ledgerentry",
    "payments_financeaccount",
    "payments_financefilerow",
    "payments_payeranswer",
    "payments_clawbackreceipt",
    "hours_monthhandin",
    "controls_controlshare",
    "controls_risksetting",
    "effects_storedresult",
    "effects_resultcase",
    "controls_fileaudit",
    "controls_sample",
    "rulebook_localparameter",
    "payments_budgetrow",
    "payments_yearfacts",
    "payments_budgetalarm",
    "payments_monthstatement",
    "payments_supplieranswer",
    "meetings_meetingmove",
    "registers_benefitpayment",
    "registers_importedanswer",
    "registers_outsidetotal",
    "meetings_reminder",
    "evaluations_surveychoice",
    "effects_sharingchoice",
}
READ_ONLY = {
    "accounts_municipality",
    "django_migrations",
    "django_content_type",
    "payments_ledgerbalance",  # the ledger's own triggers write there
}
FULL = {"django_session"}
LET_GO_OF = {
    "mentorships_mentorshipdraft",
    "registers_statusspell",  # newer data replace the weeks they cover
    "registers_waitingfile",
    "registers_waitingpiece",
    "evaluations_evaluation",  # a trigger lets go of drafts alone
    "effects_sharedfigures",  # what a municipality shares is gone when it stops
}
"""Rows that are deleted when they have done their work."""
UNREACHABLE = {"audit_seal", "audit_sealentry", "auth_permission", "auth_group", "auth_group_permissions"}

_STAFF = "municipality_id = (select sec.staff_municipality())"
_HERE = "municipality_id = (select sec.municipality())"


def tenant_models() -> list[type[TenantRow]]:
    return [model for model in apps.get_models() if issubclass(model, TenantRow)]


def install(using: str = "owner") -> None:
    """Makes the role, then installs the rest in one transaction.

    Raises RuntimeError where the owner could not load data afterwards.
    """
    connection = connections[using]
    with connection.cursor() as cursor:
        _require_owner_that_bypasses(cursor)
        _install_role(cursor)
    with transaction.atomic(using=using), connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('brobygger-security'))")
        cursor.execute("set local client_min_messages = warning")
        cursor.execute(sql.CONTEXT)
        cursor.execute(sql.MENTORED)
        cursor.execute(sql.SHARES_FIGURES)
        _install_key(cursor)
        for model in tenant_models():
            _protect(cursor, model._meta.db_table, policy(model))
            _show_to_others(cursor, model)
        _protect_events_and_messages(cursor)
        cursor.execute(sql.FIND_LINK)
        cursor.execute(sql.FIND_FEED)
        cursor.execute(sql.FIND_API_CALLER)
        cursor.execute(sql.OUTSIDERS_QUESTIONS)
        cursor.execute(sql.SEAL_STATE)
        cursor.execute(sql.OWN_CLASHES)
        _install_composite_keys(cursor)
        _install_no_overlap(cursor)
        _grant(cursor)


def guard_faults(using: str = "owner") -> list[str]:
    """What the database lacks of the borders; an empty list when all stand."""
    with connections[using].cursor() as cursor:
        shown = [model._meta.db_table for model in tenant_models() if model.row_access.shown_if]
        cursor.execute(sql.GUARD, {"open": list(OPEN_TABLES), "shown": shown})
        return [row[0] for row in cursor.fetchall()]


def policy(model: type[TenantRow]) -> str:
    """The condition a row must meet, for reading and writing alike."""
    access, table = model.row_access, model._meta.db_table
    if access.everyone:
        return _HERE
    others = [
        f"((select sec.kind()) = '{kind}' and {column} = (select sec.person()))"
        for kind, column in access.columns
    ]
    if access.mentored:
        others.append(f"((select sec.kind()) = 'mentor' and {access.mentored} in (select sec.mentored()))")
    if access.via:
        parent, column = access.via
        seen = f"exists (select 1 from {parent} parent where parent.id = {table}.{column})"
        others.append(f"({seen} and {_only_mentor(access.mentor)})" if access.mentor else seen)
    others += [
        _through(access, f"{pointing} parent where parent.{column} = {table}.id")
        for pointing, column in access.through
    ]
    if not others:
        return _STAFF
    return f"{_HERE} and ((select sec.kind()) = 'staff' or {' or '.join(others)})"


def _through(access: RowAccess, pointing: str) -> str:
    """Whoever sees a row that points here; the kinds with a column of their own keep to that."""
    own = ", ".join(f"'{kind}'" for kind, _column in access.columns)
    return f"((select sec.kind()) not in ({own}) and exists (select 1 from {pointing}))"


def _only_mentor(column: str) -> str:
    """True for everybody but mentors other than the one in the column."""
    return f"((select sec.kind()) <> 'mentor' or {column} is null or {column} = (select sec.person()))"


def _require_owner_that_bypasses(cursor: Any) -> None:
    cursor.execute("select rolsuper or rolbypassrls from pg_roles where rolname = current_user")
    if not cursor.fetchone()[0]:
        raise RuntimeError(
            "The role in DATABASE_URL must have BYPASSRLS: without it a migration of data would change no rows "
            "and say nothing. Run as a superuser: ALTER ROLE <role> BYPASSRLS CREATEROLE;"
        )


def _install_role(cursor: Any) -> None:
    statement = psql.SQL(sql.ROLE).format(
        role=psql.Identifier(APP_ROLE),
        name=psql.Literal(APP_ROLE),
        password=psql.Literal(settings.DATABASES["default"]["PASSWORD"]),
    )
    cursor.execute(statement.as_string(cursor.connection))


def _install_key(cursor: Any) -> None:
    key = context_key().ljust(64, b"\0")[:64]
    pads = [bytes(byte ^ mask for byte in key) for mask in (0x36, 0x5C)]
    cursor.execute(
        "insert into sec.ctx_key (id, ipad, opad) values (1, %s, %s)"
        " on conflict (id) do update set ipad = excluded.ipad, opad = excluded.opad",
        pads,
    )


def _protect(cursor: Any, table: str, condition: str) -> None:
    cursor.execute(f"alter table {table} enable row level security")
    cursor.execute(f"alter table {table} force row level security")
    cursor.execute(f"drop policy if exists border on {table}")
    cursor.execute(f"create policy border on {table} using ({condition}) with check ({condition})")


def _show_to_others(cursor: Any, model: type[TenantRow]) -> None:
    """Reading across the border, for the few tables that say so: a policy of its own, which lets nobody write."""
    table, function = model._meta.db_table, model.row_access.shown_if
    cursor.execute(f"drop policy if exists border_shown on {table}")
    if function:
        cursor.execute(
            f"create policy border_shown on {table} for select"
            f" using ((select sec.kind()) = 'staff' and (select sec.{function}()))"
        )


def _protect_events_and_messages(cursor: Any) -> None:
    """Everyone may add an event or a message of the own municipality; staff may read them."""
    for table, check in (
        # A failed sign-in happens before anyone is known, so an event may lack a municipality.
        ("audit_event", f"municipality_id is null or {_HERE}"),
        ("notices_outgoingmessage", _HERE),
    ):
        cursor.execute(f"alter table {table} enable row level security")
        cursor.execute(f"alter table {table} force row level security")
        for name in ("border_read", "border_write", "border_change"):
            cursor.execute(f"drop policy if exists {name} on {table}")
        cursor.execute(f"create policy border_read on {table} for select using ({_STAFF})")
        cursor.execute(f"create policy border_write on {table} for insert with check ({check})")
        cursor.execute(
            f"create policy border_change on {table} for update using ({_STAFF}) with check ({_STAFF})"
        )


def tenant_keys() -> list[tuple[str, str, str]]:
    """(table, column, referenced table) of every key between tenant tables."""
    with_keys: list[type[models.Model]] = [*tenant_models(), User]
    return [
        (model._meta.db_table, str(field.column), target._meta.db_table)
        for model in with_keys
        for field in model._meta.local_fields
        if (target := _tenant_target(field))
    ]


def _tenant_target(field: models.Field[Any, Any]) -> type[models.Model] | None:
    """The tenant model a key points at; None for other fields."""
    target = field.related_model
    if not isinstance(target, type):
        return None
    is_one_to_one = isinstance(field, models.OneToOneField) and issubclass(target, TenantRow)
    return target if isinstance(field, TenantForeignKey) or is_one_to_one else None


def _install_composite_keys(cursor: Any) -> None:
    cursor.execute(
        "select conname from pg_constraint where connamespace = 'public'::regnamespace and contype in ('u', 'f')"
    )
    existing = {row[0] for row in cursor.fetchall()}
    for table in sorted({target for _, _, target in tenant_keys()}):
        name = f"{table}_in_municipality"
        if name not in existing:
            cursor.execute(f"alter table {table} add constraint {name} unique (municipality_id, id)")
    for table, column, target in tenant_keys():
        name = f"{table}_{column}_same_municipality"[:63]
        if name not in existing:
            cursor.execute(
                f"alter table {table} add constraint {name} foreign key (municipality_id, {column})"
                f" references {target} (municipality_id, id) deferrable initially deferred"
            )


def _install_no_overlap(cursor: Any) -> None:
    cursor.execute("select 1 from pg_constraint where conname = 'mentor_meets_one_citizen_at_a_time'")
    if not cursor.fetchone():
        cursor.execute(sql.NO_OVERLAP)


def _grant(cursor: Any) -> None:
    cursor.execute(f"grant usage on schema public, sec to {APP_ROLE}")
    cursor.execute(f"revoke all on all tables in schema public, sec from {APP_ROLE}")
    cursor.execute("revoke all on all functions in schema sec from public")
    cursor.execute(f"grant execute on all functions in schema sec to {APP_ROLE}")
    cursor.execute(f"grant usage on all sequences in schema public to {APP_ROLE}")
    cursor.execute("select tablename from pg_tables where schemaname = 'public'")
    for (table,) in cursor.fetchall():
        if rights := _rights(table):
            cursor.execute(f"grant {rights} on {table} to {APP_ROLE}")


def _rights(table: str) -> str:
    if table in UNREACHABLE:
        return ""
    if table in READ_ONLY:
        return "select"
    if table in INSERT_ONLY:
        return "select, insert"
    if table in FULL | LET_GO_OF:
        return "select, insert, update, delete"
    return "select, insert, update"
