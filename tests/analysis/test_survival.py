"""Survival against printed answers, against a package that does it another way, and against its own definitions."""

from __future__ import annotations

import lifelines
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lifelines import datasets

from brobygger.analysis.errors import DesignError
from brobygger.analysis.survival import aalen_johansen, cox, kaplan_meier, log_rank
from tests.analysis.published import matrix, r_data

LEUKEMIA = datasets.load_leukemia()
ROSSI = datasets.load_rossi()
ROSSI_NAMES = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]


def _leukemia():
    return (LEUKEMIA[name].to_numpy() for name in ("t", "status", "Rx"))


def test_kaplan_meier_of_the_leukemia_trial():
    """Shares and Greenwood's errors of the treated arm: Collett, Modelling Survival Data, example 2.2 and on."""
    weeks, ended, arm = _leukemia()
    curves = kaplan_meier(weeks, ended, groups=arm)
    printed = {
        6: (0.857, 0.0764),
        7: (0.807, 0.0869),
        10: (0.753, 0.0963),
        13: (0.690, 0.1068),
        16: (0.627, 0.1141),
        22: (0.538, 0.1282),
        23: (0.448, 0.1346),
    }
    for week, (share, error) in printed.items():
        found = curves.at(week)
        assert (round(found[0][0], 3), round(found[1][0], 4)) == (share, error)
    assert curves.median().tolist() == [23, 8]


def test_log_rank_of_the_leukemia_trial():
    """Chi-square 16.79: Kleinbaum and Klein, Survival Analysis, chapter 2."""
    assert log_rank(*_leukemia()).chi_square == pytest.approx(16.79, abs=0.005)


def test_log_rank_of_four_stages_of_larynx_cancer():
    """Chi-square 22.76 on 3 degrees: Klein and Moeschberger, Survival Analysis, section 7.3."""
    data = datasets.load_larynx()
    stage = data.Stage_II + 2 * data.Stage_III + 3 * data.Stage_IV
    found = log_rank(data.time.to_numpy(), data.death.to_numpy(), stage.to_numpy())
    assert found.chi_square == pytest.approx(22.76, abs=0.005)
    assert found.freedom == 3
    assert found.observed.sum() == pytest.approx(found.expected.sum())


@pytest.mark.parametrize(
    ("breslow", "coefficient", "error"),
    [(True, [1.294, 1.604], [0.422, 0.329]), (False, [1.386, 1.691], [0.425, 0.336])],
)
def test_cox_of_the_leukemia_trial(breslow: bool, coefficient: list[float], error: list[float]):
    """Breslow: Kleinbaum and Klein, chapter 3, model 2. Efron: what R's coxph prints for the same model."""
    x = LEUKEMIA[["Rx", "logWBC"]].to_numpy()
    found = cox(LEUKEMIA.t.to_numpy(), LEUKEMIA.status.to_numpy(), x, breslow=breslow)
    assert found.coefficient == pytest.approx(coefficient, abs=6e-4)
    assert found.standard_error == pytest.approx(error, abs=6e-4)


def test_cox_of_the_release_experiment():
    """Fox and Weisberg, An R Companion to Applied Regression, appendix on Cox regression (data: Rossi et al. 1980)."""
    found = cox(
        ROSSI.week.to_numpy(), ROSSI.arrest.to_numpy(), ROSSI[ROSSI_NAMES].to_numpy(), names=ROSSI_NAMES
    )
    assert found.coefficient == pytest.approx(
        [-0.37942, -0.05744, 0.31390, -0.14980, -0.43370, -0.08487, 0.09150], abs=6e-6
    )
    assert found.standard_error == pytest.approx(
        [0.19138, 0.02200, 0.30799, 0.21222, 0.38187, 0.19576, 0.02865], abs=6e-6
    )
    assert 2 * (found.log_likelihood - found.log_likelihood_null) == pytest.approx(33.27, abs=0.005)


def test_cox_and_log_rank_of_lung_cancer():
    """Log-rank 10.3 and the Cox model with age, sex and performance: Therneau, vignette of R's survival."""
    data = datasets.load_lung()
    assert (
        round(log_rank(data.time.to_numpy(), data.status.to_numpy(), data.sex.to_numpy()).chi_square, 1)
        == 10.3
    )
    known = data.dropna(subset=["ph.ecog"])
    found = cox(known.time.to_numpy(), known.status.to_numpy(), known[["age", "sex", "ph.ecog"]].to_numpy())
    assert found.coefficient == pytest.approx([0.011067, -0.552612, 0.463728], abs=5e-7)
    assert found.standard_error == pytest.approx([0.009267, 0.167739, 0.113577], abs=5e-7)


def test_cox_with_a_transplant_that_comes_later():
    """Crowley and Hu, JASA 72 (1977), the model with age, year, surgery and transplant as R's survival prints it."""
    data = datasets.load_stanford_heart_transplants()
    x = data[["age", "year", "surgery", "transplant"]].to_numpy()
    found = cox(data.stop.to_numpy(), data.event.to_numpy(), x, entry=data.start.to_numpy())
    assert found.coefficient == pytest.approx([0.0272, -0.1463, -0.6372, -0.0103], abs=6e-5)
    assert found.standard_error == pytest.approx([0.0137, 0.0705, 0.3672, 0.3138], abs=6e-5)


def test_a_mentor_counted_from_the_first_day_looks_better_than_it_is():
    """Immortal time: those who got a new heart had to live until then. Put the trap in, and the sign is sure."""
    data = datasets.load_stanford_heart_transplants()
    last = data.groupby("id").last()
    ever = data.groupby("id").transplant.max()
    x = matrix(last.age, last.year, last.surgery, ever)
    trapped = cox(last.stop.to_numpy(), last.event.to_numpy(), x)
    honest = cox(
        data.stop.to_numpy(),
        data.event.to_numpy(),
        data[["age", "year", "surgery", "transplant"]].to_numpy(),
        entry=data.start.to_numpy(),
    )
    assert trapped.coefficient[3] < -1
    assert abs(honest.coefficient[3]) < 0.1


def test_clustered_errors_agree_with_lifelines_when_there_are_no_ties():
    weeks = ROSSI.week + np.random.default_rng(1).uniform(0, 0.001, len(ROSSI))
    theirs = lifelines.CoxPHFitter().fit(ROSSI.assign(week=weeks), "week", "arrest", robust=True)
    ours = cox(
        weeks.to_numpy(),
        ROSSI.arrest.to_numpy(),
        ROSSI[ROSSI_NAMES].to_numpy(),
        cluster=np.arange(len(ROSSI)),
    )
    assert ours.standard_error == pytest.approx(theirs.standard_errors_.to_numpy(), rel=1e-5)


def _slow_residuals(weeks: np.ndarray, ended: np.ndarray, x: np.ndarray, beta: np.ndarray) -> np.ndarray:
    """What each row adds to the score, by Efron's definition: tied deaths leave the risk set a share at a time."""
    risk = np.exp(x @ beta)
    found = np.zeros_like(x)
    for week in np.unique(weeks[ended == 1]):
        here, dead = weeks >= week, (weeks == week) & (ended == 1)
        for turn in range(int(dead.sum())):
            weight = np.where(here, risk * np.where(dead, 1 - turn / dead.sum(), 1.0), 0.0)
            centre = weight @ x / weight.sum()
            found += (dead / dead.sum() - weight / weight.sum())[:, None] * (x - centre)
    return found


def test_clustered_errors_with_ties_follow_the_definition():
    weeks, ended, x = (ROSSI[name].to_numpy() for name in ("week", "arrest", ["age", "prio"]))
    household = np.arange(len(ROSSI)) // 3
    found = cox(weeks, ended, x, cluster=household)
    residuals = _slow_residuals(weeks, ended, x - x.mean(axis=0), found.coefficient)
    summed = np.array([residuals[household == one].sum(axis=0) for one in range(household.max() + 1)])
    expected = found.model_covariance @ (summed.T @ summed) @ found.model_covariance
    assert found.covariance == pytest.approx(expected, rel=1e-6)


def test_a_person_written_twice_does_not_make_the_answer_surer():
    weeks, ended, x = ROSSI.week.to_numpy(), ROSSI.arrest.to_numpy(), ROSSI[ROSSI_NAMES].to_numpy()
    person = np.arange(len(ROSSI))
    once = cox(weeks, ended, x, cluster=person, breslow=True)
    twice = [np.concatenate((part, part)) for part in (weeks, ended, x, person)]
    doubled = cox(*twice[:3], cluster=twice[3], breslow=True)
    assert doubled.standard_error == pytest.approx(once.standard_error, rel=1e-6)
    assert doubled.model_covariance[0, 0] < 0.6 * once.model_covariance[0, 0]  # the fault the cluster repairs


def test_strata_get_baselines_of_their_own():
    theirs = lifelines.CoxPHFitter().fit(ROSSI, "week", "arrest", strata=["wexp"])
    names = [name for name in ROSSI_NAMES if name != "wexp"]
    ours = cox(
        ROSSI.week.to_numpy(), ROSSI.arrest.to_numpy(), ROSSI[names].to_numpy(), strata=ROSSI.wexp.to_numpy()
    )
    assert ours.coefficient == pytest.approx(theirs.params_[names].to_numpy(), abs=1e-5)


def test_late_entry_agrees_with_lifelines():
    data = datasets.load_multicenter_aids_cohort_study()
    weeks, entry = (100 * data["T"]).round().to_numpy() + 1, (100 * data["W"]).round().to_numpy()
    theirs = lifelines.KaplanMeierFitter().fit(weeks, data.D, entry=entry)
    ours = kaplan_meier(weeks, data.D.to_numpy(), entry=entry)
    expected = theirs.survival_function_at_times(ours.times).to_numpy()
    assert ours.survival[0] == pytest.approx(expected, abs=1e-12)


def _mgus():
    """Progression or death after a benign finding, in months (Kyle et al., New England J. Medicine 346, 2002)."""
    data = r_data("survival", "mgus2")
    cause = np.where(data.pstat == 0, 2 * data.death, 1).astype(int)
    months = np.where(data.pstat == 0, data.futime, data.ptime).astype(int)
    return months, cause


def test_aalen_johansen_agrees_with_lifelines():
    months, cause = _mgus()
    loose = months + np.random.default_rng(1).uniform(-0.0005, 0.0005, len(months)) + 1
    theirs = lifelines.AalenJohansenFitter(calculate_variance=True).fit(loose, cause, 1)
    ours = aalen_johansen(loose, cause)
    last = theirs.cumulative_density_.to_numpy()[-1, 0]
    assert ours.incidence[0, 0, -1] == pytest.approx(last, abs=1e-12)
    assert ours.standard_error[0, 0, -1] == pytest.approx(
        np.sqrt(theirs.variance_.dropna().iloc[-1]), rel=1e-3
    )


def test_shares_of_all_ends_and_none_sum_to_one():
    found = aalen_johansen(*_mgus())
    assert found.incidence.sum(axis=1) + found.free == pytest.approx(np.ones_like(found.free), abs=1e-12)


def test_leaving_out_the_other_end_overstates():
    """One minus Kaplan-Meier treats the dead as if they could still progress: the trap of competing ends."""
    months, cause = _mgus()
    trapped = 1 - kaplan_meier(months, cause == 1).survival[0, 360]
    assert trapped > 1.5 * aalen_johansen(months, cause).incidence[0, 0, 360]


def test_one_cause_is_kaplan_meier():
    weeks, ended, _ = _leukemia()
    curve, incidence = kaplan_meier(weeks, ended), aalen_johansen(weeks, ended)
    assert incidence.incidence[0, 0] == pytest.approx(1 - curve.survival[0])
    assert incidence.standard_error[0, 0] == pytest.approx(curve.standard_error[0])


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 12), st.integers(0, 2)), min_size=1, max_size=40))
def test_counting_by_hand_gives_the_same(spells: list[tuple[int, int, int]]):
    """A slow count, one person and one week at a time, agrees on any spells, with late entry and two causes."""
    entry, length, cause = (np.array(part) for part in zip(*spells, strict=True))
    duration = entry + length
    found = aalen_johansen(duration, cause, entry=entry)
    free, shares = 1.0, [0.0, 0.0]
    for place, week in enumerate(found.times):
        here = [(d, c) for e, d, c in zip(entry, duration, cause, strict=True) if e < week <= d]
        ends = [sum(d == week and c == kind for d, c in here) for kind in (1, 2)]
        if here:
            shares = [share + free * count / len(here) for share, count in zip(shares, ends, strict=True)]
            free *= 1 - sum(ends) / len(here)
        assert found.at_risk[0, place] == len(here)
        assert found.free[0, place] == pytest.approx(free)
        assert found.incidence[0, :, place] == pytest.approx(shares[: len(found.causes)])


@pytest.mark.parametrize(
    ("duration", "ended", "entry"),
    [
        ([-1, 2], [1, 0], None),
        ([3, 2], [1, 2], None),
        ([3, 2], [1], None),
        ([3, 2], [1, 0], [3, 0]),
        ([], [], None),
    ],
)
def test_what_cannot_be_is_refused(duration: list[int], ended: list[int], entry: list[int] | None):
    with pytest.raises(DesignError):
        kaplan_meier(np.array(duration), np.array(ended), entry=entry)


def test_cox_without_events_is_refused():
    with pytest.raises(DesignError, match="slutte"):
        cox(np.array([3, 4]), np.array([0, 0]), np.zeros((2, 1)))


def test_one_group_cannot_be_compared():
    with pytest.raises(DesignError, match="to grupper"):
        log_rank(np.array([3, 4]), np.array([1, 0]), np.zeros(2))
