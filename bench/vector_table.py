"""The peer in PostgreSQL: pgvector's exact search inside a county, found through a B-tree. No approximate index.

The same table as the durable copy of the vectors (``matching.OfferVector``), in a database of its own on the
benchmarks' server, which is dropped in the end.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from pgvector import HalfVector
from pgvector.psycopg import register_vector

from bench.data import VAR
from shuanglian.core import embedded

NAME = f"match_vectors_{os.getpid()}"
ASK = "SELECT id FROM kept WHERE county = %s ORDER BY vector <#> %s LIMIT %s"


class Table:
    """Vectors by county; asked on one connection, the statement prepared, without parallel workers."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        connection.execute("CREATE EXTENSION vector")
        register_vector(connection)
        connection.execute("CREATE TABLE kept (id int, county text, vector halfvec(512))")
        connection.execute("SET max_parallel_workers_per_gather = 0")
        self.rows = 0

    def add(self, counties: list[str], vectors: np.ndarray) -> None:
        """Append rows, numbered on."""
        with self.connection.cursor().copy("COPY kept FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int4", "text", "halfvec"])
            for county, vector in zip(counties, vectors, strict=True):
                copy.write_row((self.rows, county, HalfVector(vector)))
                self.rows += 1

    def finish(self) -> None:
        """Index and tidy; counties lie together, in its favour."""
        self.connection.execute("CREATE INDEX kept_by_county ON kept (county)")
        self.connection.execute("CLUSTER kept USING kept_by_county")
        self.connection.execute("VACUUM ANALYZE kept")

    def cpu(self) -> float:
        """Seconds of CPU that the server has spent on this connection."""
        worked = Path(f"/proc/{self.connection.info.backend_pid}/schedstat").read_text()
        return int(worked.split()[0]) / 1e9

    def nearest(self, county: str, vector: np.ndarray, most: int) -> list[int]:
        """The offers of a county by sense, nearest first."""
        given = (county, HalfVector(vector.astype(np.float16)), most)
        return [row[0] for row in self.connection.execute(ASK, given, prepare=True)]


@contextmanager
def open_table() -> Iterator[Table]:
    """An empty table; it is gone afterwards."""
    VAR.mkdir(parents=True, exist_ok=True)
    url = embedded.start(VAR)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {NAME}")  # type: ignore[arg-type]
        try:
            with psycopg.connect(url, autocommit=True, dbname=NAME) as connection:
                yield Table(connection)
        finally:
            server.execute(f"DROP DATABASE {NAME} WITH (FORCE)")  # type: ignore[arg-type]
