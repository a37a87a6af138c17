"""Follow-up, journal, messages from citizens, and the end of each mentorship."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from brobygger.followups.plan import default_plan
from brobygger.web.demo import words
from brobygger.web.demo.cases import ACTIVE, CONTEXTS, EDUCATION, ENDED
from brobygger.web.demo.chain import NEVER, Chain, Tables, Town
from brobygger.web.demo.copying import Array, Key, Nullable, Pool, Table
from brobygger.web.demo.drawing import DAY, MINUTE, instants, working_day

KINDS = ("CONTACT", "MONTHLY", "STATUS", "END", "FIT")
LABELS = (
    "Kontakt i opstarten",
    "Månedlig opfølgning",
    "Skriftlig status",
    "Afslutning",
    "Passer mentor og borger sammen",
)
FIT = KINDS.index("FIT")
FORMS = ("VISIT", "CALL", "WRITTEN")
FORM_LABELS = ("besøg", "telefon", "skriftligt")
AUDIT = np.datetime64("2019-01-01")
"""The year of the audit that found every third case without follow-up."""
WITHOUT_BEFORE, WITHOUT_AFTER = 1 / 3, 0.04

NEXT = (
    "EDUCATION",
    "ORDINARY_JOB",
    "FLEX_JOB",
    "COMPANY_MEASURE",
    "OTHER_MEASURE",
    "NEW_MENTORSHIP",
    "NOTHING",
    "UNKNOWN",
)
NEXT_WEIGHTS = (14, 6, 5, 20, 22, 10, 15, 8)
REASONS = ("GOAL_REACHED", "PERIOD_OVER", "CITIZEN_WISH", "NO_CONTACT", "MENTOR_STOPPED", "MOVED", "OTHER")
REASON_WEIGHTS = (26, 44, 11, 8, 4, 4, 3)


def make_care(town: Town, chain: Chain, *, with_messages: bool, journal_share: float) -> Tables:
    follow_ups, journal = _follow_ups(town, chain)
    tables = [follow_ups, _conclusions(town, chain)]
    tables.append(_journal(town, chain, journal, journal_share))
    if with_messages:
        tables.append(_messages(town, chain))
    return tables


@lru_cache(maxsize=50_000)
def _plan(days: int, starts_on: date) -> tuple[tuple[int, int], ...]:
    """(day number, kind) of each follow-up of a mentorship that lasts ``days`` days."""
    planned = default_plan(starts_on, starts_on + timedelta(days=days))
    return tuple(((each.due_on - date(1970, 1, 1)).days, KINDS.index(each.kind.value)) for each in planned)


def _follow_ups(town: Town, chain: Chain) -> tuple[tuple[str, Table, int], dict[str, Array]]:
    cases, draw, now = town.cases, town.draw, town.now
    lengths = ((cases.ends - cases.starts) / DAY).astype(int).tolist()
    case, due, kind = [], [], []
    for each in np.flatnonzero(np.isin(cases.status, (ACTIVE, ENDED))).tolist():
        for day, which in _plan(lengths[each], cases.starts[each].item()):
            case.append(each)
            due.append(day)
            kind.append(which)
    row, due_on, kinds = np.array(case, int), np.array(due, "datetime64[D]"), np.array(kind, int)
    count = len(row)
    forgotten = draw.chance(np.where(cases.starts < AUDIT, WITHOUT_BEFORE, WITHOUT_AFTER), cases.count)
    ended = cases.status == ENDED
    delay = np.maximum(0, np.rint(draw.rng.normal(0.6, 1.6, count))).astype(int)
    done_on = working_day(np.maximum(due_on + delay * DAY, cases.starts[row]))
    recent = ~ended[row] & (due_on > now - 24 * DAY)
    is_done = (due_on < now) & (done_on <= now) & ~forgotten[row]
    is_done &= ~draw.chance(np.where(recent, 0.18, 0.03), count)
    # Work under way is followed up: what stands open there is of the last weeks.
    is_done |= ~ended[row] & (due_on < now - 24 * DAY)
    done_on = np.where(is_done, np.minimum(done_on, now), NEVER)
    forms = np.where(kinds == 2, 2, draw.pick([38, 55, 7], count))
    delivered = draw.pick([93, 4, 3], count)
    notes = draw.whole(0, len(words.FOLLOW_UP_NOTES), count)
    consultant = town.staff.consultants[cases.consultant[row]]
    done_at = instants(done_on, 9 * 60 + draw.whole(0, 6 * 60, count))
    cancelled = ended[row] & ~is_done
    table: Table = {
        "id": town.ids.take("followups_followup", count),
        "municipality_id": town.municipality_id,
        "public_id": draw.public_ids(count),
        "mentorship_id": chain.ids[row],
        "kind": Pool(KINDS, kinds),
        "due_on": due_on,
        "planned_for": due_on,
        "moved_reason": "",
        "done_at": done_at,
        "done_on": done_on,
        "done_by_id": Key(np.where(is_done, consultant, 0)),
        "form": Pool([*FORMS, ""], np.where(is_done, forms, 3)),
        "note": Pool([*words.FOLLOW_UP_NOTES, ""], np.where(is_done, notes, len(words.FOLLOW_UP_NOTES))),
        "service_delivered": Nullable(delivered == 0, ~is_done | (delivered == 2) | (kinds == FIT)),
        "pair_fits": Nullable(delivered != 1, ~is_done | (kinds != FIT)),
        "cancelled_at": instants(np.where(cancelled, np.minimum(cases.ends[row], now), NEVER), 15 * 60),
    }
    town.trail.note(
        "follow_up.recorded", chain.public_ids[row[is_done]], done_at[is_done], consultant[is_done]
    )
    seen = np.flatnonzero(is_done & draw.chance(0.5, count))
    town.trail.note(
        "citizen.seen",
        town.citizens.public_ids[cases.citizen[row[seen]]],
        done_at[seen] - 4 * MINUTE,
        consultant[seen],
        relation="OWN_CASE",
        purpose="Forløb",
    )
    journal = {
        "row": row[is_done],
        "on": done_on[is_done],
        "at": done_at[is_done],
        "subject": (kinds * 3 + forms)[is_done],
        "text": notes[is_done],
    }
    return ("followups_followup", table, count), journal


def _conclusions(town: Town, chain: Chain) -> tuple[str, Table, int]:
    cases, draw, now = town.cases, town.draw, town.now
    is_old = cases.ends < now - 30 * DAY
    row = np.flatnonzero((cases.status == ENDED) & (is_old | draw.chance(0.9, cases.count)))
    count = len(row)
    follows = draw.pick(NEXT_WEIGHTS, count)
    contexts = [context.value for context, _ in CONTEXTS]
    stays = draw.chance(0.5, count)
    follows[(cases.context[row] == EDUCATION) & stays] = 0
    follows[(cases.context[row] == contexts.index("FLEX_JOB")) & stays] = 2
    ended_on = cases.ends[row] - DAY
    recorded = np.minimum(working_day(cases.ends[row] + draw.whole(0, 6, count) * DAY), now)
    table: Table = {
        "id": town.ids.take("followups_conclusion", count),
        "municipality_id": town.municipality_id,
        "public_id": draw.public_ids(count),
        "mentorship_id": chain.ids[row],
        "ended_on": ended_on,
        "reason": Pool(REASONS, draw.pick(REASON_WEIGHTS, count)),
        "what_follows": Pool(NEXT, follows),
        "note": draw.from_pool(words.CONCLUSION_NOTES, count),
        "recorded_at": instants(recorded, draw.whole(9 * 60, 15 * 60, count)),
        "recorded_by_id": town.staff.consultants[cases.consultant[row]],
    }
    return "followups_conclusion", table, count


def _journal(town: Town, chain: Chain, done: dict[str, Array], share: float) -> tuple[str, Table, int]:
    """What follow-ups found, letters sent, and talks before the start."""
    cases, draw, now = town.cases, town.draw, town.now
    keep = draw.chance(share, len(done["row"]))
    grants = chain.grants
    sent = np.flatnonzero(draw.chance(share, len(grants.row)))
    talks = np.flatnonzero(draw.chance(share, cases.count))
    subjects = [f"{label} ({form})" for label in LABELS for form in FORM_LABELS]
    letters, talk = len(subjects), len(subjects) + 2
    subjects += ["Afgørelse: du får mentorstøtte", "Afgørelse: din mentorstøtte bliver forlænget"]
    subjects += [subject for subject, _ in words.JOURNAL]
    texts = [f"{note}\n\nStøtten er givet som aftalt." for note in words.FOLLOW_UP_NOTES]
    texts += ["Brev sendt til borgeren."] + [text for _, text in words.JOURNAL]
    told = draw.whole(0, len(words.JOURNAL), len(talks))
    begun = np.minimum(cases.starts[talks] - draw.whole(12, 20, len(talks)) * DAY, now)
    decided = chain.decided_at[sent]
    row = np.concatenate((done["row"][keep], grants.row[sent], talks))
    on = np.concatenate((done["on"][keep], decided.astype("datetime64[D]"), begun))
    at = np.concatenate((done["at"][keep], decided, instants(begun, draw.whole(9 * 60, 15 * 60, len(talks)))))
    subject = np.concatenate((done["subject"][keep], letters + (grants.part[sent] > 0), talk + told))
    text = np.concatenate(
        (
            done["text"][keep],
            np.full(len(sent), len(words.FOLLOW_UP_NOTES)),
            len(words.FOLLOW_UP_NOTES) + 1 + told,
        )
    )
    order = np.argsort(at, kind="stable")
    table: Table = {
        "id": town.ids.take("mentorships_journalentry", len(row)),
        "municipality_id": town.municipality_id,
        "public_id": draw.public_ids(len(row)),
        "mentorship_id": chain.ids[row[order]],
        "dated_on": on[order],
        "subject": Pool(subjects, subject[order]),
        "text": Pool(texts, text[order]),
        "recorded_at": at[order],
        "recorded_by_id": town.staff.consultants[cases.consultant[row[order]]],
    }
    return "mentorships_journalentry", table, len(row)


def _messages(town: Town, chain: Chain) -> tuple[str, Table, int]:
    """A citizen in twelve has written; the newest wait for an answer."""
    cases, draw, now = town.cases, town.draw, town.now
    written = draw.chance(0.08, cases.count) & np.isin(cases.status, (ACTIVE, ENDED))
    written[np.flatnonzero(cases.status == ACTIVE)[:6]] = True
    row = np.flatnonzero(written)
    count = len(row)
    which = draw.pick([40, 40, 12, 8], count)
    span = np.minimum(cases.ends[row], now) - cases.starts[row]
    sent = cases.starts[row] + (draw.rng.random(count) * (span / DAY)).astype(int) * DAY
    is_open = (cases.status[row] == ACTIVE) & (np.cumsum(cases.status[row] == ACTIVE) <= max(4, count // 40))
    sent = np.where(is_open, now - draw.whole(1, 5, count) * DAY, sent)
    answered = np.where(is_open, NEVER, np.minimum(sent + 2 * DAY, now))
    table: Table = {
        "id": town.ids.take("mentorships_citizenmessage", count),
        "municipality_id": town.municipality_id,
        "public_id": draw.public_ids(count),
        "mentorship_id": chain.ids[row],
        "citizen_id": town.citizens.ids[cases.citizen[row]],
        "kind": Pool([kind for kind, _ in words.QUESTIONS], which),
        "text": Pool([text for _, text in words.QUESTIONS], which),
        "sent_at": instants(sent, 7 * 60 + draw.whole(0, 12 * 60, count)),
        "handled_at": instants(answered, 20 * 60),
        "handled_by_id": Key(np.where(is_open, 0, town.staff.consultants[cases.consultant[row]])),
        "answer": Pool(
            ["", "Tak for din besked. Vi har talt om det i dag, og jeg har skrevet det i journalen."],
            (~is_open).astype(int),
        ),
    }
    return "mentorships_citizenmessage", table, count
