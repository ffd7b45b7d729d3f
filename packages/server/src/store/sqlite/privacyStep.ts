/** The step of the schema for privacy settings: see schema.ts. */
export const privacyStep = `
  -- The privacy settings of users who changed them.
  CREATE TABLE privacy (
    user_id      TEXT    NOT NULL PRIMARY KEY,
    version      INTEGER NOT NULL, -- ascends with each change
    changed_at   INTEGER NOT NULL,
    is_visible   INTEGER NOT NULL, -- whether the user is listed by name, except in these rooms, where the opposite is true
    except_rooms TEXT    NOT NULL  -- JSON: [roomId, ...]
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX privacy_by_change ON privacy (changed_at);
  CREATE TABLE blocks (
    user_id    TEXT    NOT NULL,
    blocked_id TEXT    NOT NULL,
    username   TEXT,
    blocked_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, blocked_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX blocks_by_blocked_user ON blocks (blocked_id);
  `;
