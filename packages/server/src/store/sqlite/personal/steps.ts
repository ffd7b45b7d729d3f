// Steps of the schema: see schema.ts.

export const userIndexStep = `
  -- For the data about one user.
  CREATE INDEX messages_by_author ON messages (user_id, id);
  CREATE INDEX reactions_by_user ON reactions (user_id, message_id, emoji);
  CREATE INDEX members_by_user ON members (user_id, room_id);
  CREATE INDEX rooms_by_creator ON rooms (created_by, id) WHERE created_by IS NOT NULL;
`;

export const erasureStep = `
  -- Users whose data is being erased, or was erased lately. Finished ones have no user_id, pseudonym and due_at.
  CREATE TABLE erasures (
    id           TEXT    NOT NULL PRIMARY KEY, -- a hash of the user id
    user_id      TEXT,
    pseudonym    TEXT,
    requested_at INTEGER NOT NULL,
    passes       INTEGER NOT NULL,
    due_at       INTEGER,
    finished_at  INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX erasures_by_due_time ON erasures (due_at) WHERE due_at IS NOT NULL;
  CREATE INDEX erasures_by_end ON erasures (finished_at) WHERE finished_at IS NOT NULL;
  CREATE INDEX rules_by_user ON rules (json_extract(subject, '$.userId')) WHERE subject IS NOT NULL;
  CREATE INDEX rules_by_actor ON rules (json_extract(actor, '$.userId'));
`;

export const memberNameStep = `
  -- To find members by their names, for moderators. name_key: the result of nameKey. cell: that of the room.
  ALTER TABLE members ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
  ALTER TABLE members ADD COLUMN cell TEXT;
  UPDATE members SET name_key = name_key(username), cell = (SELECT cell FROM rooms WHERE id = members.room_id);
  CREATE INDEX members_by_name ON members (name_key, user_id);
  CREATE INDEX members_by_room_and_name ON members (room_id, name_key, user_id);
  CREATE INDEX members_by_cell_and_name ON members (cell, name_key, user_id) WHERE cell IS NOT NULL;
`;
