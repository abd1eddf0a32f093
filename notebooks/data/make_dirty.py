"""Write three dirty tables into the folder dirty/, each with the list of its errors.

A survey, hourly readings of two stations, and blood tests. The studies and people are invented.
Errors are planted by the lists below, and each changed cell is written down. Run it again and the
same six files come out::

    python make_dirty.py [FOLDER]
"""

import csv
import math
import random
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

SEED = 20260401
# city: country, first digits of its postcodes
CITIES = {
    "München": ("Germany", "80"),
    "Leipzig": ("Germany", "04"),
    "Lyon": ("France", "69"),
    "Nantes": ("France", "44"),
    "Turku": ("Finland", "20"),
    "Porto": ("Portugal", "40"),
    "Boston": ("United States", "02"),
}
FIRST = [
    "Ada", "Bruno", "Chiara", "David", "Emma", "Felix", "Greta", "Hugo",
    "Ines", "Jonas", "Klara", "Leo", "Mira", "Noah", "Olga", "Paul",
]  # fmt: skip
LAST = [
    "Albers", "Bianchi", "Costa", "Dubois", "Eriksen", "Fontaine", "Garcia", "Huber",
    "Ivanov", "Jansen", "Keller", "Laine",
]  # fmt: skip
COMMENTS = (
    "No comment.",
    "The questions were clear.",
    "Too many questions about money.",
    "I would take part again.",
    "Please send me the results.",
    "It took longer than I was told.",
    "My children helped me with the form.",
    "",
)
STATIONS = {"Lakeside": (11.0, 0.4, 190), "Main Street": (12.5, 1.0, 205)}
HOURS = 540
START = datetime(2026, 4, 1)
ILLNESSES = {
    "I10": "essential hypertension",
    "E11": "type 2 diabetes mellitus",
    "J45": "asthma",
    "D50": "iron deficiency anaemia",
    "N18": "chronic kidney disease",
    "Z00": "general examination",
}
SITES = ("North Clinic", "Harbour Hospital", "University Hospital")

Row = dict[str, str]
Change = Callable[[str], str]


class Table:
    """Rows of texts, and what was done to them."""

    def __init__(self, name: str, rows: list[Row]) -> None:
        self.name, self.rows = name, rows
        self.errors: list[tuple[int, str, str, str, str]] = []
        self._touched: set[tuple[int, str]] = set()

    def plant(self, kind: str, column: str, places: Sequence[int], change: Change | str) -> None:
        """Change cells of a column, and write down what they were."""
        for row in places:
            correct = self.rows[row][column]
            value = change(correct) if callable(change) else change
            if (row, column) in self._touched or value == correct:
                raise ValueError(f"{self.name}: {column} of row {row} cannot have '{kind}'")
            self._touched.add((row, column))
            self.rows[row][column] = value
            self.errors.append((row, column, value, correct, kind))

    def lose(self, kind: str, column: str, places: Sequence[int], code: str) -> None:
        """Put a code where nothing was measured, so that an empty cell is right."""
        for row in places:
            self.rows[row][column] = ""
        self.plant(kind, column, places, code)

    def swap(self, columns: tuple[str, str], places: Sequence[int]) -> None:
        """Exchange the cells of two columns."""
        one, other = columns
        for row in places:
            first, second = self.rows[row][one], self.rows[row][other]
            self.plant("swapped cells", one, [row], second)
            self.plant("swapped cells", other, [row], first)

    def repeat(self, places: Sequence[int], changes: Row | None = None) -> None:
        """Append rows again, with some cells written otherwise."""
        kind = "nearly repeated row" if changes else "repeated row"
        for row in places:
            if any(touched == row for touched, _ in self._touched):
                raise ValueError(f"{self.name}: row {row} has errors of its own")
            self.rows.append({**self.rows[row], **(changes or {})})
            self.errors.append((len(self.rows) - 1, "", f"same as row {row}", "", kind))

    def write(self, folder: Path) -> None:
        """Write the table, and beside it its errors."""
        columns = tuple(self.rows[0])
        cells = [tuple(row[column] for column in columns) for row in self.rows]
        header = ("row", "column", "value", "correct", "kind")
        _write(folder / f"{self.name}.csv", columns, cells)
        _write(folder / f"{self.name}_errors.csv", header, sorted(self.errors))


def _write(path: Path, header: Sequence[str], rows: Sequence[tuple[str | int, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _typed(text: str) -> str:
    """Two letters in the middle exchanged."""
    at = len(text) // 2
    return text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :]


def _day(text: str, form: str) -> str:
    return date.fromisoformat(text).strftime(form)


def survey() -> Table:
    """Answers of 320 people: where they live, what they earn, and what they say."""
    rng = random.Random(SEED)
    rows: list[Row] = []
    for at in range(320):
        city = rng.choice(list(CITIES))
        country, digits = CITIES[city]
        first, last = rng.choice(FIRST), rng.choice(LAST)
        asked = date(2026, 2, 2) + timedelta(days=rng.randrange(40))
        comment = rng.choice(COMMENTS)
        if at % 40 == 7:
            phone = f"+49 30 {rng.randrange(10**6, 10**7)}"
            comment = f"Please call {first} {last} at {phone} about the results."
        rows.append(
            {
                "id": f"R{at + 1:04}",
                "interviewed": asked.isoformat(),
                "name": f"{first} {last}",
                "email": f"{first}.{last}{at}@example.org".lower(),
                "city": city,
                "postcode": digits + f"{CITIES[city][1][::-1]}{rng.randrange(3)}",
                "country": country,
                "age": str(min(88, max(18, round(rng.gauss(44, 14))))),
                "height": f"{rng.gauss(171, 9):.0f} cm",
                "income": f"{max(400, rng.gauss(2600, 700)):.2f}",
                "smoker": rng.choices(("never", "former", "current"), (6, 2, 2))[0],
                "satisfied": rng.choices("12345", (1, 2, 4, 5, 3))[0],
                "comment": comment,
            }
        )
    table = Table("survey", rows)
    _spoil_survey(table, rng)
    return table


def _spoil_survey(table: Table, rng: random.Random) -> None:
    rows = table.rows
    of = {city: [at for at, row in enumerate(rows) if row["city"] == city] for city in CITIES}
    plant = table.plant
    plant("wrong encoding", "city", of["München"][:4], "MÃ¼nchen")
    plant("typing error", "city", [*of["Leipzig"][:2], *of["Nantes"][:2]], _typed)
    plant("letter case", "city", of["Lyon"][:3], str.upper)
    plant("letter case", "city", of["Porto"][:2], str.lower)
    plant("stray space", "city", of["Turku"][:2], lambda text: f" {text} ")
    plant("look-alike letter", "city", of["Boston"][:2], "B\u043eston")
    plant("another name", "country", of["Boston"][2:6], "USA")
    plant("another name", "country", of["Boston"][6:8], "U.S.")
    plant("typing error", "country", of["Lyon"][4:7], "Frnace")
    plant("broken dependency", "country", [of["Porto"][5], of["Turku"][6]], "Germany")
    plant("broken dependency", "city", [of["Leipzig"][7], of["Leipzig"][8]], "Lyon")
    plant("typing error", "postcode", of["Turku"][8:11], lambda text: text.replace("0", "O", 1))
    plant("impossible value", "age", [12, 155], "212")
    plant("impossible value", "age", [201], "4")
    table.lose("missing code", "age", [31, 88, 140, 233, 290], "999")
    table.lose("missing code", "comment", [3, 77, 191], "n/a")
    plant("another unit", "height", rng.sample(range(20, 110), 6), _in_metres)
    plant("another unit", "height", rng.sample(range(110, 200), 3), _in_feet)
    plant("decimal comma", "income", [15, 60, 99, 170, 244], lambda text: text.replace(".", ","))
    plant("grouped digits", "income", [23, 120, 210, 305], _grouped)
    plant("decimal point", "income", [45, 199], lambda text: text.replace(".", ""))
    plant("date format", "interviewed", [9, 64, 118, 222, 301], lambda text: _day(text, "%d/%m/%Y"))
    plant("date format", "interviewed", [70, 260], lambda text: _day(text, "%b %d, %Y"))
    plant("impossible value", "interviewed", [180], "2026-02-31")
    plant("impossible value", "satisfied", [50, 131], "7")
    plant("letter case", "smoker", [19, 84, 163], str.capitalize)
    never = [at for at in range(250, 320) if rows[at]["smoker"] == "never"]
    plant("typing error", "smoker", never[:2], "nevr")
    plant("typing error", "email", [28, 150, 239], lambda text: text.replace("@", " at "))
    table.swap(("city", "country"), [of["Nantes"][10], of["München"][12]])
    table.repeat([40, 130])
    table.repeat([206], {"id": "R0323", "name": _typed(rows[206]["name"])})
    table.repeat([216], {"id": "R0324", "city": rows[216]["city"].upper()})


def _in_metres(text: str) -> str:
    return f"{int(text.split(maxsplit=1)[0]) / 100:.2f} m"


def _in_feet(text: str) -> str:
    return f"{int(text.split(maxsplit=1)[0]) / 30.48:.2f} ft"


def _grouped(text: str) -> str:
    whole, part = text.split(".")
    return f"{int(whole):,}.{part}" if int(whole) > 999 else f"0{text}"


def sensors() -> Table:
    """Readings of two stations, hour by hour."""
    rng = random.Random(SEED + 1)
    weather, pressure = _drift(rng, 0.6), _drift(rng, 0.5)
    local = {name: (_drift(rng, 0.2), _drift(rng, 1.0)) for name in STATIONS}
    rows: list[Row] = []
    for hour in range(HOURS):
        moment = START + timedelta(hours=hour)
        rush = math.exp(-((moment.hour - 8) ** 2) / 6) + math.exp(-((moment.hour - 18) ** 2) / 8)
        for name, (mean, traffic, height) in STATIONS.items():
            warm, dusty = local[name][0][hour], local[name][1][hour]
            temperature = mean + 4 * math.sin((moment.hour - 9) / 24 * 2 * math.pi)
            temperature += weather[hour] + warm
            values = {
                "temperature_c": temperature,
                "humidity_pct": min(99, 70 - 2.5 * (temperature - mean) + rng.gauss(0, 2)),
                "pm25_ug_m3": max(1, 9 + 8 * traffic * rush + dusty),
                "pressure_hpa": 1016 - height / 8.3 + pressure[hour] + rng.gauss(0, 0.15),
            }
            numbers = {column: f"{value:.1f}" for column, value in values.items()}
            rows.append({"station": name, "time": f"{moment:%Y-%m-%d %H:%M}", **numbers})
    table = Table("sensors", rows)
    _spoil_sensors(table)
    return table


def _drift(rng: random.Random, sigma: float) -> list[float]:
    """Slow noise: each hour keeps 90 % of the hour before."""
    level, levels = 0.0, []
    for _ in range(HOURS):
        level = 0.9 * level + rng.gauss(0, sigma)
        levels.append(level)
    return levels


def _hours(station: str, *hours: int) -> list[int]:
    return [hour * len(STATIONS) + list(STATIONS).index(station) for hour in hours]


def _spoil_sensors(table: Table) -> None:
    lake, street, plant = "Lakeside", "Main Street", table.plant
    plant("Fahrenheit", "temperature_c", _hours(lake, *range(60, 68)), lambda t: _line(t, 1.8, 32))
    stuck = table.rows[_hours(street, 150)[0]]["humidity_pct"]
    flat = [
        row for row in _hours(street, *range(151, 171)) if table.rows[row]["humidity_pct"] != stuck
    ]
    plant("stuck sensor", "humidity_pct", flat, stuck)
    for step, row in enumerate(_hours(lake, *range(300, 330)), start=1):
        plant("drift", "pressure_hpa", [row], lambda t, step=step: _line(t, 1, 0.6 * step))  # type: ignore[misc]
    plant("spike", "pm25_ug_m3", _hours(lake, 33, 210, 402), lambda t: _line(t, 1, 260))
    plant("spike", "temperature_c", _hours(street, 95, 377), lambda t: _line(t, 1, -31))
    plant("decimal point", "pm25_ug_m3", _hours(street, 44, 281, 499), lambda t: _line(t, 10, 0))
    plant("decimal point", "pressure_hpa", _hours(street, 222), lambda t: _line(t, 0.1, 0))
    table.lose("missing code", "pm25_ug_m3", _hours(lake, *range(250, 256), 470), "-200")
    table.lose("missing code", "temperature_c", _hours(street, 121, 122, 350), "-999")
    table.lose("missing code", "humidity_pct", _hours(lake, 12, 13, 14, 15), "-200")
    plant("impossible value", "humidity_pct", _hours(street, 260, 420), lambda t: _line(t, 1, 80))
    plant("time format", "time", _hours(street, 30, 31, 200, 330), _european)
    plant("typing error", "time", _hours(lake, 111), lambda t: t.replace("2026", "2062"))
    plant("typing error", "station", _hours(lake, 77, 340), "Lakeside".replace("s", "ss"))
    plant("letter case", "station", _hours(street, 18, 246), "main street")
    plant("stray space", "station", _hours(street, 431), "Main  Street")
    plant("decimal comma", "temperature_c", _hours(lake, 160, 388), lambda t: t.replace(".", ","))
    table.swap(("temperature_c", "humidity_pct"), _hours(street, 66, 310))
    table.repeat(_hours(lake, 100, 333))
    # A real heat wave would look like the Fahrenheit readings: these cells are only not measured.
    for row in _hours(street, 80, 81, 82, 299, 480):
        table.rows[row]["pm25_ug_m3"] = ""


def _line(text: str, factor: float, offset: float) -> str:
    return f"{float(text) * factor + offset:.1f}"


def _european(text: str) -> str:
    return datetime.fromisoformat(text).strftime("%d/%m/%Y %H:%M")


def blood() -> Table:
    """Blood tests of 330 patients."""
    rng = random.Random(SEED + 2)
    rows: list[Row] = []
    for at in range(330):
        code = rng.choice(list(ILLNESSES))
        sex = rng.choice("FM")
        born = date(1935, 1, 1) + timedelta(days=rng.randrange(25_000))
        taken = date(2026, 1, 7) + timedelta(days=rng.randrange(80))
        anaemic, diabetic, renal = code == "D50", code == "E11", code == "N18"
        systolic = rng.gauss(146 if code == "I10" else 124, 9)
        haemoglobin = rng.gauss((9.8 if anaemic else 13.6) + (1.2 if sex == "M" else 0), 0.7)
        rows.append(
            {
                "sample": f"BL-{taken:%y%m}-{at + 1:04}",
                "sex": sex,
                "born": born.isoformat(),
                "taken": taken.isoformat(),
                "site": rng.choice(SITES),
                "icd10": code,
                "diagnosis": ILLNESSES[code],
                "haemoglobin": f"{haemoglobin:.1f} g/dL",
                "glucose": f"{max(3.6, rng.gauss(8.9 if diabetic else 5.2, 0.5)):.1f} mmol/L",
                "creatinine": f"{max(0.4, rng.gauss(2.6 if renal else 0.9, 0.15)):.2f} mg/dL",
                "systolic": f"{systolic:.0f}",
                "diastolic": f"{0.62 * systolic + rng.gauss(2, 4):.0f}",
            }
        )
    table = Table("blood", rows)
    _spoil_blood(table, rng)
    return table


def _spoil_blood(table: Table, rng: random.Random) -> None:
    rows, plant = table.rows, table.plant
    women = [at for at, row in enumerate(rows) if row["sex"] == "F"]
    of = {code: [at for at, row in enumerate(rows) if row["icd10"] == code] for code in ILLNESSES}
    plant("another name", "sex", women[:6], "female")
    plant("letter case", "sex", women[6:9], "f")
    plant("another unit", "haemoglobin", rng.sample(range(10, 120), 7), _in_grams_a_litre)
    plant("decimal comma", "haemoglobin", [131, 180, 222], lambda text: text.replace(".", ","))
    plant("decimal point", "haemoglobin", [150, 260], lambda text: text.replace(".", ""))
    plant(
        "spelling of a unit",
        "glucose",
        [17, 96, 240],
        lambda text: text.replace(" mmol/L", "mmol/l"),
    )
    plant("decimal point", "glucose", [58, 201], lambda text: text.replace(".", ""))
    plant("missing unit", "glucose", [111, 170, 302], lambda text: text.split()[0])
    table.lose("missing code", "glucose", [33, 149, 277], "ND")
    plant("another unit", "creatinine", [44, 133, 250, 318], _in_milligrams_a_litre)
    table.lose("missing code", "systolic", [21, 99, 186, 299], "999")
    table.lose("missing code", "diastolic", [21, 99, 186, 299], "999")
    table.swap(("systolic", "diastolic"), [62, 143, 217])
    plant("impossible value", "diastolic", [75], "8")
    plant("typing error", "diagnosis", of["I10"][:3], "essential hypertensoin")
    plant("typing error", "diagnosis", of["J45"][:2], "astma")
    plant("another name", "diagnosis", of["D50"][:3], "iron deficiency anemia")
    plant("broken dependency", "icd10", [of["E11"][3], of["E11"][9]], "I10")
    plant("broken dependency", "diagnosis", [of["N18"][4], of["J45"][6]], "general examination")
    plant("letter in a code", "icd10", of["I10"][5:8], lambda text: text.replace("0", "O"))
    plant("date format", "taken", [8, 90, 175, 266], lambda text: _day(text, "%d.%m.%Y"))
    plant("date format", "born", [30, 120, 211, 288], lambda text: _day(text, "%d.%m.%Y"))
    plant("impossible value", "taken", [199], lambda text: text.replace("2026", "1926"))
    plant("typing error", "site", [14, 83, 254], _typed)
    plant("stray space", "site", [40, 228], lambda text: f"{text} ")
    plant("typing error", "sample", [105, 310], lambda text: text.replace("-", "", 1))
    table.repeat([51, 210])
    table.repeat([148], {"site": rows[148]["site"].upper()})


def _in_grams_a_litre(text: str) -> str:
    return f"{float(text.split(maxsplit=1)[0]) * 10:.0f} g/L"


def _in_milligrams_a_litre(text: str) -> str:
    return f"{float(text.split(maxsplit=1)[0]) * 10:.1f} mg/L"


def main(folder: Path) -> None:
    """Write all six files into a folder."""
    folder.mkdir(exist_ok=True)
    for make in (survey, sensors, blood):
        make().write(folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "dirty")
