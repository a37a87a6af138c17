"""Components of the design system for templates. The gallery shows each of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms, template
from django.core.paginator import Page
from django.template import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from brobygger.ui import charts, formats, toasts
from brobygger.values.duration import format_minutes

register = template.Library()

THEMES = {"staff": "dkfds", "citizen": "dkfds-borgerdk", "company": "dkfds-virkdk"}

# A status is shown in one of six tones; the word carries the meaning, the tone only helps the eye.
TONES = {
    "neutral": ("neutral", "draft", "kladde", "planned", "not_applicable", "withdrawn", "superseded"),
    "waiting": ("waiting", "pending", "pending_approval", "submitted", "for_approval", "awaiting_citizen",
                "awaiting_mentor", "awaiting_company", "sent", "recommended", "due", "cannot_tell", "open"),
    "active": ("active", "in_progress", "running", "started", "current", "granted", "agreed", "approved"),
    "good": ("good", "success", "confirmed", "satisfied", "paid", "matched", "done", "accepted", "ok"),
    "warning": ("warning", "expiring", "nearly_used", "paused", "changed", "attention", "partly"),
    "danger": ("danger", "error", "disputed", "overdue", "refused", "rejected", "not_satisfied", "blocked", "failed"),
    "closed": ("closed", "ended", "finished", "completed", "archived", "cancelled", "expired"),
}  # fmt: skip
_TONE_OF = {name: tone for tone, names in TONES.items() for name in names}

_ALERT_ICONS = {"info": "info", "success": "success", "warning": "warning", "error": "error"}
_OUTCOMES = {
    "satisfied": ("check", "yes"),
    "not_satisfied": ("close", "no"),
    "cannot_tell": ("help", "unknown"),
}


def _render(name: str, **context: Any) -> SafeString:
    return mark_safe(render_to_string(f"ui/{name}.html", context))


def _attributes(named: Mapping[str, Any]) -> SafeString:
    """``hx_post="/x"`` as ``hx-post="/x"``; what is empty or False is left out, True stands alone."""
    given = [(name.rstrip("_").replace("_", "-"), value) for name, value in named.items()]
    return format_html_join(
        "",
        "{}{}",
        (
            (format_html(" {}", name), "" if value is True else format_html('="{}"', value))
            for name, value in given
            if value not in (None, False, "")
        ),
    )


# --- Formats ---------------------------------------------------------------------------------------------------------


@register.filter
def kroner(amount: Any, decimals: int = 2) -> str:
    return "" if amount in (None, "") else formats.kroner(amount, decimals)


@register.filter
def number(value: Any, decimals: int | None = None) -> str:
    return "" if value in (None, "") else formats.number(value, decimals)


@register.filter
def percent(share: Any, decimals: int = 0) -> str:
    return "" if share in (None, "") else formats.percent(share, decimals)


@register.filter
def minutes(value: Any) -> str:
    return "" if value in (None, "") else format_minutes(int(value))


@register.filter
def danish_date(when: date | datetime | None) -> str:
    return formats.danish_date(when) if when else ""


@register.filter
def danish_weekday(when: date | datetime | None) -> str:
    return formats.danish_weekday(when) if when else ""


@register.filter
def reader_date(when: date | datetime | None) -> str:
    return formats.reader_date(when) if when else ""


@register.filter
def reader_weekday(when: date | datetime | None) -> str:
    return formats.reader_weekday(when) if when else ""


@register.filter
def short_date(when: date | datetime | None) -> str:
    return formats.reader_short_date(when) if when else ""


@register.filter
def telephone(number: str) -> str:
    return formats.telephone(number) if number else ""


@register.filter
def danish_clock(when: datetime | None) -> str:
    return formats.danish_clock(when) if when else ""


@register.filter
def days_away(when: date | datetime | None, today: date) -> str:
    return formats.days_away(when, today) if when and today else ""


@register.filter
def days_since(when: date | datetime | None, today: date) -> str:
    return formats.days_since(when, today) if when and today else ""


@register.filter
def initials(name: str) -> str:
    """The first letters of the first and the last name."""
    parts = [part for part in str(name).replace("-", " ").split() if part]
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper()


@register.filter
def undo_url(tags: str | None) -> str:
    return toasts.undo_url_of(tags)


@register.simple_tag(takes_context=True)
def date_away(
    context: Context, when: date | datetime | None, past: str = "over", in_words_of: str = ""
) -> SafeString | str:
    """A date with how far away it is; ``past="since"`` for what happened rather than fell due. Needs ``today``.

    ``in_words_of="reader"`` names the month in the reader's language.
    """
    if not when:
        return ""
    today = context.get("today")
    tell = formats.days_since if past == "since" else formats.days_away
    away = format_html(' <span class="bb-away">{}</span>', tell(when, today)) if today else ""
    machine = formats.danish_day_of(when).isoformat()
    told = formats.reader_short_date(when) if in_words_of == "reader" else formats.danish_date(when)
    return format_html('<time datetime="{}">{}</time>{}', machine, told, away)


# --- Page ------------------------------------------------------------------------------------------------------------


@register.simple_tag
def theme_stylesheet(theme: str = "staff") -> str:
    return static(f"vendor/dkfds/css/{THEMES.get(theme, 'dkfds')}.min.css")


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the design system; without ``label`` it is decoration and says nothing."""
    told = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    address = f"{static('vendor/dkfds/img/all-svg-icons.svg')}#{name}"
    return format_html(
        '<svg class="icon-svg" focusable="false" {}><use href="{}"></use></svg>', told, address
    )


@register.simple_tag
def idempotency_key() -> SafeString:
    """A hidden key per drawn form: the same form sent twice counts once."""
    return format_html('<input type="hidden" name="idempotency_key" value="{}">', uuid.uuid4())


# --- Words and colours -----------------------------------------------------------------------------------------------


@register.simple_tag
def status_tag(status: Any, label: str = "") -> SafeString:
    """The status as a word with a tone; unknown statuses are neutral."""
    tone = _TONE_OF.get(str(getattr(status, "value", status)).lower(), "neutral")
    return format_html('<span class="bb-status bb-status-{}">{}</span>', tone, label or status)


@register.simple_block_tag
def alert(content: str, kind: str = "info", heading: str = "", level: int = 2) -> SafeString:
    return _render(
        "alert",
        content=content,
        kind=kind,
        heading=heading,
        level=level,
        icon_name=_ALERT_ICONS.get(kind, "info"),
    )


@register.simple_tag
def legal_ref(finding: Any) -> SafeString | str:
    """The paragraph of a finding or a source as a small link, with a word where it is not confirmed."""
    source = getattr(finding, "source", finding)
    if not source:
        return ""
    sure = getattr(finding, "confirmed", True) and str(getattr(source, "confidence", "H")) != "not confirmed"
    doubt = "" if sure else format_html(' <span class="bb-unsure">{}</span>', _("(ikke bekræftet)"))
    url = getattr(source, "url", "")
    if not url:
        return format_html('<span class="bb-legal">{}{}</span>', source, doubt)
    return format_html('<a class="bb-legal" href="{}" rel="noopener">{}</a>{}', url, source, doubt)


@register.simple_tag
def finding(item: Any) -> SafeString:
    """One condition of the law: mark and word, sentence, paragraph and what mends it."""
    outcome = str(getattr(item.outcome, "value", item.outcome)).lower().replace(" ", "_")
    mark, tone = _OUTCOMES.get(outcome, _OUTCOMES["cannot_tell"])
    words = {"yes": _("Opfyldt"), "no": _("Ikke opfyldt"), "unknown": _("Kan ikke afgøres endnu")}
    return _render("finding", item=item, mark=mark, tone=tone, word=words[tone])


@register.simple_tag
def findings(items: Iterable[Any]) -> SafeString:
    """The conditions as a list, those that need something first."""
    order = {"not_satisfied": 0, "cannot_tell": 1, "satisfied": 2}

    def place(item: Any) -> int:
        return order.get(str(getattr(item.outcome, "value", item.outcome)).lower().replace(" ", "_"), 1)

    return _render("findings", items=sorted(items, key=place))


# --- Acts ------------------------------------------------------------------------------------------------------------


@register.simple_tag
def button(
    label: str,
    url: str = "",
    kind: str = "secondary",
    icon: str = "",
    type: str = "submit",
    small: bool = False,
    **attributes: Any,
) -> SafeString:
    """A button, or a link that looks like one; ``hx_post`` and the like become attributes."""
    css = f"button button-{kind}" + (" bb-small" if small else "")
    return _render(
        "button", label=label, url=url, css=css, icon_name=icon, type=type, attributes=_attributes(attributes)
    )


@register.simple_tag
def blocked_button(
    label: str, sentence: str, link: str = "", link_label: str = "", kind: str = "primary"
) -> SafeString:
    """An act that cannot be done now: what blocks it, and the link that mends it."""
    return _render(
        "blocked_button",
        label=label,
        sentence=sentence,
        link=link,
        link_label=link_label or _("Ret det"),
        kind=kind,
        key=f"b{uuid.uuid4().hex[:8]}",
    )


# --- Containers ------------------------------------------------------------------------------------------------------


@register.simple_block_tag
def card(content: str, heading: str = "", level: int = 2, tone: str = "", id: str = "") -> SafeString:
    return _render("card", content=content, heading=heading, level=level, tone=tone, id=id)


@register.simple_block_tag
def accordion(
    content: str, title: str, id: str = "", open: bool = False, note: str = "", level: int = 2, tone: str = ""
) -> SafeString:
    """A section that folds; ``note`` tells what is inside while it is closed."""
    return _render(
        "accordion", content=content, title=title, id=id, open=open, note=note, level=level, tone=tone
    )


@register.simple_block_tag
def modal(content: str, id: str, title: str) -> SafeString:
    """A dialogue opened by any element with ``data-bb-open="id"``."""
    return _render("modal", content=content, id=id, title=title)


@register.simple_block_tag
def data_table(content: str, caption: str, compact: bool = False, show_caption: bool = False) -> SafeString:
    """Wraps ``thead`` and ``tbody``; the rows become cards on a phone. Numbers: class ``bb-num``."""
    return _render("data_table", content=content, caption=caption, compact=compact, show_caption=show_caption)


@register.simple_block_tag
def work_row(
    content: str, title: str, about: str = "", when: str = "", url: str = "", tone: str = "", id: str = ""
) -> SafeString:
    """A row of the work list: what it asks, about whom, since when; the acts stand between the tags."""
    return _render(
        "work_row", content=content, title=title, about=about, when=when, url=url, tone=tone, id=id
    )


# --- Lists and figures -----------------------------------------------------------------------------------------------


@register.simple_tag
def summary_list(rows: Iterable[Any]) -> SafeString:
    """Facts in two columns. A row is (label, value) or a mapping with label, value, url, url_label."""
    asked = [row if isinstance(row, Mapping) else {"label": row[0], "value": row[1]} for row in rows]
    return _render("summary_list", rows=asked)


@register.simple_tag
def figure(value: str, label: str, url: str = "", note: str = "") -> SafeString:
    """One figure that leads to its cases."""
    return _render("figure", value=value, label=label, url=url, note=note)


def _share(part: float | int | Decimal, whole: float | int | Decimal) -> float:
    return min(max(float(part) / float(whole), 0.0), 1.0) * 100 if whole else 0.0


@register.simple_tag
def progress_bar(
    value: float | int | Decimal,
    max: float | int | Decimal,
    label: str,
    text: str = "",
    label_language: str = "",
) -> SafeString:
    """How much of ``max`` is reached; ``text`` is what is written beside, else the per cent.

    ``label_language`` is that of a label somebody typed.
    """
    share = _share(value, max)
    return _render(
        "progress_bar",
        label=label,
        label_language=label_language,
        width=f"{share:.2f}%",
        text=text or formats.percent(Decimal(round(share)) / 100),
        over=bool(max) and value > max,
    )


@register.simple_tag
def hours_bar(granted: int, used: int, confirmed: int, disputed: int) -> SafeString:
    """Minutes granted, used, confirmed and disputed as one bar with its figures; used holds the other two."""
    waiting = max(used - confirmed - disputed, 0)
    whole = max(granted, used, 1)
    parts, start = [], 0.0
    for name, label, amount in (
        ("confirmed", _("Bekræftet"), confirmed),
        ("waiting", _("Afventer borger"), waiting),
        ("disputed", _("Uenighed"), disputed),
        ("left", _("Tilbage"), max(granted - used, 0)),
    ):
        width = _share(amount, whole)
        parts.append(
            {"name": name, "label": label, "minutes": amount, "x": f"{start:.2f}%", "width": f"{width:.2f}%"}
        )
        start += width
    return _render("hours_bar", parts=parts, granted=granted, used=used, over=max(used - granted, 0))


@register.simple_tag
def side_index(items: Iterable[Mapping[str, Any]], label: str = "") -> SafeString:
    """Links to the sections of a page. An item has label, url, and where needed note and attention."""
    return _render("side_index", items=items, label=label or _("På siden"))


@register.simple_tag
def empty_state(title: str, text: str, action: Mapping[str, str] | None = None) -> SafeString:
    """What will be here, why it is empty, what to do; ``action`` has label and url."""
    return _render("empty_state", title=title, text=text, action=action)


@register.simple_tag
def step_list(steps: Sequence[Mapping[str, Any]], label: str = "") -> SafeString:
    """Steps with label, state (done, current, todo) and where given url and note."""
    return _render("step_list", steps=steps, label=label or _("Trin"))


@register.simple_tag(takes_context=True)
def timeline(context: Context, items: Iterable[Mapping[str, Any]]) -> SafeString:
    """What happened and what will: items with date, title, and where given text, status, status_label, url, future."""
    return _render("timeline", items=items, today=context.get("today"))


@register.simple_tag
def tabs(items: Iterable[Mapping[str, Any]], label: str) -> SafeString:
    """Views of one page as links: label, url, current, and where given count and target (htmx)."""
    return _render("tabs", items=items, label=label)


@register.simple_tag
def bar_chart(
    points: Sequence[charts.Point],
    title: str,
    label_heading: str = "",
    value_heading: str = "",
    whole: float = 0.0,
) -> SafeString:
    return _render(
        "bar_chart", bars=charts.bars(points, whole), **_chart(title, label_heading, value_heading)
    )


@register.simple_tag
def line_chart(
    points: Sequence[charts.Point], title: str, label_heading: str = "", value_heading: str = ""
) -> SafeString:
    context = _chart(title, label_heading, value_heading)
    return _render("line_chart", line=charts.line(points), points=points, **context)


def _chart(title: str, label_heading: str, value_heading: str) -> dict[str, Any]:
    return {
        "title": title,
        "label_heading": label_heading or _("Hvad"),
        "value_heading": value_heading or _("Antal"),
        "key": f"c{uuid.uuid4().hex[:8]}",
    }


@register.simple_tag(takes_context=True)
def pagination(
    context: Context, page: Page[Any], parameter: str = "side", label: str = ""
) -> SafeString | str:
    """Pages of a list; every other parameter of the address is kept."""
    if page.paginator.num_pages < 2:
        return ""
    request = context.get("request")

    def address(number: int) -> str:
        query = request.GET.copy() if request else None
        if query is None:
            return f"?{parameter}={number}"
        query[parameter] = str(number)
        return f"?{query.urlencode()}"

    gap = str(page.paginator.ELLIPSIS)
    return _render(
        "pagination",
        page=page,
        label=label or _("Sider"),
        numbers=[
            {
                "number": each,
                "url": None if str(each) == gap else address(int(each)),
                "current": each == page.number,
            }
            for each in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
        ],
        previous=address(page.previous_page_number()) if page.has_previous() else "",
        next=address(page.next_page_number()) if page.has_next() else "",
    )


# --- Forms -----------------------------------------------------------------------------------------------------------


@register.simple_tag
def field(bound: forms.BoundField) -> SafeString:
    """One field with label, hint, error and control."""
    return bound.as_hidden() if bound.is_hidden else bound.as_field_group()


@register.simple_tag
def error_summary(*several: forms.BaseForm) -> SafeString | str:
    """All that is wrong, at the top, each with a link to its field. Nothing while nothing is wrong."""
    wrong = [form for form in several if form and form.errors]
    if not wrong:
        return ""
    general = [error for form in wrong for error in form.non_field_errors()]
    by_field = [
        {"anchor": getattr(bound, "anchor", bound.id_for_label), "text": error}
        for form in wrong
        for bound in form
        for error in bound.errors
    ]
    return _render("error_summary", general=general, by_field=by_field, key=wrong[0].prefix or "form")


@register.simple_tag
def autosave_indicator() -> SafeString:
    """Tells beside a form with ``data-bb-autosaves`` whether the draft is saved."""
    return _render("autosave_indicator")
