/** A step of the schema: see schema.ts. */
export const expiryStep = `
  -- The sweeps that delete expired messages: how far they are, and when they are due.
  CREATE TABLE sweeps (
    name       TEXT    NOT NULL PRIMARY KEY,
    after_room TEXT,
    due_at     INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
`;
