"""Statements compiled once and run on the driver's own cursor, for where people wait.

SQLAlchemy's way from a statement to its rows costs several times what SQLite needs to
answer, and each scan at the door pays it for every statement. A prepared statement keeps
the SQL, the order of its parameters and the conversions of its types, and nothing else.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from contextlib import suppress
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import Delete
from sqlalchemy import Dialect
from sqlalchemy import Insert
from sqlalchemy import Select
from sqlalchemy import Update
from sqlalchemy.orm import Session

from kiosk.db.base import db

Statement = Select[*tuple[Any, ...]] | Insert | Update | Delete
Convert = Callable[[Any], Any]


class _Compiled:
    """A statement as one dialect takes it."""

    def __init__(self, statement: Statement, dialect: Dialect, row: Any = None) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        if compiled.post_compile_params or compiled.literal_execute_params:
            raise ValueError(f"this statement cannot be prepared: {compiled}")
        self.sql = str(compiled)
        self.order: tuple[str, ...] | None = None
        if compiled.positional:
            self.order = tuple(compiled.positiontup)
        into: dict[str, Convert] = {}
        self.constants: dict[str, Any] = {}
        for bind, name in compiled.bind_names.items():
            convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if not bind.required:
                self.constants[name] = convert(bind.value) if convert else bind.value
            elif convert:
                into[name] = convert
        self.into = list(into.items())
        columns = list(statement.exported_columns)
        self.converts = [
            column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns
        ]
        names = [str(column.key) for column in columns]
        if row is not None and row._fields != tuple(names):
            raise ValueError(f"{row.__name__} has other fields than the statement: {names}")
        self.row: Any = row if row is not None else namedtuple("Row", names, rename=True)

    def values(self, given: Mapping[str, Any]) -> Any:
        """Return the parameters as the driver takes them."""
        found = {**self.constants, **given}
        for name, convert in self.into:
            found[name] = convert(found[name])
        return found if self.order is None else [found[name] for name in self.order]

    def made(self, values: tuple[Any, ...]) -> Any:
        """Return a row as SQLAlchemy would: by name, with the types of its columns."""
        pairs = zip(values, self.converts, strict=True)
        return self.row._make([convert(v) if convert else v for v, convert in pairs])


_ALL: list[Prepared] = []


def compile_all(dialect: Dialect) -> None:
    """Compile what was prepared when the modules were loaded, before somebody waits for it."""
    for prepared in _ALL:
        if prepared.is_for(dialect):
            # One that cannot be prepared says so where it is used.
            with suppress(ValueError):
                prepared.on(dialect)


class Prepared:
    """A Core statement, or one for each dialect; its parameters are `bindparam`s.

    Defaults of columns are not filled in: an INSERT names every value. `row` is a
    NamedTuple with the statement's columns, for whom types help; else one is made.
    """

    def __init__(self, statement: Statement | Mapping[str, Statement], row: Any = None) -> None:
        self._statement = statement
        self._row = row
        self._compiled: dict[str, _Compiled] = {}
        _ALL.append(self)

    def is_for(self, dialect: Dialect) -> bool:
        """Whether this dialect has the statement."""
        return not isinstance(self._statement, Mapping) or dialect.name in self._statement

    def on(self, dialect: Dialect) -> _Compiled:
        """Return the statement as this dialect takes it."""
        found = self._compiled.get(dialect.name)
        if found is None:
            chosen = self._statement
            statement = chosen[dialect.name] if isinstance(chosen, Mapping) else chosen
            found = self._compiled[dialect.name] = _Compiled(statement, dialect, self._row)
        return found


class Line:
    """A cursor inside a transaction, on which prepared statements run."""

    def __init__(self, cursor: Any, dialect: Dialect) -> None:
        self._cursor = cursor
        self._dialect = dialect

    @property
    def on_postgresql(self) -> bool:
        """Whether the database is PostgreSQL."""
        return self._dialect.name == "postgresql"

    def run(self, prepared: Prepared, **given: Any) -> None:
        """Run a statement that returns nothing."""
        compiled = prepared.on(self._dialect)
        self._cursor.execute(compiled.sql, compiled.values(given))

    def first(self, prepared: Prepared, **given: Any) -> Any:
        """Return the first row, or None."""
        compiled = prepared.on(self._dialect)
        self._cursor.execute(compiled.sql, compiled.values(given))
        # All rows are fetched: SQLite finishes a statement with RETURNING only then.
        rows = self._cursor.fetchall()
        return compiled.made(rows[0]) if rows else None

    def all(self, prepared: Prepared, **given: Any) -> list[Any]:
        """Return every row."""
        compiled = prepared.on(self._dialect)
        self._cursor.execute(compiled.sql, compiled.values(given))
        return [compiled.made(values) for values in self._cursor.fetchall()]

    def scalar(self, prepared: Prepared, **given: Any) -> Any:
        """Return the first column of the first row, or None."""
        row = self.first(prepared, **given)
        return None if row is None else row[0]

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Undo what is done inside, and only that, when it raises."""
        self._cursor.execute("SAVEPOINT one")
        try:
            yield
        except BaseException:
            self._cursor.execute("ROLLBACK TO SAVEPOINT one")
            raise
        finally:
            self._cursor.execute("RELEASE SAVEPOINT one")


def line(session: Session) -> Line:
    """Return the line of the session's transaction, which begins if there is none."""
    # A session takes its time to hand its connection out: asked once a transaction.
    known: tuple[object, Line] | None = session.info.get("kiosk.line")
    if known is not None and known[0] is session.get_transaction():
        return known[1]
    found = line_of(session.connection())
    session.info["kiosk.line"] = (session.get_transaction(), found)
    return found


def line_of(connection: Connection) -> Line:
    """Return a line in the connection's transaction."""
    return Line(connection.connection.cursor(), connection.dialect)


@contextmanager
def reading() -> Iterator[Line]:
    """Lend a line for a look at what is committed, outside the request's session."""
    engine = db.engine
    connection = engine.raw_connection()
    try:
        yield Line(connection.cursor(), engine.dialect)
    finally:
        # Given back to the pool, which ends whatever was begun.
        connection.close()
