"""Write sensors.csv, readings of four invented stations, and sensors_errors.csv, its errors.

The readings follow a daily cycle with slow noise; the errors are planted by the list at the end of
this file and each changed cell is written down. Run it again and the same two files come out::

    python make_sensors.py [FOLDER]
"""

import csv
import math
import random
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

SEED = 20260302
START = datetime(2026, 3, 2)
HOURS = 150
# name: mean temperature (°C), traffic (0 to 1), height above the sea (m)
STATIONS = {
    "Harbour": (9.5, 0.7, 4),
    "Ring Road": (10.5, 1.0, 35),
    "Botanic Garden": (9.0, 0.3, 40),
    "Hill Farm": (6.0, 0.1, 310),
}
NUMBERS = ("temperature_c", "humidity_pct", "pm25_ug_m3", "no2_ug_m3", "pressure_hpa")
COLUMNS = ("station", "time", *NUMBERS)
MISSING = ""

Row = dict[str, str]


def _drift(rng: random.Random, sigma: float) -> list[float]:
    """Slow noise: each hour keeps 90 % of the hour before."""
    level, levels = 0.0, []
    for _ in range(HOURS):
        level = 0.9 * level + rng.gauss(0, sigma)
        levels.append(level)
    return levels


def _traffic(hour: int) -> float:
    """Two rush hours, at 8 and at 18 o'clock."""
    return math.exp(-((hour - 8) ** 2) / 6) + 0.8 * math.exp(-((hour - 18) ** 2) / 8)


def _episode(hour: int) -> float:
    """A real smog episode around hour 84: high at every station, and not an error."""
    return 38 * math.exp(-((hour - 84) ** 2) / 160)


def true_readings(rng: random.Random) -> list[Row]:
    """Return the readings of all stations without any error, hour by hour."""
    weather = _drift(rng, 0.6)
    pressure = _drift(rng, 0.5)
    local = {name: (_drift(rng, 0.2), _drift(rng, 1.2)) for name in STATIONS}
    rows = []
    for hour in range(HOURS):
        moment = START + timedelta(hours=hour)
        for name, (mean, traffic, height) in STATIONS.items():
            warm, dusty = local[name][0][hour], local[name][1][hour]
            daily = 4 * math.sin((moment.hour - 9) / 24 * 2 * math.pi)
            temperature = mean + daily + weather[hour] + warm
            humidity = 72 - 2.6 * (temperature - mean) + rng.gauss(0, 2)
            dust = 9 + 7 * traffic * _traffic(moment.hour) + _episode(hour) + dusty
            no2 = 8 + 46 * traffic * _traffic(moment.hour) + 0.2 * _episode(hour) + rng.gauss(0, 2)
            air = 1016 - height / 8.3 + pressure[hour] + rng.gauss(0, 0.15)
            values = (temperature, min(humidity, 99), max(dust, 1), max(no2, 1), air)
            numbers = (f"{value:.1f}" for value in values)
            row = dict(zip(NUMBERS, numbers, strict=True))
            rows.append({"station": name, "time": f"{moment:%Y-%m-%d %H:%M}", **row})
    return rows


class Planter:
    """Changes cells and writes down what it changed; a cell is changed once at most."""

    def __init__(self, rows: list[Row]) -> None:
        self.rows = rows
        self.errors: list[tuple[int, str, str, str, str]] = []
        self._touched: set[tuple[int, str]] = set()

    def plant(self, row: int, column: str, value: str, kind: str) -> None:
        """Put `value` into a cell; nothing happens if it is there already."""
        if (row, column) in self._touched:
            raise ValueError(f"{column} of row {row} has an error already")
        correct = self.rows[row][column]
        if value == correct:
            return
        self._touched.add((row, column))
        self.rows[row][column] = value
        self.errors.append((row, column, value, correct, kind))

    def repeat(self, row: int) -> None:
        """Append a copy of a row."""
        self.rows.append(dict(self.rows[row]))
        self.errors.append((len(self.rows) - 1, "", f"same as row {row}", "", "repeated row"))


def _at(station: str, hour: int) -> int:
    return hour * len(STATIONS) + list(STATIONS).index(station)


def _scaled(rows: list[Row], row: int, column: str, factor: float, offset: float = 0) -> str:
    return f"{float(rows[row][column]) * factor + offset:.1f}"


def lose_readings(rows: list[Row], rng: random.Random) -> None:
    """Leave cells empty as real loggers do: that is missing data, not an error."""
    for row in rng.sample(range(len(rows)), 9):
        rows[row][rng.choice(NUMBERS)] = MISSING


def plant_errors(planter: Planter) -> None:
    """Plant every kind of error; places are fixed so that a reader can look at them."""
    rows = planter.rows
    for hour in range(40, 46):  # a logger was set to Fahrenheit for six hours
        row = _at("Botanic Garden", hour)
        planter.plant(
            row, "temperature_c", _scaled(rows, row, "temperature_c", 1.8, 32), "Fahrenheit"
        )
    for hour in (17, 63, 121):  # typed by hand, the point forgotten
        row = _at("Ring Road", hour)
        planter.plant(row, "no2_ug_m3", _scaled(rows, row, "no2_ug_m3", 10), "decimal point")
    for hour, column in ((29, "pm25_ug_m3"), (97, "pressure_hpa"), (110, "humidity_pct")):
        row = _at("Harbour", hour)
        planter.plant(row, column, _scaled(rows, row, column, 0.1), "decimal point")
    stuck = rows[_at("Hill Farm", 70)]["humidity_pct"]
    for hour in range(71, 83):  # the sensor repeats its last value
        planter.plant(_at("Hill Farm", hour), "humidity_pct", stuck, "stuck sensor")
    for hour, code in ((12, "-999"), (13, "-999"), (55, "-200"), (130, "-999")):
        row = _at("Harbour", hour)
        rows[row]["no2_ug_m3"] = MISSING  # nothing was measured, so empty is correct
        planter.plant(row, "no2_ug_m3", code, "missing code")
    for hour in (101, 102):
        row = _at("Hill Farm", hour)
        rows[row]["pm25_ug_m3"] = MISSING
        planter.plant(row, "pm25_ug_m3", "-200", "missing code")
    for hour in (36, 88, 89):
        row = _at("Ring Road", hour)
        temperature, humidity = rows[row]["temperature_c"], rows[row]["humidity_pct"]
        planter.plant(row, "temperature_c", humidity, "swapped cells")
        planter.plant(row, "humidity_pct", temperature, "swapped cells")
    planter.plant(_at("Harbour", 75), "humidity_pct", "143.0", "impossible value")
    planter.plant(_at("Hill Farm", 20), "temperature_c", "-88.0", "impossible value")
    planter.plant(_at("Botanic Garden", 118), "pm25_ug_m3", "-7.4", "impossible value")
    planter.plant(_at("Hill Farm", 140), "pressure_hpa", "0.0", "impossible value")
    for hour in (23, 24, 25, 91):
        row = _at("Hill Farm", hour)
        moment = START + timedelta(hours=hour)
        planter.plant(row, "time", f"{moment:%d/%m/%Y %H:%M}", "time format")
    row = _at("Botanic Garden", 66)
    planter.plant(row, "time", "2062-03-04 18:00", "typing error")
    planter.plant(_at("Harbour", 104), "time", "2026-03-06 8:00 PM", "wrong time")
    planter.plant(_at("Harbour", 8), "station", "Harbor", "typing error")
    planter.plant(_at("Ring Road", 51), "station", "Ringroad", "typing error")
    planter.plant(_at("Hill Farm", 33), "station", "hill farm", "capitalisation")
    planter.plant(_at("Botanic Garden", 97), "station", "Botanic  Garden", "stray space")
    row = _at("Ring Road", 5)
    letter = rows[row]["pm25_ug_m3"].replace("1", "l", 1)
    planter.plant(row, "pm25_ug_m3", letter, "letter in a number")
    row = _at("Harbour", 60)
    comma = rows[row]["temperature_c"].replace(".", ",")
    planter.plant(row, "temperature_c", comma, "decimal comma")
    for station, hour in (("Harbour", 48), ("Ring Road", 48), ("Hill Farm", 112)):
        planter.repeat(_at(station, hour))


def _write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[str | int, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def main(folder: Path) -> None:
    """Write both files into a folder."""
    rng = random.Random(SEED)
    rows = true_readings(rng)
    lose_readings(rows, rng)
    planter = Planter(rows)
    plant_errors(planter)
    cells = [tuple(row[column] for column in COLUMNS) for row in planter.rows]
    _write(folder / "sensors.csv", COLUMNS, cells)
    header = ("row", "column", "value", "correct", "kind")
    _write(folder / "sensors_errors.csv", header, sorted(planter.errors))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
