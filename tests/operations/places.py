"""Places of their own for the product: a data folder and a database of the engine that the suite runs on."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
from cast import AT
from django.conf import settings

from wenqu.kit.crypto.keys import create

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Place:
    """Where one copy of the product keeps its data."""

    data: Path
    keys: Path
    database: str = ""  # the name of its PostgreSQL database; "" on SQLite

    @property
    def env(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("WENQU_", "DATABASE_URL", "COVERAGE"))}
        given = {"WENQU_DATA": str(self.data), "WENQU_KEYS": str(self.keys), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'tests'}"}
        if self.database:
            server = settings.DATABASES["default"]
            given["DATABASE_URL"] = f"postgres://{server['USER']}:{server['PASSWORD']}@{server['HOST']}:{server['PORT']}/{self.database}"
        return kept | given

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, *words], env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=self.data.parent)

    def run(self, *words: str, ok: int = 0) -> subprocess.CompletedProcess[str]:
        """Run Python with these arguments to its end; the status must be `ok`."""
        began = time.monotonic()
        done = subprocess.run([sys.executable, *words], env=self.env, capture_output=True, text=True, cwd=self.data.parent, check=False)
        print(f"{time.monotonic() - began:5.1f} s  {' '.join(words)}")
        assert done.returncode == ok, f"{words} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def wenqu(self, *words: str, ok: int = 0) -> subprocess.CompletedProcess[str]:
        return self.run("-m", "wenqu.cli", *words, ok=ok)


class Places:
    """Makes places, copies and wipes them."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self.databases = folder, list[str]()
        self.postgres = "postgresql" in settings.DATABASES["default"]["ENGINE"]
        # Every place of a test has the same keys.
        self.keys = folder / "keys" / "keys.json"
        create(self.keys, "aes-256-gcm", AT)

    def _sql(self, text: str) -> None:
        server = settings.DATABASES["default"]
        with psycopg.connect(
            host=server["HOST"], port=server["PORT"], user=server["USER"], password=server["PASSWORD"] or None, dbname="postgres", autocommit=True
        ) as con:
            con.execute(text.encode())

    def new(self, template: str = "") -> Place:
        name = f"wenqu_place_{uuid4().hex[:10]}" if self.postgres else ""
        if name:
            self._sql(f"CREATE DATABASE {name} TEMPLATE {template or 'template0'} ENCODING 'UTF8' STRATEGY FILE_COPY")
            self.databases.append(name)
        data = self.folder / f"place-{uuid4().hex[:6]}" / "data"
        data.mkdir(parents=True, mode=0o700)
        return Place(data, self.keys, name)

    def copy(self, place: Place) -> Place:
        """The same state elsewhere; nobody may be using the place."""
        twin = self.new(template=place.database)
        shutil.copytree(place.data, twin.data, dirs_exist_ok=True)
        return twin

    def wipe(self, place: Place) -> None:
        shutil.rmtree(place.data)
        if place.database:
            self._sql(f"DROP DATABASE {place.database} WITH (FORCE)")
            self.databases.remove(place.database)

    def close(self) -> None:
        for name in self.databases:
            self._sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


@contextmanager
def places_in(folder: Path) -> Iterator[Places]:
    places = Places(folder)
    try:
        yield places
    finally:
        places.close()
