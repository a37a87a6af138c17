"""What happened on a case, in words: one Danish sentence for each kind of event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from brobygger.audit.models import Event
from brobygger.mentorships.models import Status
from brobygger.people.services import Relation
from brobygger.values.duration import format_minutes

WORDS: Mapping[str, Any] = {
    "mentorship.created": gettext_lazy("Forløbet er oprettet."),
    "mentorship.mentor_changed": gettext_lazy("Forløbet har fået en ny mentor."),
    "mentorship.tasks_added": gettext_lazy("Mentoren har fået flere opgaver."),
    "mentorship.period_changed": gettext_lazy("Forløbets periode er ændret."),
    "journal.added": gettext_lazy("Der er skrevet i journalen."),
    "document.stored": gettext_lazy("Et dokument er lagt på sagen."),
    "audit.file_made": gettext_lazy("Revisionsmappen er hentet."),
    "document.downloaded": gettext_lazy("Et dokument er hentet."),
    "citizen_message.sent": gettext_lazy("Borgeren har skrevet."),
    "citizen_message.handled": gettext_lazy("Borgeren har fået svar."),
    "application.submitted": gettext_lazy("Indstillingen er sendt."),
    "application.withdrawn": gettext_lazy("Indstillingen er trukket tilbage."),
    "decision.grant": gettext_lazy("Støtten er bevilget."),
    "decision.renewal": gettext_lazy("Støtten er forlænget."),
    "decision.change": gettext_lazy("Bevillingen er ændret."),
    "decision.end": gettext_lazy("Støtten er afsluttet."),
    "decision.refusal": gettext_lazy("Indstillingen er afslået."),
    "agreement.sent": gettext_lazy("Aftalen er sendt til parterne."),
    "agreement.link_resent": gettext_lazy("Aftalen er sendt igen."),
    "agreement.accepted": gettext_lazy("En part har sagt ja til aftalen."),
    "agreement.declined": gettext_lazy("En part har sagt nej til aftalen."),
    "agreement.completed": gettext_lazy("Alle har sagt ja til aftalen."),
    "citizen.registered": gettext_lazy("Borgeren er oprettet i registret."),
    "citizen.changed": gettext_lazy("Borgerens oplysninger er ændret."),
    "citizen.cpr_shown": gettext_lazy("CPR-nummeret er vist."),
    "citizen.sought_by_cpr": gettext_lazy("Borgeren er slået op på CPR-nummer."),
    "contact.registered": gettext_lazy("Mentoren har registreret en kontakt."),
    "contact.corrected": gettext_lazy("Mentoren har rettet en kontakt."),
    "contact.withdrawn": gettext_lazy("Mentoren har slettet en kontakt."),
    "contact.confirmed": gettext_lazy("Borgeren har bekræftet en kontakt."),
    "contact.disputed": gettext_lazy("Borgeren er uenig i en kontakt."),
    "contact.resolved": gettext_lazy("En uenighed om timer er afgjort."),
    "month.handed_in": gettext_lazy("Mentoren har afleveret måneden."),
    "month.handed_in_by_supplier": gettext_lazy("Leverandøren har afleveret måneden."),
    "plan.goal_added": gettext_lazy("Planen har fået et nyt mål."),
    "plan.changed": gettext_lazy("Planen for forløbet er ændret."),
    "goals.read": gettext_lazy("Der er sat tal på målene."),
    "tool.filled": gettext_lazy("Et redskab er udfyldt."),
    "assessment.made": gettext_lazy("Der er lavet en vurdering."),
    "register.status_noted": gettext_lazy("Det er noteret, hvad borgeren laver nu."),
    "follow_ups.planned": gettext_lazy("Opfølgningen er planlagt."),
    "follow_up.recorded": gettext_lazy("Der er fulgt op."),
    "follow_up.moved": gettext_lazy("En opfølgning er flyttet."),
    "follow_up.wished": gettext_lazy("Borgeren vil høres alene."),
    "hearing.asked": gettext_lazy("Virksomheden har fået spørgsmål."),
    "hearing.answered": gettext_lazy("Mentor eller virksomhed har svaret."),
    "citizen.said_how_it_goes": gettext_lazy("Borgeren har fortalt, hvordan det går."),
    "citizen.link_sent": gettext_lazy("Borgeren har fået tilsendt et link til sin egen side."),
    "citizen.language_chosen": gettext_lazy("Borgerens sprog er valgt."),
    "concern.raised": gettext_lazy("Der er kommet en bekymring."),
    "concern.answered": gettext_lazy("En bekymring er besvaret."),
    "follow_ups.cancelled": gettext_lazy("De opfølgninger, der var tilbage, er aflyst."),
    "meetings.planned": gettext_lazy("Der er aftalt møder."),
    "meeting.moved": gettext_lazy("Et aftalt møde er flyttet."),
    "meeting.cancelled": gettext_lazy("Et aftalt møde er aflyst."),
    "meetings.handed_over": gettext_lazy("De møder, der var tilbage, er gået over til den nye mentor."),
    "meetings.cancelled": gettext_lazy("De møder, der var tilbage, er aflyst."),
    "meeting.settled": gettext_lazy("Det er skrevet, hvad der skete med et møde."),
    "meeting.reminded": gettext_lazy("Deltagerne er mindet om et møde."),
    "citizen_words.written": gettext_lazy("Borgerens egne ord er skrevet ned."),
    "mentor.opening_noted": gettext_lazy("Det er skrevet, hvornår mentoren kan tage en ny borger."),
    "end_report.made": gettext_lazy("Slutrapporten er lagt på sagen."),
    "mentorship.concluded": gettext_lazy("Forløbet er gjort op: mål, årsag og hvad der følger."),
    "agreement.start_blocked": gettext_lazy("Alle har sagt ja, men loven spærrer for starten."),
    "invoice_line.assigned": gettext_lazy("En fakturalinje er knyttet til forløbet."),
    "invoice_line.paid": gettext_lazy("En fakturalinje er betalt."),
    "invoice_line.refused": gettext_lazy("En fakturalinje er afvist."),
    "invoice_line.part_refused": gettext_lazy("En del af en fakturalinje er afvist."),
    "invoice_line.part_taken_back": gettext_lazy("En afvist del af en fakturalinje er med igen."),
    "invoice_line.credited": gettext_lazy("En betaling er krediteret."),
    "invoice_line.reopened": gettext_lazy("En fakturalinje er taget op igen."),
}


def sentence(event: Event) -> str:
    """What an event says to a reader; an action without words of its own is named as it is stored."""
    special: dict[str, Callable[[Event], str]] = {
        "mentorship.status_changed": _status,
        "citizen.seen": _seen,
        "application.submitted": _submitted,
    }
    if event.action in special:
        return special[event.action](event)
    words = WORDS.get(event.action)
    return str(words) if words else _("Hændelse: %(action)s.") % {"action": event.action}


def _status(event: Event) -> str:
    after = event.detail.get("after", "")
    label = Status(after).label if after in Status.values else after
    return _("Forløbets status er nu: %(status)s.") % {"status": str(label).lower()}


def _seen(event: Event) -> str:
    relation = Relation(event.relation).label if event.relation in Relation.values else _("ukendt")
    return _("Så borgerens oplysninger på siden %(page)s (%(relation)s).") % {
        "page": event.purpose,
        "relation": str(relation).lower(),
    }


def _submitted(event: Event) -> str:
    minutes = event.detail.get("minutes")
    if not isinstance(minutes, int):
        return str(WORDS["application.submitted"])
    return _("Indstillingen er sendt: %(hours)s") % {"hours": format_minutes(minutes)}
