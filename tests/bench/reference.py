"""The reference: bare Flask and one durable INSERT into raw sqlite3. No login, no audit."""

from __future__ import annotations

import os
import sqlite3
import threading

from flask import Flask
from flask import Response
from flask import request

_local = threading.local()
app = Flask(__name__)


def _connection() -> sqlite3.Connection:
    if not hasattr(_local, "connection"):
        found = sqlite3.connect(os.environ["REFERENCE_DB"], isolation_level=None, timeout=10)
        found.execute("PRAGMA journal_mode=WAL")
        found.execute("PRAGMA synchronous=FULL")
        found.execute("CREATE TABLE IF NOT EXISTS guest (id INTEGER PRIMARY KEY, code TEXT UNIQUE)")
        found.execute(
            "CREATE TABLE IF NOT EXISTS scan (id INTEGER PRIMARY KEY, guest INTEGER, scan_id TEXT)"
        )
        _local.connection = found
    connection: sqlite3.Connection = _local.connection
    return connection


@app.post("/scan")
def scan() -> Response:
    body = request.get_json()
    connection = _connection()
    connection.execute("BEGIN IMMEDIATE")
    row = connection.execute("SELECT id FROM guest WHERE code = ?", (body["code"],)).fetchone()
    connection.execute(
        "INSERT INTO scan (guest, scan_id) VALUES (?, ?)", (row and row[0], body["scan_id"])
    )
    connection.execute("COMMIT")
    return Response('{"ok": true}', content_type="application/json")


@app.get("/readyz")
def ready() -> str:
    return "ready"
