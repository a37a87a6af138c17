"""The run file of the example, with a word on every field: it is also what one's own is made from."""

RUN = """\
# En kørsel af »brobygger effects RUN.toml«. Alle tal i eksemplet er opdigtede.

[run]
title = "Eksempel: hvad mentorforløbene førte til"
note = "Alle personer og tal er opdigtede. Eksemplet viser kun, hvordan en rapport ser ud."
on = 2026-06-01               # portens tærskler er dem, der gælder den dag
seed = 20261123               # samme filer og samme tal her giver samme resultat
out = "rapport"               # mappen, rapporten lægges i

[files]                       # stier fra denne fil; CSV, Parquet, SAS eller SPSS
weekly = ["register.csv"]     # én række pr. person, en kolonne pr. uge: y_ÅÅUU
# long = ["uger.csv"]         # eller én række pr. person og uge: person, uge, kode og evt. branche
mentorships = ["mentorforloeb.csv"]
persons = ["personer.csv"]
payments = ["ydelser.csv"]
surveys = ["svar.csv"]
# codes = "koder.csv"         # egen kodeliste i stedet for den, der følger med

[persons]                     # kolonner i filen med personer
birth = "foedt"
place = "kommune"
background = ["koen", "parathed"]   # kendt før start
negative = "flyttet"          # 0 eller 1: noget, en mentor ikke kan ændre

[cohort]                      # mentorforløb, der begyndte i perioden [from, until)
from = 2022-01-03
until = 2024-01-01
before = 52                   # uger før og efter start, som vises
after = 104

[outcome]
name = "i job"                # læses efter »Af 100 er 31 …«
states = ["job"]
headline = 52                 # ugen efter start, der er spurgt til
relevant = 5.0                # den mindste forskel i point, der har betydning

[[comparison]]
name = "Mentor nu mod ikke endnu"
design = "start_now"
eligible = ["cash_benefit"]   # ydelser, hvor en mentor kunne begynde
block = 8                     # højst én kontroluge pr. forløb i så mange uger

[[comparison]]
name = "Lodtrækning blandt unge"
design = "lottery"
file = "lodtraekning.csv"
draws = 199
outcome = { name = "i uddannelse", states = ["student_grant", "adult_education_support", "apprentice"], headline = 52, \
relevant = 10.0 }

[[comparison]]
name = "Ny praksis i nogle kommuner"
design = "roll_out"
file = "indfasning.csv"
eligible = ["cash_benefit"]
period = 26                   # uger i en periode
outcome = { headline = 1 }    # perioder efter ændringen

[[subgroup]]                  # valgt på forhånd; uden »declared« eller for sent er det en idé og intet svar
name = "Alder"
column = "age"                # femårsgruppe ved start; ellers en kolonne i filen med personer
declared = 2021-12-01
groups = { "Under 30 år" = ["16-19", "20-24", "25-29"], "30 år og over" = ["30-34", "35-39", "40-44", "45-49", \
"50-54", "55-59", "60-64"] }

[[subgroup]]
name = "Køn"
column = "koen"
groups = { "Kvinder" = ["k"], "Mænd" = ["m"] }

[money]
comparison = "Mentor nu mod ikke endnu"
rates = ["rate.cash_benefit"] # hvad en uge på ydelsen består af
payer = "ladder"              # refusionstrappen
prices_on = 2024-06-01        # prisår
hours = 60.0
price_per_hour = 300.0

[survey]
yes_from = 4                  # svar fra og med 4 tæller som ja
items = { "bedre" = "kan bedre håndtere det, mentoren skulle hjælpe med", "tillid" = "har tillid til den anden" }
"""
