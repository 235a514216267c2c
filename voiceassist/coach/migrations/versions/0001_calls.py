"""Calls, their cues, tags and notes, and the words that are searched."""

from alembic import op

revision = "0001"
down_revision = None

TABLES = """
CREATE TABLE calls (
    id TEXT PRIMARY KEY,
    stamp TEXT NOT NULL,
    created INTEGER NOT NULL,
    duration_ms INTEGER NOT NULL,
    origin TEXT NOT NULL,
    cut_off INTEGER NOT NULL,
    sources TEXT NOT NULL,
    agent TEXT NOT NULL,
    reference TEXT NOT NULL,
    plain_reference TEXT NOT NULL,
    model TEXT NOT NULL,
    pack TEXT NOT NULL,
    peak REAL,
    high_ms INTEGER NOT NULL,
    cues INTEGER NOT NULL,
    promises INTEGER NOT NULL,
    open_promises INTEGER NOT NULL,
    notes INTEGER NOT NULL,
    about TEXT NOT NULL,
    lines TEXT NOT NULL
);
CREATE INDEX calls_created ON calls (created);
CREATE INDEX calls_reference ON calls (plain_reference);
CREATE TABLE cues (call TEXT NOT NULL, cue TEXT NOT NULL, PRIMARY KEY (cue, call)) WITHOUT ROWID;
CREATE INDEX cues_call ON cues (call);
CREATE TABLE tags (call TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (tag, call)) WITHOUT ROWID;
CREATE INDEX tags_call ON tags (call);
CREATE TABLE notes (
    version TEXT PRIMARY KEY, call TEXT NOT NULL, author TEXT NOT NULL, role TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX notes_call ON notes (call);
CREATE TABLE seen (reader TEXT NOT NULL, version TEXT NOT NULL, PRIMARY KEY (reader, version)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (said, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3')
"""


def upgrade() -> None:
    for statement in TABLES.split(";"):
        op.execute(statement)
