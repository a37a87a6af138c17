"""The case page: all of one mentorship on one page."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from brobygger.accounts.models import User
from brobygger.accounts.permissions import Permission, require
from brobygger.mentorships import selectors
from brobygger.mentorships.forms import AnswerForm, JournalForm
from brobygger.mentorships.presenters import week_words
from brobygger.people import services as people
from brobygger.web import case_page


@login_required
@require_GET
def case(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, today = request.user, timezone.localdate()
    assert isinstance(user, User)
    require(user, Permission.SEE_CASES)
    mentorship = get_object_or_404(selectors.visible_to(user), public_id=public_id)
    people.note_look(citizen=mentorship.citizen, by=user, page=_("Forløb"))
    parts = case_page.sections(mentorship, user, today)
    context = {
        "mentorship": mentorship,
        "mentor": selectors.mentor_on(mentorship, today),
        "weeks": week_words(mentorship, today),
        "next_act": case_page.next_act(mentorship, user, today),
        "sections": parts,
        "index": case_page.index(parts),
        "journal_form": JournalForm(initial={"dated_on": today}),
        "answer_form": AnswerForm(auto_id=False),
    }
    return render(request, "web/case.html", context)
