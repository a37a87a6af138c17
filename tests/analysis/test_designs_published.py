"""Comparisons against printed answers on real data."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from brobygger.analysis.designs import Entries, StartNow, compare
from brobygger.analysis.errors import HiddenByGate
from brobygger.analysis.estimators import (
    aipw_for_treated,
    doubly_robust,
    lottery_effects,
    outcome_model_effect,
    randomisation_p,
    weighted_effect,
)
from brobygger.analysis.gate import CheckName, Colour
from brobygger.analysis.matching_pairs import matched_effect, nearest_controls, rosenbaum_p
from brobygger.analysis.result import Question, Word
from brobygger.analysis.rollout import (
    Controls,
    PanelOfUnits,
    Step,
    by_event_time,
    by_group,
    group_time_effects,
    simple_average,
    two_by_two,
)
from brobygger.analysis.scores import entropy_weights, logit_score, standardised_differences
from tests.analysis.published import cataneo, dummies, matrix, mixtape, pickled, r_data, slopes

# The lottery


def test_the_training_experiment():
    """1,794 dollars: Dehejia and Wahba, JASA 94 (1999). The HC2 error 671.0 is R estimatr's for the same."""
    data = mixtape("nsw_mixtape")
    found = lottery_effects(data.re78.to_numpy(float), data.treat.to_numpy()).offered
    assert found.estimate[0] == pytest.approx(1794.34, abs=0.005)
    assert found.standard_error[0] == pytest.approx(670.997, abs=0.001)


def test_incentives_to_learn_hiv_results():
    """45 points, and no redrawn lottery as extreme in 1,000: Cunningham, Causal Inference: The Mixtape,
    on Thornton, American Economic Review 98 (2008)."""
    data = mixtape("thornton_hiv").dropna(subset=["got", "any"])
    drawn, got = data["any"].to_numpy(), data.got.to_numpy()
    found = lottery_effects(got, drawn).offered
    assert round(found.estimate[0], 2) == 0.45
    assert randomisation_p(got, drawn, draws=999, seed=7) == 0.001


# Weights, regression and both


def _smoking_mothers():
    data = cataneo()
    smokes = data.mbsmoke_.to_numpy().astype(bool)
    x = sm.add_constant(matrix(data.mmarried_, data.mage, data.mage2, data.fbaby_, data.medu))
    chance = sm.Probit(smokes.astype(float), x).fit(disp=0).predict()
    background = matrix(data.prenatal1_, data.mmarried_, data.mage, data.fbaby_)
    return data.bweight.to_numpy(float), smokes, chance, background


def test_birth_weight_of_smoking_mothers_children():
    """Stata's manual, teffects: regression adjustment -223.3017 and weighting -225.1773 for the treated; the doubly
    robust -230.9892 for all. Data: Cattaneo, J. Econometrics 155 (2010), as statsmodels carries them."""
    weight, smokes, chance, x = _smoking_mothers()
    odds = np.where(smokes, 1.0, chance / (1 - chance))
    assert outcome_model_effect(weight, x, smokes)[0] == pytest.approx(-223.3017, abs=1e-4)
    assert weighted_effect(weight, smokes, odds)[0] == pytest.approx(-225.1773, abs=5e-4)
    arms = [sm.add_constant(x) @ slopes(weight[arm], sm.add_constant(x)[arm]) for arm in (~smokes, smokes)]
    found = doubly_robust(weight, smokes, chance, m0=arms[0], m1=arms[1])
    assert found.estimate[0] == pytest.approx(-230.9892, abs=1e-4)
    assert -225.2 < aipw_for_treated(weight, x, smokes, odds).estimate[0] < -223.3


def _quitters():
    data = mixtape("nhefs_complete")
    x = np.column_stack(
        (
            matrix(data.sex, data.race, data.age, data.age**2, data.smokeintensity, data.smokeintensity**2),
            matrix(data.smokeyrs, data.smokeyrs**2, data.wt71, data.wt71**2),
            dummies(data.education),
            dummies(data.exercise),
            dummies(data.active),
        )
    )
    return (
        data.wt82_71.to_numpy(float),
        data.qsmk.to_numpy().astype(bool),
        x,
        data.smokeintensity.to_numpy(float),
    )


def test_weight_gained_by_those_who_stop_smoking():
    """3.4 kg by weighting, 3.5 by standardisation and by both: Hernán and Robins, What If, sections 12.2, 13.3, 13.4
    and technical point 13.2."""
    gain, quit_smoking, x, intensity = _quitters()
    chance = logit_score(x, quit_smoking).probability
    weights = np.where(quit_smoking, 1 / chance, 1 / (1 - chance))
    assert (round(weights.min(), 2), round(weights.max(), 2)) == (1.05, 16.70)
    assert round(weighted_effect(gain, quit_smoking, weights)[0], 1) == 3.4
    ones = np.ones(len(gain))
    both = [np.column_stack((ones, arm * ones, arm * intensity, x)) for arm in (0, 1)]
    fitted = slopes(gain, np.where(quit_smoking[:, None], both[1], both[0]))
    untreated, treated = (design @ fitted for design in both)
    assert round((treated - untreated).mean(), 1) == 3.5
    assert round(doubly_robust(gain, quit_smoking, chance, m0=untreated, m1=treated).estimate[0], 1) == 3.5


# Neighbours


def test_neighbours_without_replacement():
    """Balance after 1:1 matching: Ho, Imai, King and Stuart, vignette "Getting started" of R's MatchIt."""
    data = r_data("MatchIt", "lalonde")
    treated = data.treat.to_numpy().astype(bool)
    race = data.race
    x = matrix(
        data.age,
        data.educ,
        race == "black",
        race == "hispan",
        data.married,
        data.nodegree,
        data.re74,
        data.re75,
    )
    chance = logit_score(x, treated).probability
    pairs = nearest_controls(chance, treated)
    assert len(pairs.treated) == 185 and len(set(pairs.control.tolist())) == 185
    assert (round(chance[treated].mean(), 4), round(chance[pairs.control].mean(), 4)) == (0.5774, 0.3629)
    printed = [25.3027, 10.6054, 0.4703, 0.2162, 0.2108, 0.6378, 2342.1076, 1614.7451]
    assert x[pairs.control].mean(axis=0) == pytest.approx(printed, abs=6e-5)


def test_neighbours_with_replacement_and_ties():
    """2624.3 dollars from 344 pairs: Sekhon, J. Statistical Software 42(7) (2011), R's Matching."""
    data = mixtape("nsw_mixtape")
    treated = data.treat.to_numpy().astype(bool)
    x = matrix(data.age, data.educ, data.black, data.hisp, data.marr, data.nodegree, data.re74, data.re75)
    chance = logit_score(x, treated).probability
    pairs = nearest_controls(chance / chance.std(ddof=1), treated, replace=True, ties=1e-5)
    assert len(pairs.treated) == 344 and pairs.matched == 185
    assert matched_effect(data.re78.to_numpy(float), pairs).estimate[0] == pytest.approx(2624.3, abs=0.05)


def test_how_much_unseen_it_takes_to_explain_smoking_away():
    """110 of 122 discordant pairs; one-sided p below 0.03 at Gamma 5 and about 0.1 at 6: Rosenbaum, Observational
    Studies (2002), section 4.3.2, on Hammond (1964)."""
    pairs = np.concatenate((np.ones(110), -np.ones(12)))
    assert round(rosenbaum_p(pairs, 5), 2) == 0.02
    assert round(rosenbaum_p(pairs, 6), 1) == 0.1
    assert rosenbaum_p(pairs, 1) < 0.0001


def test_entropy_balancing_on_the_training_programme():
    """Every mean of the 15,992 others becomes the 185's own (Hainmueller 2012, the same data), and the answer comes
    near the experiment's 1,794."""
    treated, x, earnings, _ = _training_against_survey()
    found = entropy_weights(x, treated)
    assert found.converged
    assert np.abs(standardised_differences(x, treated, found.weights).after).max() < 1e-6
    assert weighted_effect(earnings, treated, found.weights)[0] == pytest.approx(1794, abs=600)


def _training_against_survey():
    experiment, survey = mixtape("nsw_mixtape"), mixtape("cps_mixtape")
    parts = [experiment[experiment.treat == 1], survey]
    x = np.concatenate(
        [
            matrix(
                part.age, part.age**2, part.age**3 / 1000, part.educ, part.educ**2, part.black, part.hisp, part.marr,
                part.nodegree, part.re74, part.re74 == 0, part.educ * part.re74, part.re75, part.re75 == 0,
            )
            for part in parts
        ]
    )  # fmt: skip
    earnings = np.concatenate([part.re78.to_numpy(float) for part in parts])
    before = np.concatenate([part.re75.to_numpy(float) for part in parts])
    return np.arange(len(x)) < len(parts[0]), x, earnings, before


def test_the_gate_is_red_where_a_good_estimator_is_right_by_luck():
    """The training programme against a survey: the estimate lands near the experiment's answer while the same
    estimator, asked about the year before, finds a difference that cannot be an effect. The gate must not be bribed."""
    treated, x, earnings, before = _training_against_survey()
    known = np.array([True] * 12 + [False] * 2)
    entries = Entries(
        treated=treated,
        outcome=earnings[:, None],
        weeks=np.array([156]),
        covariates=x,
        known_before_past=known,
        past=before[:, None],
    )
    found = compare(entries, StartNow(), Question("i job", 156, 2000.0))
    assert found._effect.estimate[0] == pytest.approx(1794, abs=600)
    assert found.gate[CheckName.PLACEBO].colour is Colour.RED
    assert found.word is Word.HAPPENED
    with pytest.raises(HiddenByGate):
        _ = found.effect


# Roll-outs


def _minimum_wage(*, background: bool = False) -> PanelOfUnits:
    data = pickled("mpdta_long")
    wide = data.pivot(index="countyreal", columns="year", values="lemp")
    fixed = data.groupby("countyreal")[["first.treat", "lpop"]].first()
    x = fixed[["lpop"]].to_numpy(float) if background else None
    return PanelOfUnits(wide.to_numpy(), wide.columns.to_numpy(), fixed["first.treat"].to_numpy(int), x)


def test_group_times_of_the_minimum_wage():
    """Callaway and Sant'Anna, README of R's did 2.5: ATT(g,t), by event time and by group. Errors there are
    bootstrapped, so only to their spread."""
    effects = group_time_effects(_minimum_wage(), controls=Controls.NEVER)
    printed = [
        -0.0105,
        -0.0704,
        -0.1373,
        -0.1008,
        0.0065,
        -0.0028,
        -0.0046,
        -0.0412,
        0.0305,
        -0.0027,
        -0.0311,
        -0.0261,
    ]
    assert effects.estimate == pytest.approx(printed, abs=6e-5)
    events = by_event_time(effects)
    assert events.estimate == pytest.approx(
        [0.0305, -0.0006, -0.0245, -0.0199, -0.0510, -0.1373, -0.1008], abs=6e-5
    )
    assert events.standard_error == pytest.approx(
        [0.0154, 0.0132, 0.0153, 0.0123, 0.0167, 0.0413, 0.0351], rel=0.13
    )
    assert events.overall == pytest.approx(-0.0772, abs=5e-5)
    groups = by_group(effects)
    assert groups.estimate == pytest.approx([-0.0797, -0.0229, -0.0261], abs=6e-5)
    assert groups.overall == pytest.approx(-0.0310, abs=5e-5)
    assert groups.overall_error == pytest.approx(0.0126, rel=0.05)


def test_group_times_of_the_minimum_wage_given_population():
    """Rios-Avila, Sant'Anna and Callaway, help of Stata's csdid: doubly robust given log population, with analytic
    errors, and the simple average -.0417518 (.0115028)."""
    effects = group_time_effects(_minimum_wage(background=True), controls=Controls.NEVER)
    estimate = [-0.0145297, -0.0764219, -0.1404483, -0.1069039, -0.0004721, -0.0062025, 0.0009606, -0.0412939]
    estimate += [0.0267278, -0.0045766, -0.0284475, -0.0287814]
    error = [0.0221292, 0.0286713, 0.0353782, 0.0328865, 0.0222234, 0.0184957, 0.0194002, 0.0197211]
    error += [0.0140657, 0.0157178, 0.0181809, 0.016239]
    assert effects.estimate == pytest.approx(estimate, abs=5e-7)
    assert effects.standard_error == pytest.approx(error, abs=5e-7)
    assert simple_average(effects) == pytest.approx((-0.0417518, 0.0115028), abs=5e-7)


@pytest.mark.parametrize(
    ("step", "estimate", "error"),
    [
        (Step.DOUBLY_ROBUST, -871.3271, 396.0211),
        (Step.OUTCOME, -1300.645, 349.8259),
        (Step.WEIGHTS, -1021.609, 397.5201),
    ],
)
def test_two_by_two_of_the_training_programme(step: Step, estimate: float, error: float):
    """Rios-Avila, Naqvi and Sant'Anna, help of Stata's drdid: dripw, reg and stdipw (the truth is 0: the treated got
    nothing). The logit's last digits differ in the weights."""
    data = pickled("nsw_long")
    data = data[(data.treated == 0) | (data["sample"] == 2)]
    wide = data.pivot(index="id", columns="year", values="re")
    fixed = data[data.year == 1975].set_index("id").loc[wide.index]
    names = ["age", "educ", "black", "married", "nodegree", "hisp", "re74"]
    change = (wide[1978] - wide[1975]).to_numpy(float)
    found, influence = two_by_two(
        change, fixed.experimental.to_numpy(), covariates=fixed[names].to_numpy(float), step=step
    )
    assert found == pytest.approx(estimate, rel=1e-5)
    assert influence.std() / np.sqrt(len(influence)) == pytest.approx(error, rel=1e-5)
