import { expiryStep } from './expiryStep.ts';
import { erasureStep, memberNameStep, userIndexStep } from './personal/steps.ts';
import { privacyStep } from './privacyStep.ts';

/**
 * The steps from an empty file to the current schema. `PRAGMA user_version` counts the applied steps. A released step must never change:
 * add a new one.
 *
 * Times are milliseconds since 1970.
 */
export const migrations: readonly string[] = [
  `
  -- The log of each room: rows lie by room and number, so that a page of history is one stretch of the file.
  CREATE TABLE messages (
    room_id           TEXT    NOT NULL,
    seq               INTEGER NOT NULL,
    updated_seq       INTEGER NOT NULL,
    id                TEXT    NOT NULL UNIQUE,
    user_id           TEXT    NOT NULL,
    username          TEXT    NOT NULL,
    content           TEXT    NOT NULL,
    client_message_id TEXT,
    timestamp         INTEGER NOT NULL,
    edited_at         INTEGER,
    deleted           INTEGER NOT NULL,
    reactions         TEXT    NOT NULL, -- JSON: [[userId, emoji], ...]
    PRIMARY KEY (room_id, seq)
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX messages_by_change ON messages (room_id, updated_seq);
  CREATE UNIQUE INDEX messages_by_client ON messages (room_id, user_id, client_message_id)
    WHERE client_message_id IS NOT NULL;

  CREATE TABLE rooms (
    id              TEXT    NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL,
    latitude        REAL,
    longitude       REAL,
    created_by      TEXT,
    created_at      INTEGER NOT NULL,
    last_message_at INTEGER
  ) STRICT, WITHOUT ROWID;

  -- Points on the unit sphere: see findRooms.ts.
  CREATE VIRTUAL TABLE room_points USING rtree (row, min_x, max_x, min_y, max_y, min_z, max_z, +room_id TEXT);

  CREATE TABLE members (
    room_id   TEXT    NOT NULL REFERENCES rooms (id),
    user_id   TEXT    NOT NULL,
    username  TEXT    NOT NULL,
    joined_at INTEGER NOT NULL,
    PRIMARY KEY (room_id, user_id)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE users (
    id          TEXT    NOT NULL PRIMARY KEY,
    username    TEXT    NOT NULL,
    latitude    REAL,
    longitude   REAL,
    location_at INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX users_by_location_time ON users (location_at) WHERE location_at IS NOT NULL;
  `,
  `
  -- For pages of history by time.
  CREATE INDEX messages_by_time ON messages (room_id, timestamp, seq);
  `,
  `
  -- The H3 cells in which there are rooms, by their centres. Rooms are found by cell: see findRooms.ts.
  CREATE TABLE cells (
    id        INTEGER PRIMARY KEY,
    cell      TEXT NOT NULL UNIQUE,
    latitude  REAL NOT NULL,
    longitude REAL NOT NULL
  ) STRICT;
  CREATE VIRTUAL TABLE cell_points USING rtree (id, min_x, max_x, min_y, max_y, min_z, max_z);
  ALTER TABLE rooms ADD COLUMN cell TEXT;
  -- Rooms without messages: when a user joined, or was present, for the last time. NULL: there are messages.
  ALTER TABLE rooms ADD COLUMN idle_since INTEGER;
  -- When the memberships of an idle room ended: the room itself goes a little later.
  ALTER TABLE rooms ADD COLUMN vacated_at INTEGER;

  UPDATE rooms SET cell = cell_of(latitude, longitude) WHERE latitude IS NOT NULL;
  UPDATE rooms SET idle_since = 1000 * unixepoch() WHERE NOT EXISTS (SELECT 1 FROM messages WHERE room_id = rooms.id);
  INSERT INTO cells (cell, latitude, longitude)
    SELECT DISTINCT cell, cell_latitude(cell), cell_longitude(cell) FROM rooms WHERE cell IS NOT NULL;
  INSERT INTO cell_points
    SELECT id, unit_x(latitude, longitude), unit_x(latitude, longitude), unit_y(latitude, longitude),
      unit_y(latitude, longitude), unit_z(latitude, longitude), unit_z(latitude, longitude) FROM cells;
  DROP TABLE room_points;
  CREATE INDEX rooms_by_cell ON rooms (cell, idle_since, id) WHERE cell IS NOT NULL;
  CREATE INDEX rooms_by_idleness ON rooms (idle_since) WHERE idle_since IS NOT NULL;
  CREATE INDEX rooms_by_vacating ON rooms (vacated_at) WHERE vacated_at IS NOT NULL;

  -- Locations of users were finer than a cell. They would have gone within a day.
  UPDATE users SET latitude = NULL, longitude = NULL, location_at = NULL;
  `,
  `
  -- The time of the latest change; NULL where it is the timestamp. Along updated_seq it never decreases.
  ALTER TABLE messages ADD COLUMN updated_at INTEGER;
  UPDATE messages SET updated_at = changes.time
    FROM (
      SELECT
        room_id, seq,
        max(coalesce(edited_at, timestamp)) OVER (PARTITION BY room_id ORDER BY updated_seq) AS time
      FROM messages
    ) AS changes
    WHERE messages.room_id = changes.room_id AND messages.seq = changes.seq AND changes.time <> messages.timestamp;
  `,
  `
  -- Every reaction. messages.reactions is a summary from here on, in JSON: [[emoji, count, [first userIds]], ...]
  CREATE TABLE reactions (
    room_id    TEXT    NOT NULL,
    message_id TEXT    NOT NULL,
    user_id    TEXT    NOT NULL,
    emoji      TEXT    NOT NULL,
    position   INTEGER NOT NULL, -- ascends with the time of the reactions to one message
    PRIMARY KEY (room_id, message_id, user_id, emoji)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX reactions_by_emoji ON reactions (room_id, message_id, emoji, position);

  -- Earlier ones get negative positions, before all that come.
  INSERT OR IGNORE INTO reactions
    SELECT
      messages.room_id, messages.id, json_extract(one.value, '$[0]'), fully_qualified(json_extract(one.value, '$[1]')),
      one.key - json_array_length(messages.reactions)
    FROM messages, json_each(messages.reactions) AS one ORDER BY one.key;
  UPDATE messages SET reactions = reaction_summary(reactions) WHERE reactions <> '[]';
  `,
  `
  -- Without those that are vacated already: a search for the next ones would pass over them repeatedly.
  DROP INDEX rooms_by_idleness;
  CREATE INDEX rooms_by_idleness ON rooms (idle_since) WHERE idle_since IS NOT NULL AND vacated_at IS NULL;
  `,
  `
  -- Only the cells of rooms and users are kept. The exact locations of rooms remain in the file until it is rewritten: see rewriteFile.ts.
  ALTER TABLE rooms DROP COLUMN latitude;
  ALTER TABLE rooms DROP COLUMN longitude;
  ALTER TABLE users ADD COLUMN cell TEXT;
  UPDATE users SET cell = cell_of(latitude, longitude) WHERE latitude IS NOT NULL;
  ALTER TABLE users DROP COLUMN latitude;
  ALTER TABLE users DROP COLUMN longitude;
  -- Tasks to do outside a transaction, after the schema is current.
  CREATE TABLE pending_tasks (task TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
  INSERT INTO pending_tasks VALUES ('rewrite file');
  `,
  `
  -- For pages of the rooms around a location.
  CREATE INDEX rooms_by_cell_and_id ON rooms (cell, id) WHERE cell IS NOT NULL;
  `,
  `
  -- Of rooms made at a location: a time since which the room was active. It lags behind messages: see Store.inactiveRooms.
  ALTER TABLE rooms ADD COLUMN active_at INTEGER;
  -- The number of the latest change when the memberships ended.
  ALTER TABLE rooms ADD COLUMN vacated_seq INTEGER;
  UPDATE rooms SET vacated_seq = 0 WHERE vacated_at IS NOT NULL;
  -- Rooms that exist already get the whole time. Only the server makes ids of this form.
  UPDATE rooms SET active_at = 1000 * unixepoch()
    WHERE cell IS NOT NULL AND length(id) = 24 AND id NOT GLOB '*[^0-9a-f]*';
  CREATE INDEX rooms_by_activity ON rooms (active_at) WHERE active_at IS NOT NULL AND vacated_at IS NULL;

  -- Rooms that were removed: their messages are deleted afterwards, step by step.
  CREATE TABLE removed_rooms (
    id         TEXT    NOT NULL PRIMARY KEY,
    removed_at INTEGER NOT NULL,
    purged_at  INTEGER -- when the last message was deleted
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX removed_rooms_to_purge ON removed_rooms (removed_at) WHERE purged_at IS NULL;
  CREATE INDEX removed_rooms_by_purge ON removed_rooms (purged_at) WHERE purged_at IS NOT NULL;
  `,
  `
  ALTER TABLE rooms ADD COLUMN title TEXT;
  ALTER TABLE rooms ADD COLUMN topic TEXT;
  -- The number of the record of both in the log; NULL: there is none.
  ALTER TABLE rooms ADD COLUMN described_seq INTEGER;
  -- JSON of {name, title, topic}, in that record; NULL in messages.
  ALTER TABLE messages ADD COLUMN description TEXT;
  `,
  `
  CREATE TABLE audit (
    entry_id   TEXT NOT NULL PRIMARY KEY, -- begins with the time: see timeOrderedId.ts
    action     TEXT NOT NULL,
    actor_id   TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    subject_id TEXT,
    room_id    TEXT,
    scope      TEXT NOT NULL,
    reason     TEXT,
    detail     TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX audit_by_action ON audit (action, entry_id);
  CREATE INDEX audit_by_actor ON audit (actor_id, entry_id);
  CREATE INDEX audit_by_subject ON audit (subject_id, entry_id) WHERE subject_id IS NOT NULL;
  CREATE INDEX audit_by_room ON audit (room_id, entry_id) WHERE room_id IS NOT NULL;
  `,
  `
  -- Sanctions, granted rights and sign-outs. Scope, subject and actor are JSON.
  CREATE TABLE rules (
    id           TEXT    NOT NULL PRIMARY KEY,
    kind         TEXT    NOT NULL,
    scope        TEXT    NOT NULL,
    subject      TEXT,
    subject_name TEXT,
    part_of      TEXT,
    role         TEXT,
    interval_ms  INTEGER,
    reason       TEXT,
    actor        TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    ends_at      INTEGER,
    is_lifted    INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    over_at      INTEGER -- when it ended or was lifted; NULL: it has no end yet
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX rules_by_change ON rules (updated_at, id);
  CREATE INDEX rules_by_end ON rules (over_at) WHERE over_at IS NOT NULL;

  -- Random values that all instances share.
  CREATE TABLE secrets (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  `,
  userIndexStep,
  `
  -- The queue of moderators.
  CREATE TABLE reports (
    report_id   TEXT NOT NULL PRIMARY KEY, -- begins with the time: see timeOrderedId.ts
    subject_id  TEXT NOT NULL,
    open_key    TEXT,                      -- see openKey in reportQueues.ts
    resolved_at INTEGER,
    data        TEXT NOT NULL              -- JSON: see reportRows.ts
  ) STRICT;
  CREATE UNIQUE INDEX reports_by_open_key ON reports (open_key) WHERE open_key IS NOT NULL;
  CREATE INDEX reports_by_resolution ON reports (resolved_at) WHERE resolved_at IS NOT NULL;
  -- The lists in which a report is: see reportQueues.ts.
  CREATE TABLE report_queues (
    queue   TEXT NOT NULL,
    item_id TEXT NOT NULL,
    PRIMARY KEY (queue, item_id)
  ) STRICT, WITHOUT ROWID;
  `,
  erasureStep,
  privacyStep,
  `
  -- 'moderator' if a moderator deleted the message.
  ALTER TABLE messages ADD COLUMN removed_by TEXT;
  `,
  expiryStep,
  memberNameStep,
  `
  ALTER TABLE audit ADD COLUMN cell TEXT;
  -- Of a decision that is made once.
  ALTER TABLE audit ADD COLUMN decision_key TEXT;
  CREATE INDEX audit_by_cell ON audit (cell, entry_id) WHERE cell IS NOT NULL;
  CREATE UNIQUE INDEX audit_by_decision ON audit (decision_key) WHERE decision_key IS NOT NULL;
  `,
  `
  -- Times ascend with the numbers in a room: see messageTimes.ts.
  DROP INDEX messages_by_time;
  -- Without the messages that never changed: see lastChange.ts.
  DROP INDEX messages_by_change;
  CREATE UNIQUE INDEX messages_by_change ON messages (room_id, updated_seq) WHERE updated_seq <> seq;
  `,
];
