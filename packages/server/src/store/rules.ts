/**
 * The rules of a deployment: sanctions, rights that were granted, and sign-outs. Few compared to messages; every instance holds those in
 * force in memory, and reads what has changed.
 */
export interface RuleStore {
  /**
   * Stores a rule, in place of the earlier one of its id. `updatedAt`, and `createdAt` unless it is given, are the time of the store's
   * clock, which all instances share. `updatedAt` is later than that of the earlier rule, so that each write has a time of its own, and later than
   * `updatedAfter`, so that instances that have read up to that time find it even if the clock has gone back.
   */
  put(rule: NewRule): Promise<Rule>;

  /**
   * The same, unless a rule of that id is in force that was written after `seen`; null: unless any is. Then it returns that rule, with
   * `isStored: false`. So nobody replaces or lifts a decision that they do not know.
   */
  putUnlessChanged(rule: NewRule, seen: Date | null): Promise<{ rule: Rule; isStored: boolean }>;

  /**
   * Returns the rules after a position, by time of their latest write and then by id, at most `limit`; without a position, from the first.
   * A write that is still in progress may appear later, before a position that was read: readers go back by more than a write can take.
   */
  changedSince(after: RulePosition | null, limit: number): Promise<Rule[]>;

  /** Deletes rules that were lifted, or ended, before that time, at most `limit`. Returns their number. */
  forget(before: Date, limit: number): Promise<number>;

  /**
   * Replaces the user by the pseudonym in some hundred rules that the user made, and deletes as many about the user that were lifted or have
   * ended. Returns whether there may be more. Rules about the user that hold are not changed: see `RuleMirror.moveToErased`.
   */
  erase(userId: string, pseudonym: string): Promise<boolean>;

  /** Returns the secret of this database for hashes of addresses and devices. The first call, on any instance, makes it. */
  salt(): Promise<string>;
}

/** `tokenRole`: a role in a user's token, noted for all instances; it gives no right. */
export type RuleKind = 'grant' | 'mute' | 'ban' | 'slowMode' | 'lock' | 'close' | 'retention' | 'signOut' | 'tokenRole';

/** Where a rule holds. An area is a map cell and its neighbours. */
export type RuleScope = { type: 'server' } | { type: 'area'; cell: string } | { type: 'room'; roomId: string };

/** Whom a rule concerns. Addresses and devices are salted hashes. */
export type RuleSubject =
  | { type: 'user'; userId: string }
  | { type: 'address'; hash: string }
  | { type: 'device'; hash: string };

/** The user who made a rule. */
export interface RuleActor {
  userId: string;
  username: string;
}

/** One decision, in force on all instances until it ends, is lifted or is replaced by another one of its id. */
export interface Rule {
  /** Derived from the kind, the scope and the subject; with `partOf`, from that too. */
  id: string;
  kind: RuleKind;
  scope: RuleScope;
  /** Null for a rule about everybody in a room. */
  subject: RuleSubject | null;
  /** The name of the subject when the rule was made, to show. */
  subjectName: string | null;
  /** The id of the rule that this one accompanies, and ends with: the ban of a guest, for that of the address. */
  partOf: string | null;
  /** The role that a grant gives, or that a token gave. For a sanction: the role of the moderator in its scope; null if it is not known. */
  role: string | null;
  /** For slow mode: milliseconds between two sends of a user. For retention: milliseconds for which messages are kept. */
  intervalMs: number | null;
  reason: string | null;
  actor: RuleActor;
  createdAt: Date;
  /** Null: it does not end by itself. */
  endsAt: Date | null;
  isLifted: boolean;
  updatedAt: Date;
}

export type NewRule = Omit<Rule, 'createdAt' | 'updatedAt'> & {
  createdAt?: Date | undefined;
  /** The time of the latest write that the writer knows. */
  updatedAfter?: Date | undefined;
};

/** A position in the order of the latest writes. */
export type RulePosition = Pick<Rule, 'updatedAt' | 'id'>;
