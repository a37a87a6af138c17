"""The page that takes in a file: nothing of it stays, the columns are remembered, the report is kept on request."""

from __future__ import annotations

import io
import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from brobygger.accounts.models import User
from brobygger.audit.models import Event
from brobygger.controls.intake.models import ColumnMapping, FileAudit
from tests.cast import Cast
from tests.review.intake_files import FULL, workbook

BAD = FULL + "M-3;;;;31-02-2025;;;;;;;;;\n"
SignedIn = Callable[[User], Client]
Acting = Callable[[User | None], Any]


def file(text: str = BAD, name: str = "sager.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode(), "text/csv")


def send(client: Client, text: str = BAD, *, htmx: bool = False, **data: Any) -> Any:
    headers = {"HX-Request": "true"} if htmx else {}
    return client.post(reverse("controls:audit_file"), {"file": file(text), **data}, headers=headers)


def chosen(client: Client, text: str = BAD) -> dict[str, str]:
    """The fields of the drawn form, as a browser sends them back."""
    page = send(client, text, act="look").content.decode()
    fields = dict(
        re.findall(r'<input type="hidden" name="(signature|idempotency_key)" value="([^"]+)"', page)
    )
    for name, options in re.findall(r'<select name="(column_\d+)".*?>(.*?)</select>', page, re.S):
        picked = re.search(r'<option value="(\w*)" selected', options)
        fields[name] = picked[1] if picked else ""
    return fields


def kept_by(client: Client, title: str = "Gennemgang 2025", text: str = BAD) -> Any:
    return send(client, text, act="run", keep="on", title=title, **chosen(client, text))


def test_the_columns_and_the_bad_rows_are_shown_before_anything_is_asked(
    cast: Cast, signed_in: SignedIn
) -> None:
    answer = send(signed_in(cast.tove), act="look")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "2 sager kan prøves." in page
    assert "Cellen er ikke en dato." in page
    assert re.search(r'<option value="decided_on" selected', page)
    assert "610190" not in page


def test_looking_keeps_nothing(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    send(signed_in(cast.tove), act="look")
    with acting(cast.tove):
        assert not ColumnMapping.objects.exists()
        assert not FileAudit.objects.exists()


def test_a_report_is_shown_without_being_kept(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    client = signed_in(cast.tove)
    answer = send(client, act="run", **chosen(client))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Mentoren har selv afgjort sagen." in page
    assert "Rapporten er ikke gemt." in page
    with acting(cast.tove):
        assert not FileAudit.objects.exists()
        event = Event.objects.filter(action="file_audit.made").get()
    assert event.detail == {"rows": 3, "cases": 2, "failing_cases": 1, "bad_rows": 1, "kept": False}


def test_a_report_is_kept_when_somebody_says_so_and_the_file_is_not(
    cast: Cast, signed_in: SignedIn, acting: Acting
) -> None:
    answer = kept_by(signed_in(cast.tove))
    with acting(cast.tove):
        kept = FileAudit.objects.get()
    assert answer.url == reverse("controls:audit_report", args=[kept.public_id])
    assert (kept.title, kept.cases, kept.bad_rows, kept.made_by_id) == ("Gennemgang 2025", 2, 1, cast.tove.pk)
    written = json.dumps(kept.report)
    for secret in ("610190", "Carla", "Freja", "Fastholde praktik"):
        assert secret not in written


def test_a_kept_report_cannot_be_changed(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    from django.db import ProgrammingError, transaction

    kept_by(signed_in(cast.tove))
    with acting(cast.tove), pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        FileAudit.objects.update(title="Andet")


def test_the_same_form_sent_twice_keeps_one_report(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    client = signed_in(cast.tove)
    form = chosen(client) | {"act": "run", "keep": "on", "title": "Én gang"}
    assert form["idempotency_key"]
    for _ in range(2):
        assert send(client, **form).status_code == 302
    with acting(cast.tove):
        assert FileAudit.objects.count() == 1


def test_what_a_column_was_is_remembered_for_the_next_file(
    cast: Cast, signed_in: SignedIn, acting: Acting
) -> None:
    client, text = signed_in(cast.tove), "Nr;Årsag til hjælp\nM-1;Job\nM-2;\n"
    form = chosen(client, text)
    assert (form["column_0"], form["column_1"]) == ("", "")
    send(client, text, act="run", **(form | {"column_0": "case_code", "column_1": "purpose"}))
    again = chosen(client, text)
    assert (again["column_0"], again["column_1"]) == ("case_code", "purpose")
    with acting(cast.bo):
        assert not ColumnMapping.objects.exists()


def test_one_field_in_two_columns_is_refused_and_the_choice_stays(cast: Cast, signed_in: SignedIn) -> None:
    client, text = signed_in(cast.tove), "Sagsnr;A;B\nM-1;Job;Job\n"
    form = chosen(client, text) | {"column_1": "purpose", "column_2": "purpose"}
    answer = send(client, text, act="run", **form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "»Formål« er valgt for mere end én kolonne." in page
    assert page.count('<option value="purpose" selected') == 2


def test_a_kept_report_needs_a_name_without_a_number(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    client = signed_in(cast.tove)
    for title, told in (("", "Skriv, hvad rapporten skal hedde."), ("Om 610190-1234", "uden CPR-nummer")):
        answer = send(client, act="run", keep="on", title=title, **chosen(client))
        assert answer.status_code == 422
        assert told in answer.content.decode()
    with acting(cast.tove):
        assert not FileAudit.objects.exists()


def test_the_bad_rows_come_back_with_a_reason(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.tove)
    answer = send(client, act="faults", **chosen(client))
    assert "attachment" in answer["Content-Disposition"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert (len(rows), rows[0][-1], rows[1][0]) == (2, "Fejl", "M-3")


@pytest.mark.parametrize("kind", ["xlsx", "json", "html"])
def test_every_form_of_the_report_can_be_fetched_kept_or_not(
    cast: Cast, signed_in: SignedIn, kind: str
) -> None:
    client = signed_in(cast.tove)
    loose = send(client, act=kind, **chosen(client))
    address = kept_by(client).url
    kept = client.get(f"{address}{kind}/")
    for answer in (loose, kept):
        assert answer.status_code == 200
        assert f".{kind}" in answer["Content-Disposition"]
        assert b"610190" not in answer.content
    assert client.get(f"{address}exe/").status_code == 404


def test_fetching_a_kept_report_is_recorded(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    client = signed_in(cast.tove)
    client.get(f"{kept_by(client).url}json/")
    with acting(cast.tove):
        assert Event.objects.filter(action="file_audit.downloaded", detail__file="json").count() == 1


def test_a_kept_report_shows_the_cases_of_one_question(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.tove)
    address = kept_by(client).url
    assert "M-2" in client.get(address).content.decode()
    narrowed = client.get(f"{address}?sp=K13").content.decode()
    assert "Mentoren har selv afgjort sagen." in narrowed
    assert "Formålet er ikke skrevet." not in narrowed


def test_another_municipality_finds_nothing(cast: Cast, signed_in: SignedIn, acting: Acting) -> None:
    address = kept_by(signed_in(cast.tove)).url
    with acting(cast.bo):
        cast.bo.roles = ["CONTROLLER"]
        User.objects.filter(pk=cast.bo.pk).update(roles=["CONTROLLER"])
    other = signed_in(cast.bo)
    assert other.get(address).status_code == 404
    assert other.get(f"{address}json/").status_code == 404
    assert "Gennemgang 2025" not in other.get(reverse("controls:audit_file")).content.decode()


def test_only_those_who_see_controls_come_in(cast: Cast, signed_in: SignedIn, client: Client) -> None:
    address = reverse("controls:audit_file")
    assert client.get(address).status_code == 302
    for user in (cast.anna, cast.carla, cast.finn):
        assert signed_in(user).get(address).status_code == 403
        assert send(signed_in(user), act="look").status_code == 403
    assert signed_in(cast.eva).get(reverse("controls:audit_report", args=[uuid.uuid4()])).status_code == 404


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Filen er tom."),
        (b"%PDF-1.7", "Det er en PDF."),
        (b"PK\x03\x04junk", "beskadiget"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 100, "gammelt format"),
        (b"<html>", "hverken et regneark"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    cast: Cast, signed_in: SignedIn, content: bytes, told: str
) -> None:
    upload = SimpleUploadedFile("sager.xlsx", content)
    answer = signed_in(cast.tove).post(reverse("controls:audit_file"), {"file": upload, "act": "look"})
    assert answer.status_code == 422
    assert told in answer.content.decode()


def test_without_a_file_one_is_asked_for(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.tove).post(reverse("controls:audit_file"), {"act": "run"})
    assert answer.status_code == 422
    assert "Vælg en fil." in answer.content.decode()


def test_a_long_file_is_left_to_the_command_line(
    cast: Cast, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("brobygger.controls.intake.services.MOST_ROWS", 2)
    assert "flere end 2 rækker" in send(signed_in(cast.tove), act="look").content.decode()


def test_a_choice_made_for_other_columns_is_no_choice(
    cast: Cast, signed_in: SignedIn, acting: Acting
) -> None:
    client = signed_in(cast.tove)
    form = chosen(client)
    answer = send(client, "Sagsnr;Formål\nM-1;\n", act="run", **form)
    assert "Hvad kolonnerne er" in answer.content.decode()
    with acting(cast.tove):
        assert not Event.objects.filter(action="file_audit.made").exists()


def test_parts_of_the_page_answer_in_place(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.tove)
    found = send(client, htmx=True, act="look")
    assert "<html" not in found.content.decode()
    assert found["HX-Retarget"] == "#intake-found"
    shown = send(client, htmx=True, act="run", **chosen(client))
    assert "Rapporten er ikke gemt." in shown.content.decode()
    assert "HX-Retarget" not in shown
    kept = send(client, htmx=True, act="run", keep="on", title="Gemt", **chosen(client))
    assert kept["HX-Redirect"].startswith(reverse("controls:audit_file"))


def test_a_workbook_goes_the_same_way(cast: Cast, signed_in: SignedIn) -> None:
    upload = SimpleUploadedFile("sager.xlsx", workbook([line.split(";") for line in FULL.splitlines()]))
    answer = signed_in(cast.tove).post(reverse("controls:audit_file"), {"file": upload, "act": "look"})
    assert "2 sager kan prøves." in answer.content.decode()


def test_the_list_of_reports_costs_the_same_for_one_and_many(cast: Cast, signed_in: SignedIn) -> None:
    client, address = signed_in(cast.tove), reverse("controls:audit_file")
    counts = []
    for times in (1, 4):
        for number in range(times):
            kept_by(client, f"Rapport {times} {number}")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
