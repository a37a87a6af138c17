from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from brobygger.analysis.codes import Code, CodeList, dream_codes, load_code_list, three_way
from brobygger.analysis.errors import CodeListError
from brobygger.analysis.outcomes import FIVE_OF
from brobygger.analysis.weeks import week_of
from tests.analysis.made import drawn

LISTED_2016 = (
    "111 112 113 114 121 122 123 124 125 126 130 131 133 134 135 136 137 138 139 140 143 144 145 146 147 148 149 "
    "151 152 153 160 163 164 165 166 167 168 169 211 213 214 215 216 217 218 219 231 299 412 413 511 521 522 611 "
    "621 622 651 652 661 700 703 704 705 706 707 708 709 710 713 714 715 716 717 718 719 720 723 724 725 726 727 "
    "728 729 730 731 733 734 735 736 737 738 739 740 741 743 744 745 746 747 748 750 753 754 755 756 757 758 760 "
    "763 764 765 766 767 768 771 774 781 783 810 813 814 815 816 817 818 870 873 874 875 876 877 878 881 890 893 "
    "894 895 896 897 898 899 997 998 999"
)
"""The 144 codes of STAR's public list of about 2016."""


def test_the_list_holds_the_public_codes_and_those_seen_since() -> None:
    assert dream_codes().known == {*LISTED_2016.split(), "115", "775", "785"}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("730", "passive"),
        ("111", "passive"),
        ("113", "passive"),
        ("211", "active"),
        ("731", "active"),
        ("734", "active"),
        ("735", "company"),
        ("219", "company"),
        ("231", "active"),
        ("299", "active"),
        ("739", "company"),
        ("899", "none"),
        ("771", "none"),
        ("774", "none"),
        ("781", "none"),
        ("783", "none"),
        ("881", "none"),
        ("652", "none"),
    ],
)
def test_the_last_digit_tells_only_where_it_tells(code: str, kind: str) -> None:
    assert dream_codes().mapping([code], "kind") == {code: kind}


def test_reading_the_last_digit_everywhere_would_be_found_out() -> None:
    """The fault to find: 1-9 active and 5-9 company-based whatever the family."""
    blindly = {code: "passive" if code.endswith("0") else "active" for code in ("111", "881", "899", "771")}
    assert all(dream_codes().mapping([code], "kind")[code] != kind for code, kind in blindly.items())


def test_every_family_has_one_of_the_five_statuses() -> None:
    families = set(dream_codes().mapping(sorted(dream_codes().known), "family").values())
    assert families <= set(FIVE_OF)


def test_published_three_way_grouping() -> None:
    assert [three_way(code) for code in ("881", "121", "blank", "122")] == ["not_recipient"] * 3 + ["other"]
    assert [three_way(code) for code in ("750", "768", "771", "818", "890", "893", "894", "770")] == [
        *["health"] * 6,
        *["other"] * 2,
    ]


def test_a_code_that_changes_meaning_cuts_its_run() -> None:
    week = week_of(date(2010, 10, 25))
    later = Code("730", "Ny ydelse", "new_benefit", "benefit", "passive", since=date(2010, 10, 27))
    dated = dream_codes().extended([later])
    panel = drawn("cccccc", gap="blank", letters={"c": "730"})
    family = dated.classify(panel, "family")
    assert family.names(family.status_at(0, [week - 1, week])).tolist() == ["cash_benefit", "new_benefit"]
    assert dream_codes().classify(panel, "family").codes == ("cash_benefit",)


def test_a_listed_code_outside_its_dates_is_counted_and_not_guessed() -> None:
    ended = Code("730", "Kontanthjælp", "cash_benefit", "benefit", "passive", until=date(2010, 10, 18))
    codes = load_list_of(ended)
    panel = drawn("cccccc..", gap="blank", letters={"c": "730"})
    assert codes.outside_dates(panel) == {"730": 4}
    assert codes.classify(panel, "family").codes == ("cash_benefit", "unknown")


def load_list_of(*codes: Code) -> CodeList:
    return CodeList("prøve", 2016, "prøve", codes)


def test_a_list_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "egne.csv"
    path.write_text(
        "code;label;family;group;offer;since;until\n950;Grundsats;basic_rate;benefit;;2025-07-01;\n"
    )
    own = load_code_list(path)
    assert own.meaning("950", date(2025, 7, 1)) is not None
    assert own.meaning("950", date(2025, 6, 30)) is None
    path.write_text("code;label;family;group\n950;Grundsats;;benefit\n")
    with pytest.raises(CodeListError, match="Linje 2 i kodelisten mangler family"):
        load_code_list(path)
    path.write_text("code;family;group;since\n950;basic_rate;benefit;1. juli\n")
    with pytest.raises(CodeListError, match="ÅÅÅÅ-MM-DD"):
        load_code_list(path)


def test_two_meanings_on_one_day_are_refused() -> None:
    with pytest.raises(CodeListError, match="to betydninger"):
        load_list_of(Code("1", "a", "a", "benefit"), Code("1", "b", "b", "benefit", since=date(2020, 1, 1)))
