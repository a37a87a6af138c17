"""How long a spreadsheet of 10,000 cases takes from bytes to report: ``python benchmarks/audit_file.py [CASES]``."""

from __future__ import annotations

import gc
import io
import random
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import xlsxwriter

from brobygger.review import intake
from brobygger.review.intake import export

TARGET_SECONDS = 5.0
HEADINGS = (
    "Sagsnr", "Borgers CPR", "Mentor navn", "Bevilget af", "Bevillingsdato", "Startdato", "Slutdato", "Opstart",
    "Målgruppe", "Tilbud", "Mentorens ansættelse", "Formål", "Opgaver", "Kvalifikationer", "Afgørende betydning",
    "Ud over det normale", "Mentoraftale", "Aftaledato", "Partshøring", "Begrundelse", "Klagevejledning",
    "Bevilgede timer", "Forbrugte timer", "Bekræftede timer", "Fakturerede timer", "Timepris", "Udbetalt beløb",
    "Opfølgning planlagt", "Opfølgning holdt", "Ydelse leveret", "Udgiftstype", "Kontostreng",
)  # fmt: skip


def workbook(cases: int, seed: int = 1) -> bytes:
    """Made-up cases; the CPR numbers are replacement numbers that nobody has."""
    chance = random.Random(seed)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Mentorsager")
        day = book.add_format({"num_format": "dd-mm-yyyy"})
        sheet.write_row(0, 0, HEADINGS)
        for number in range(1, cases + 1):
            for column, value in enumerate(_row(chance, number)):
                if isinstance(value, date):
                    sheet.write_datetime(number, column, value, day)
                else:
                    sheet.write(number, column, value)
    return buffer.getvalue()


def _row(chance: random.Random, number: int) -> tuple[object, ...]:
    start = datetime.combine(date(2020, 1, 6), datetime.min.time()) + timedelta(days=chance.randrange(1800))
    hours, rate = chance.randrange(10, 90), chance.choice((180.0, 225.5, 410.0))
    used = chance.randrange(0, hours + 4)
    return (
        f"M-{number:06d}", f"{61 + number % 28:02d}{1 + number % 12:02d}{60 + number % 40:02d}-{number % 4000:04d}",
        f"Mentor Nummer {number % 300}", f"Leder Nummer {number % 20}",
        start - timedelta(days=chance.randrange(1, 20)), start, start + timedelta(days=chance.randrange(60, 300)),
        start, f"§ 6, nr. {chance.randrange(1, 8)}", chance.choice(("Virksomhedspraktik", "Løntilskud", "Fleksjob")),
        chance.choice(("Ekstern konsulent", "Kommunalt ansat", "Medarbejder i virksomhed")),
        chance.choice(("Fastholde praktik", "")), "Møde op", "Pædagog", "Ja", "Ja", "ja",
        start - timedelta(days=chance.randrange(-3, 9)), "ja", "ja", "ja", hours, used, max(used - 1, 0), used, rate,
        used * rate, start + timedelta(days=30), start + timedelta(days=30 + chance.randrange(0, 30)),
        "ja", "Honorar", "5.90.98.001",
    )  # fmt: skip


def main() -> int:
    cases = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    data = workbook(cases)
    gc.disable()  # as the command does
    times, began, cpu = {}, time.perf_counter(), time.process_time()
    sheet = intake.open_sheet(data)
    times["read"] = time.perf_counter()
    mapping = intake.guess(sheet)
    times["map"] = time.perf_counter()
    reading = intake.read_cases(sheet, mapping)
    times["cases"] = time.perf_counter()
    report = intake.audit(sheet, mapping, date(2026, 1, 5), reading=reading)
    times["ask"] = time.perf_counter()
    sizes = len(export.to_json(report)), len(export.to_xlsx(report)), len(export.to_html(report))
    times["write"] = time.perf_counter()
    cpu = time.process_time() - cpu
    last = began
    for name, moment in times.items():
        print(f"{name:<6} {moment - last:6.2f} s")
        last = moment
    whole = last - began
    print(
        f"{report.cases} cases, {len(report.failures)} failures, {len(data) / 1e6:.1f} MB in, {sizes} bytes out"
    )
    print(f"{whole:.2f} s in all, {cpu:.2f} s of them on the processor; target {TARGET_SECONDS} s")
    print(f"{report.cases / cpu:,.0f} cases a second on one core")
    # A machine with other work to do is slower by the clock; the processor's own time is what the program costs.
    return 0 if cpu <= TARGET_SECONDS * cases / 10_000 else 1


if __name__ == "__main__":
    sys.exit(main())
