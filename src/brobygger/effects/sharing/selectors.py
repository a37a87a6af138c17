"""Who shares, and what those read who share themselves."""

from __future__ import annotations

from dataclasses import dataclass

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission
from brobygger.accounts.selectors import municipality_of
from brobygger.effects.models import ResultRun, SharedFigures, SharingChoice, StoredResult

Subject = StoredResult.Subject


@dataclass(frozen=True)
class Sharing:
    """What a person may know of sharing: the municipality's choice, and what is shared, one's own among it."""

    choice: SharingChoice | None
    municipality_id: int
    shared: tuple[SharedFigures, ...] = ()

    @property
    def is_on(self) -> bool:
        return self.choice is not None and self.choice.is_on

    @property
    def own(self) -> SharedFigures | None:
        return next((each for each in self.shared if each.municipality_id == self.municipality_id), None)


def choice_of(municipality_id: int) -> SharingChoice | None:
    """The choice in force; nobody shares before they have chosen to."""
    return SharingChoice.objects.filter(municipality_id=municipality_id).order_by("-id").first()


def sharing_of(user: User) -> Sharing:
    """Only those who share read what others share: the figures of nobody while one's own are not there. Two queries."""
    own = municipality_of(user)
    nothing = Sharing(None, own)
    if not user.may(Permission.SEE_EFFECTS):
        return nothing
    found = Sharing(choice_of(own), own)
    if not found.is_on:
        return found
    everyone = Sharing(found.choice, own, tuple(SharedFigures.objects.select_related("municipality")))
    return everyone if everyone.own else found


def newest_results(municipality_id: int) -> tuple[ResultRun, dict[str, StoredResult]] | None:
    """The newest whole run and, by subject, its results of the newest period; None where nobody could be followed."""
    run = (
        ResultRun.objects.filter(municipality_id=municipality_id)
        .exclude(finished_at=None)
        .order_by("-id")
        .first()
    )
    if run is None:
        return None
    stored = StoredResult.objects.filter(municipality_id=municipality_id, run=run).exclude(starts_on=None)
    newest = stored.order_by("-starts_on").first()
    if newest is None:
        return None
    return run, {each.subject: each for each in stored.filter(starts_on=newest.starts_on)}
