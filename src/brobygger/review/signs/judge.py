"""From counts to signs: thresholds for what cannot be, comparison with others for what is only unusual."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from brobygger.review.signs import gather
from brobygger.review.signs.facts import (
    About,
    Answer,
    Billed,
    Clash,
    Meeting,
    Plans,
    Sign,
    SignKind,
)
from brobygger.review.signs.gather import MOST_EVIDENCE, Count, Row
from brobygger.review.signs.limits import Limits
from brobygger.review.signs.unusual import Baseline, Demand, stand_out

USUAL: dict[SignKind, Baseline] = {
    SignKind.NO_TRAVEL: Baseline(0.06, 0.05),
    SignKind.EXACT_GRANT: Baseline(0.15, 0.15),
    SignKind.ROUND_TIMES: Baseline(0.20, 0.10),
    SignKind.COPIED_WEEKS: Baseline(0.08, 0.12),
    SignKind.ODD_HOURS: Baseline(0.01, 0.02),
    SignKind.QUICK_ANSWERS: Baseline(0.03, 0.03),
    SignKind.NEVER_MET: Baseline(0.02, 0.01),
}
"""What is usual where there are too few mentors to compare with; drawn from generated honest worlds."""

PROMPT = Baseline(0.05, 0.15)
PROMPT_SHARE = 80
"""Some citizens answer before the mentor has left, so that alone says little."""
TRAVEL_SHARE, QUICK_SHARE = 40, 20
"""Of the changes of place, and of the answers that follow another's: less happens to anyone now and then."""
COMMON_DEVICE_MENTORS = 3
"""A device that citizens of so many mentors answer on belongs to a library, a job centre or a home for many."""
DEVICE_CITIZENS_SHARE = 67
"""Of the mentor's citizens who answer: fewer may live in one home with one computer."""
NIGHT_PLACE_OTHERS = 2
"""A workplace where so many other mentors meet at night as well works at night."""

CaseOrMentor = tuple[About, int]


@dataclass(frozen=True, slots=True)
class _Device:
    """The device that most of a mentor's citizens answer on, of so many answers and citizens in all."""

    device: int
    use: gather.DeviceUse
    answers: int
    citizens: int

    def is_shared(self, limits: Limits) -> bool:
        many = len(self.use.citizens) >= limits.device_citizens and len(self.use.days) >= limits.device_days
        most = 100 * self.use.answers >= limits.device_share * self.answers
        return many and most and 100 * len(self.use.citizens) >= DEVICE_CITIZENS_SHARE * self.citizens


class Study:
    """Takes one mentor at a time, then citizens, invoices and accounts; ``signs`` answers when all have been seen."""

    def __init__(self, limits: Limits, plans: Plans, holidays: frozenset[int]) -> None:
        self.limits, self._plans, self._holidays = limits, plans, holidays
        self._certain: list[Sign] = []
        self._shares: dict[SignKind, dict[CaseOrMentor, Count]] = defaultdict(dict)
        self._prompt: dict[int, Count] = {}
        self._odd_at: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
        self._places_of: dict[int, list[int]] = defaultdict(list)
        self._mentors_at: Counter[int] = Counter()
        self._most_used: dict[int, _Device] = {}

    # Taking in

    def add_mentor(
        self,
        mentor: int,
        meetings: Sequence[Meeting],
        answers: Sequence[Answer] = (),
        clashes: Sequence[Clash] = (),
    ) -> None:
        """All of one mentor's contacts in the window, what the citizens answered, and what clashes elsewhere."""
        held = gather.real(meetings)
        self._take_impossible(mentor, held, clashes)
        self._take_patterns(mentor, held)
        self._take_answers(mentor, answers)

    def add_citizen(self, citizen: int, meetings: Sequence[Meeting]) -> None:
        """All contacts of a citizen who has had more than one mentor in the window."""
        found = gather.overlaps(meetings, self.limits)
        if found.count >= self.limits.overlap_meetings:
            self._certainly(
                SignKind.OVERLAP, About.CITIZEN, citizen, found, limit=self.limits.overlap_meetings
            )

    def add_bills(self, bills: Iterable[Billed]) -> None:
        """Every invoice and case; by supplier those are counted that ask for more than was held by then."""
        suppliers: dict[str, dict[int, list[Billed]]] = defaultdict(lambda: defaultdict(list))
        for each in bills:
            suppliers[each.supplier][each.invoice].append(each)
        for supplier, invoices in suppliers.items():
            found = Count(of=len(invoices))
            for invoice, lines in invoices.items():
                ahead = [each for each in lines if self._is_ahead(each)]
                if ahead:
                    found.hit((invoice,), *(each.case for each in ahead))
            often = 100 * found.count >= self.limits.ahead_share * found.of
            if often and found.count >= self.limits.ahead_invoices:
                limit = self.limits.ahead_minutes
                self._certainly(SignKind.INVOICE_AHEAD, About.SUPPLIER, supplier, found, limit=limit)

    def add_accounts(self, accounts: Iterable[tuple[str, str, int]]) -> None:
        """(account, supplier, invoice): an account that several suppliers, but not very many, want their money on."""
        users: dict[str, dict[str, int]] = defaultdict(dict)
        for account, supplier, invoice in accounts:
            users[account].setdefault(supplier, invoice)
        for account, suppliers in users.items():
            if self.limits.account_suppliers <= len(suppliers) <= self.limits.account_most:
                rows: list[Row] = [(invoice,) for invoice in islice(suppliers.values(), MOST_EVIDENCE)]
                found = Count(len(suppliers), 0, rows)
                limit = self.limits.account_suppliers
                self._certainly(SignKind.SHARED_ACCOUNT, About.ACCOUNT, account, found, limit=limit)

    def _is_ahead(self, each: Billed) -> bool:
        return each.claimed - each.held >= self.limits.ahead_minutes and each.claimed * 10 > each.held * 11

    def _take_impossible(self, mentor: int, held: Sequence[Meeting], clashes: Sequence[Clash]) -> None:
        limits = self.limits
        elsewhere, too_long = Count(), Count()
        for clash in clashes:
            (elsewhere if clash.overlap else too_long).hit((clash.contact,), clash.case)
        if elsewhere.count >= limits.overlap_meetings:
            self._certainly(SignKind.OVERLAP, About.MENTOR, mentor, elsewhere, limit=limits.overlap_meetings)
        days = gather.long_days(held, limits)
        if days.count >= limits.day_count:
            self._certainly(SignKind.LONG_DAY, About.MENTOR, mentor, days, limit=limits.day_minutes)
        elif too_long.count >= limits.day_count:
            self._certainly(SignKind.LONG_DAY, About.MENTOR, mentor, too_long, limit=limits.day_minutes)
        citizens = gather.most_citizens(held)
        if citizens.count > limits.citizens_at_once:
            self._certainly(
                SignKind.MANY_CITIZENS, About.MENTOR, mentor, citizens, limit=limits.citizens_at_once
            )
        for case, found in gather.no_face(held, limits).items():
            self._certainly(SignKind.NO_FACE, About.CASE, case, found, limit=limits.no_face_minutes)

    def _take_patterns(self, mentor: int, held: Sequence[Meeting]) -> None:
        shares, who = self._shares, (About.MENTOR, mentor)
        shares[SignKind.NO_TRAVEL][who] = gather.no_travel(held, self.limits)
        shares[SignKind.ROUND_TIMES][who] = gather.round_times(held)
        odd, odd_at, all_at = gather.odd_hours(held, self._holidays, self.limits)
        shares[SignKind.ODD_HOURS][who] = odd
        for place, count in all_at.items():
            if place:
                self._odd_at[place][mentor] = (odd_at[place], count)
                self._places_of[mentor].append(place)
        for case, found in gather.exact_weeks(held, self._plans).items():
            shares[SignKind.EXACT_GRANT][About.CASE, case] = found
        for case, found in gather.copied_weeks(held).items():
            shares[SignKind.COPIED_WEEKS][About.CASE, case] = found

    def _take_answers(self, mentor: int, answers: Sequence[Answer]) -> None:
        others, prompt = gather.quick_answers(answers, self.limits)
        self._shares[SignKind.QUICK_ANSWERS][About.MENTOR, mentor] = others
        self._prompt[mentor] = prompt
        self._take_devices(mentor, gather.devices(answers))
        never, absent = gather.not_met(answers)
        self._shares[SignKind.NEVER_MET][About.MENTOR, mentor] = absent
        for case, found in never.items():
            self._certainly(SignKind.NEVER_MET, About.CASE, case, found)

    def _take_devices(self, mentor: int, used: Mapping[int, gather.DeviceUse]) -> None:
        self._mentors_at.update(used.keys())
        if used:
            device, most = max(used.items(), key=lambda pair: (len(pair[1].citizens), pair[1].answers))
            answers = sum(use.answers for use in used.values())
            citizens = {citizen for use in used.values() for citizen in use.citizens}
            self._most_used[mentor] = _Device(device, most, answers, len(citizens))

    def _shared_devices(self) -> list[Sign]:
        """Mentors most of whose citizens' answers come from one device that hardly anybody else uses."""
        found = []
        for mentor, most in self._most_used.items():
            is_common = self._mentors_at[most.device] >= COMMON_DEVICE_MENTORS
            if is_common or not most.is_shared(self.limits):
                continue
            citizens = most.use.citizens.values()
            rows: list[Row] = [(each.contact,) for each in islice(citizens, MOST_EVIDENCE)]
            count = Count(most.use.answers, most.answers, rows, dict.fromkeys(each.case for each in citizens))
            limit = len(citizens)
            found.append(_sign(SignKind.SHARED_DEVICE, About.MENTOR, mentor, count, limit=limit))
        return found

    def _certainly(
        self, kind: SignKind, about: About, key: int | str, found: Count, *, limit: int = 0
    ) -> None:
        self._certain.append(_sign(kind, about, key, found, limit=limit))

    # Answering

    def signs(self) -> list[Sign]:
        """Every sign, each subject once a kind, in the order of the kinds."""
        found = [*self._certain, *self._shared_devices()]
        for kind, demand in self._demands().items():
            found += self._unusual(kind, self._comparable(kind), USUAL[kind], demand, self._limit_of(kind))
        quick = {sign.key for sign in found if sign.kind is SignKind.QUICK_ANSWERS}
        prompt = {(About.MENTOR, mentor): count for mentor, count in self._prompt.items()}
        demand = Demand(2 * self.limits.quick_times, 2 * self.limits.quick_times, PROMPT_SHARE)
        found += [
            sign
            for sign in self._unusual(
                SignKind.QUICK_ANSWERS, prompt, PROMPT, demand, self.limits.quick_seconds
            )
            if sign.key not in quick
        ]
        order = {kind: place for place, kind in enumerate(SignKind)}
        return sorted(found, key=lambda sign: (order[sign.kind], sign.about, sign.key))

    def _demands(self) -> dict[SignKind, Demand]:
        limits = self.limits
        return {
            SignKind.NO_TRAVEL: Demand(limits.travel_times, limits.travel_times, TRAVEL_SHARE),
            SignKind.EXACT_GRANT: Demand(limits.exact_weeks, limits.exact_weeks, limits.exact_share),
            SignKind.ROUND_TIMES: Demand(limits.round_patterns, limits.round_patterns, limits.round_share),
            SignKind.COPIED_WEEKS: Demand(limits.copied_weeks, limits.copied_weeks, limits.copied_share),
            SignKind.ODD_HOURS: Demand(limits.odd_meetings, limits.odd_meetings, limits.odd_share),
            SignKind.QUICK_ANSWERS: Demand(limits.quick_times, limits.quick_times, QUICK_SHARE),
            SignKind.NEVER_MET: Demand(limits.absent_times, limits.absent_times, limits.absent_share),
        }

    def _limit_of(self, kind: SignKind) -> int:
        limits = self.limits
        return {
            SignKind.NO_TRAVEL: limits.travel_minutes,
            SignKind.QUICK_ANSWERS: limits.quick_seconds,
        }.get(kind, 0)

    def _comparable(self, kind: SignKind) -> Mapping[CaseOrMentor, Count]:
        if kind is not SignKind.ODD_HOURS:
            return self._shares[kind]
        return {who: self._without_night_places(who[1], count) for who, count in self._shares[kind].items()}

    def _without_night_places(self, mentor: int, found: Count) -> Count:
        """Leaves out the workplaces where several other mentors meet at odd hours too: those are the hours there."""
        odd, of = found.count, found.of
        for place in self._places_of[mentor]:
            here = self._odd_at[place]
            others = [pair for other, pair in here.items() if other != mentor]
            pooled, total = sum(pair[0] for pair in others), sum(pair[1] for pair in others)
            if len(others) >= NIGHT_PLACE_OTHERS and 100 * pooled >= self.limits.odd_share * total:
                odd, of = odd - here[mentor][0], of - here[mentor][1]
        return Count(odd, of, found.evidence, found.cases)

    def _unusual(
        self,
        kind: SignKind,
        shares: Mapping[CaseOrMentor, Count],
        usual: Baseline,
        demand: Demand,
        limit: int,
    ) -> list[Sign]:
        counts = {who: (share.count, share.of) for who, share in shares.items()}
        found, base = stand_out(counts, usual, demand, self.limits.chance)
        return [
            _sign(kind, who[0], who[1], shares[who], limit=limit, usual=round(100 * base.mean))
            for who in found
        ]


def _sign(
    kind: SignKind, about: About, key: int | str, found: Count, *, limit: int = 0, usual: int = 0
) -> Sign:
    return Sign(
        kind=kind,
        about=about,
        key=str(key),
        count=found.count,
        out_of=found.of,
        usual=usual,
        limit=limit,
        cases=tuple(found.cases),
        evidence=tuple(found.evidence),
    )
