/**
 * The users whose data is being erased, or was erased lately. An erasure is a job of any instance: the one that takes it has it until its time
 * is over. Its steps may be repeated, by any number of instances at once, so nothing is lost when an instance dies.
 */
export interface ErasureStore {
  /** Accepts an erasure, due now. Returns the one in progress if there is one. Replaces a finished one. */
  request(erasure: NewErasure): Promise<Erasure>;
  /** Returns the erasure of that id, in progress or finished, or null. */
  find(id: string): Promise<Erasure | null>;
  /** Takes the erasure that is due for the longest time, until that time. Returns null if none is due. */
  take(now: Date, until: Date): Promise<OpenErasure | null>;
  /** Sets when an erasure in progress is due next, and the number of its complete passes. */
  postpone(id: string, next: { dueAt: Date; passes: number }): Promise<void>;
  /** Ends an erasure, and forgets whose it was. */
  finish(id: string, at: Date): Promise<void>;
  /** Deletes erasures that finished before that time, at most `limit`. Returns their number. */
  forget(before: Date, limit: number): Promise<number>;
}

export interface NewErasure {
  /** A hash of the user id: see `RuleMirror.erasedIdOf`. */
  id: string;
  userId: string;
  /** The id that tombstones have in its place. */
  pseudonym: string;
  requestedAt: Date;
}

export interface Erasure {
  id: string;
  requestedAt: Date;
  /** Null while it is in progress. */
  finishedAt: Date | null;
}

export interface OpenErasure extends NewErasure {
  /** How often everything was erased. */
  passes: number;
}
