import type { Location, User, Visibility } from '@earshot/shared';
import type { AuditEntry, NewAuditEntry } from '../../audit.ts';
import type { Erasure, NewErasure, OpenErasure } from '../../erasures.ts';
import type { ExpiryStep, SweepName } from '../../expiry.ts';
import type { VisibilityChange } from '../../privacy.ts';
import type { NewReport, Resolution, StoredReport } from '../../reports.ts';
import type { NewRule, Rule } from '../../rules.ts';
import type {
  DescribeRequest,
  MessageChange,
  MessageRef,
  NamedRoomRequest,
  NewMessage,
  NewRoomRequest,
  Store,
} from '../../store.ts';
import type { Appended } from '../appended.ts';

/** The result of a store method. */
type Result<Method extends 'change' | 'namedRoom' | 'describe'> = Awaited<ReturnType<Store[Method]>>;

/** A cell, and its centre in degrees. */
export interface CellWithCentre {
  cell: string;
  centre: Location;
}

/** A step of erasing the data about one user. Its result is whether there may be more. */
type EraseStep = { input: { userId: string; pseudonym: string }; output: boolean };

/** Every write with its input and output. Both pass between threads, so they are plain data. */
export interface WriteCalls {
  append: { input: NewMessage; output: Appended };
  change: { input: { target: MessageRef; change: MessageChange }; output: Result<'change'> };
  addRoomNear: { input: NewRoomRequest & { location: CellWithCentre }; output: Result<'namedRoom'> };
  addNamedRoom: { input: NamedRoomRequest & { location: CellWithCentre | null }; output: Result<'namedRoom'> };
  describe: { input: DescribeRequest; output: Result<'describe'> };
  resetIdleTime: { input: { roomIds: readonly string[] }; output: undefined };
  endMemberships: {
    input: { roomIds: readonly string[]; idleBefore: number; inactiveBefore: number | null };
    output: number;
  };
  removeRooms: { input: { roomIds: readonly string[]; before: number }; output: string[] };
  purgeRemovedRooms: { input: undefined; output: boolean };
  forgetRemovedRooms: { input: { before: number; limit: number }; output: number };
  addMember: { input: { roomId: string; user: User; nameKey: string }; output: boolean };
  removeMember: { input: { roomId: string; userId: string }; output: boolean };
  saveLocation: { input: Parameters<Store['saveLocation']>; output: undefined };
  forgetLocations: { input: { before: number }; output: number };
  appendAudit: { input: { entry: NewAuditEntry; key: string | null }; output: { entry: AuditEntry; isNew: boolean } };
  eraseAudit: { input: { userId: string; pseudonym: string }; output: boolean };
  /** `seen`: see `putUnlessChanged`; undefined: in any case. */
  putRule: { input: { rule: NewRule; seen: number | null | undefined }; output: { rule: Rule; isStored: boolean } };
  forgetRules: { input: { before: number; limit: number }; output: number };
  /** Stores the secret of that name unless there is one, and returns the stored one. */
  secret: { input: { name: string; value: string }; output: string };
  addReport: {
    input: { report: NewReport; openMax: number; heldOfUserMax: number | undefined };
    output: { report: StoredReport; isNew: boolean };
  };
  resolveReport: { input: { id: string; resolution: Omit<Resolution, 'at'> }; output: StoredReport[] };
  forgetReports: { input: { before: number; limit: number }; output: number };
  eraseReports: { input: { userId: string; pseudonym: string }; output: boolean };
  requestErasure: { input: NewErasure; output: Erasure };
  takeErasure: { input: { now: number; until: number }; output: OpenErasure | null };
  postponeErasure: { input: { id: string; dueAt: number; passes: number }; output: undefined };
  finishErasure: { input: { id: string; at: number }; output: undefined };
  forgetErasures: { input: { before: number; limit: number }; output: number };
  deleteExpired: {
    input: { rooms: readonly { roomId: string; before: number }[]; settledBefore: number };
    output: ExpiryStep;
  };
  takeSweep: { input: { name: SweepName; now: number; until: number }; output: { after: string | null } | null };
  saveSweep: { input: { name: SweepName; after: string | null; dueAt: number }; output: undefined };
  eraseMessages: EraseStep;
  eraseReactions: EraseStep;
  eraseMemberships: EraseStep;
  eraseRooms: EraseStep;
  eraseProfile: EraseStep;
  eraseRules: EraseStep;
  block: { input: { userId: string; blocked: { userId: string; username: string | null } }; output: boolean };
  unblock: { input: { userId: string; blockedId: string }; output: boolean };
  changeVisibility: { input: { userId: string; change: VisibilityChange }; output: Visibility };
  erasePrivacy: { input: { userId: string }; output: boolean };
  /** Writes without changing anything, to check that writing is possible. */
  probe: { input: undefined; output: undefined };
}

/**
 * The functions that perform the writes. Each runs inside a write transaction, so the head it reads is current. `now` is the time of the
 * call, in milliseconds since 1970.
 */
export type Writes = {
  [Name in keyof WriteCalls]: (input: WriteCalls[Name]['input'], now: number) => WriteCalls[Name]['output'];
};

export type WriteCall<Name extends keyof WriteCalls = keyof WriteCalls> = {
  [One in Name]: { name: One; input: WriteCalls[One]['input']; now: number };
}[Name];

export function perform<Name extends keyof WriteCalls>(
  writes: Writes,
  call: WriteCall<Name>,
): WriteCalls[Name]['output'] {
  return writes[call.name](call.input, call.now);
}
