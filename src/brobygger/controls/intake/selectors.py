"""Reports on files and the columns remembered, inside the own municipality."""

from __future__ import annotations

from django.db.models import QuerySet

from brobygger.accounts.models import User
from brobygger.accounts.selectors import municipality_of
from brobygger.controls.intake.models import ColumnMapping, FileAudit
from brobygger.review.intake import Report


def visible_to(user: User) -> QuerySet[FileAudit]:
    """The reports that the user's municipality has kept, newest first; nothing for those outside the staff."""
    if user.kind != "staff":
        return FileAudit.objects.none()
    return FileAudit.objects.filter(municipality_id=municipality_of(user)).order_by("-made_at", "-pk")


def listed(user: User, limit: int = 20) -> list[FileAudit]:
    """The newest reports, without their contents."""
    return list(visible_to(user).defer("report").select_related("made_by")[:limit])


def report_of(kept: FileAudit) -> Report:
    return Report.from_dict(kept.report)


def remembered(user: User) -> dict[str, str]:
    """Heading -> field, as the municipality read it last."""
    rows = ColumnMapping.objects.filter(municipality_id=municipality_of(user))
    return dict(rows.values_list("heading", "field"))
