"""Money in a browser: from what a company pays its people to a claim for money back, by two clerks and a consultant."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from tests.journeys.story import Clerk, today, written
from tests.journeys.test_commands import owner
from tests.journeys.visitor import PHONE, Product, Visitor

COLLEAGUE = "Økonomi, en kollega"
PAY_AND_MENTOR = """
select o.name, p.name from people_mentor p join organisations_organisation o on o.id = p.organisation_id
where p.kind in ('COMPANY_EMPLOYEE', 'SCHOOL_EMPLOYEE', 'MUNICIPAL_EMPLOYEE')
  and not exists (select 1 from payments_payrecord r where r.organisation_id = o.id)
  and (select count(*) from people_mentor n where n.name = p.name) = 1
  and exists (select 1 from mentorships_mentorship m join grants_grant g on g.mentorship_id = m.id
              where m.mentor_id = p.id and g.is_current and g.hourly_rate > 0 and m.status = 'ACTIVE')
  and o.municipality_id = (select municipality_id from accounts_user where username = %(clerk)s)
order by o.name limit 1
"""
TO_PAY = """
select i.public_id::text from payments_invoice i join payments_invoiceline l on l.invoice_id = i.id
where i.state = 'OPEN' and i.kind = 'INVOICE' and l.state = 'PAYABLE'
  and i.municipality_id = (select municipality_id from accounts_user where username = %(clerk)s)
group by i.id order by i.id desc limit 1
"""
SAME_PASSWORD = """
update accounts_user set password = (select password from accounts_user where username = %(clerk)s)
where username like 'bogholder.%%' returning username
"""


@dataclass(frozen=True)
class Books:
    """A company without evidence of its wages, its mentor, an invoice to pay, and the product with a second clerk."""

    company: str
    mentor: str
    invoice: str
    product: Product


@pytest.fixture(scope="module")
def books(product: Product) -> Books:
    """The second clerk of the demonstration has no password; here the first one's."""
    clerk = {"clerk": product.logins["Økonomi"][0]}
    with owner() as connection:
        found = connection.execute(PAY_AND_MENTOR, clerk).fetchone()
        invoice = connection.execute(TO_PAY, clerk).fetchone()
        colleague = connection.execute(SAME_PASSWORD, clerk).fetchone()
    assert found and invoice and colleague
    logins = product.logins | {COLLEAGUE: (str(colleague[0]), product.logins["Økonomi"][1])}
    return Books(str(found[0]), str(found[1]), str(invoice[0]), replace(product, logins=logins))


def test_money_from_a_payslip_to_a_claim(visitor: Callable[..., Visitor], books: Books) -> None:
    # Given two clerks, and a consultant with a telephone
    clerk, colleague, consultant = Clerk(visitor()), visitor(), visitor(PHONE)
    colleague.product = books.product
    clerk.visitor.signs_in_as("Økonomi")

    # When a clerk types what a company pays, the consultant gets the price by one press
    types_a_payslip(clerk.visitor, books.company)
    consultant.signs_in_as("Jobkonsulent")
    assert price_offered(consultant, books) == Decimal("212.50")

    # And a payment is approved, sent, and told of with another amount
    clerk.visitor.goes_to(f"/oekonomi/faktura/{books.invoice}/")
    clerk.page.get_by_role("button", name=re.compile(r"^Betal \d+ linje")).click()
    clerk.visitor.sees("godkendt til betaling")
    sent = clerk.makes_the_ledger_file()[-1]
    reads_the_payers_answer(clerk.visitor, sent["Reference"])
    closes_the_difference(clerk.visitor, sent["Reference"])

    # Then money is asked back, and only the colleague can approve it
    address = asks_for_money_back(clerk.visitor, books.invoice)
    colleague.signs_in_as(COLLEAGUE)
    colleague.goes_to(address)
    colleague.chooses("Godkend kravet")
    colleague.sees("Krævet tilbage", "Der mangler")
    colleague.checks_at_both_widths()

    # And the budget tells how the year stands, on a desk and on a telephone, with a thought that is not saved
    thinks_about_the_budget(clerk.visitor)


def types_a_payslip(clerk: Visitor, company: str) -> None:
    clerk.goes_to("/oekonomi/loen/ny/")
    clerk.picks("Virksomhed, konsulent eller leverandør", company)
    clerk.page.get_by_label("Gælder fra").fill(written(today()))
    for number, amount in ((1, "200"), (2, "12,50")):
        line = clerk.page.get_by_role("group", name=f"Linje {number}")
        line.get_by_label(re.compile(r"^Beløb\b")).fill(amount)
        line.get_by_label("Beløbet er").select_option("i timen")
    clerk.page.get_by_role("region", name="Timens pris").get_by_text("212,50 kr.").first.wait_for()
    clerk.checks_at_both_widths()
    clerk.chooses("Gem lønoplysning")
    clerk.sees(company)


def price_offered(consultant: Visitor, books: Books) -> Decimal:
    """What the price lines come to after the press."""
    consultant.goes_to("/bevilling/nyt/")
    consultant.picks("Mentor", books.mentor)
    known = consultant.page.locator("#known_prices")
    known.get_by_text(books.company).first.wait_for()
    consultant.checks_the_page()
    known.get_by_role("button", name="Brug den pris").first.click()
    amounts = consultant.page.get_by_role("group", name=re.compile("^Prislinje")).get_by_label(
        re.compile(r"^Beløb\b")
    )
    expect(amounts.first).not_to_have_value("")
    values = [each.input_value() for each in amounts.all()]
    return sum((Decimal(each.replace(".", "").replace(",", ".")) for each in values if each), Decimal(0))


def reads_the_payers_answer(clerk: Visitor, reference: str) -> None:
    clerk.goes_to("/oekonomi/afstemning/")
    answer = f"reference;beløb;dato;status\r\n{reference};1,00;{today():%d-%m-%Y};betalt\r\n"
    clerk.page.get_by_label("Fil fra betaleren").set_input_files(
        {"name": "svar.csv", "mimeType": "text/csv", "buffer": answer.encode("utf-8-sig")}
    )
    clerk.chooses("Læs ind")
    clerk.sees("Beløbet er et andet")


def closes_the_difference(clerk: Visitor, reference: str) -> None:
    row = clerk.page.get_by_role("row").filter(has_text=reference).filter(has_text="Beløbet er et andet")
    row.get_by_text("Luk med en grund").click()
    row.get_by_label("Hvad skyldes forskellen?").fill("Betaleren har rettet beløbet i en senere fil.")
    clerk.checks_at_both_widths(closely=False)
    row.get_by_role("button", name="Luk forskellen").click()
    clerk.opens("/oekonomi/afstemning/?vis=closed")
    clerk.sees(reference, "Betaleren har rettet beløbet i en senere fil.")


def asks_for_money_back(clerk: Visitor, invoice: str) -> str:
    """The address of the claim, which the one who asked cannot approve."""
    clerk.opens(f"/oekonomi/faktura/{invoice}/")
    clerk.page.get_by_role("link", name="Kræv penge tilbage").first.click()
    clerk.page.get_by_label("Beløb uden moms").fill("100")
    clerk.page.get_by_label("Hvorfor kræves pengene tilbage?").fill("Timerne er betalt to gange.")
    clerk.checks_at_both_widths(closely=False)
    clerk.chooses("Rejs kravet")
    clerk.sees("Du har selv rejst kravet. En kollega skal godkende det.")
    assert clerk.page.get_by_role("button", name="Godkend kravet").count() == 0
    return clerk.page.url


def thinks_about_the_budget(clerk: Visitor) -> None:
    clerk.goes_to("/oekonomi/budget/")
    before = clerk.page.locator(".eco-total").inner_text()
    clerk.checks_at_both_widths()
    for label, words in (
        ("Nye forløb", "10"),
        ("Uger i hvert", "10"),
        ("Timer om ugen", "5"),
        ("Pris i timen", "250"),
        ("Begynder", written(today())),
    ):
        clerk.page.get_by_label(label).first.fill(words)
    clerk.chooses("Regn det ud")
    clerk.sees("Udgift nu og med tanken")
    assert clerk.page.locator(".eco-total").inner_text() == before, "A thought is not saved."
    clerk.checks_at_both_widths(closely=False)
