import type {
  AuditEntry,
  AuditRequest,
  FindUsersRequest,
  FoundUsers,
  GrantedRole,
  Report,
  ReportDecision,
  ReportsPage,
  ReportsRequest,
  RoleGrant,
  Sanction,
  UserSummary,
} from '@earshot/shared';
import type { AuthConfig, Config } from './config/index.ts';
import { createServices } from './createServices.ts';
import { recordAudit } from './domain/audit.ts';
import { Connection } from './domain/connection.ts';
import { removeMessage } from './domain/moderation/removeMessage.ts';
import { liftSanction, listSanctions } from './domain/moderation/sanctions.ts';
import { banUser, kickUser, muteUser } from './domain/moderation/sanctionUser.ts';
import { closeRoom, lockRoom, setRetention, setSlowMode } from './domain/moderation/setRoomRules.ts';
import { filtersOf, publicEntry } from './domain/readAudit.ts';
import { listReports } from './domain/reports/listReports.ts';
import { publicReports } from './domain/reports/publicReports.ts';
import { resolveReport } from './domain/reports/resolveReport.ts';
import { grantRole, withdrawRole } from './domain/rights/changeRoles.ts';
import { listRoles } from './domain/rights/listRoles.ts';
import { signOutUser } from './domain/rules/signOutUser.ts';
import type { Services } from './domain/services.ts';
import { findUsers } from './domain/users/findUsers.ts';
import { readUser } from './domain/users/readUser.ts';
import { createBroker, createBuckets, createPresence, openStoreInUse } from './drivers.ts';
import type { Logger } from './observe/logger.ts';
import { createMetrics } from './observe/metrics.ts';
import type { PersonalPage } from './store/personalData.ts';
import type { Rule, RuleScope } from './store/rules.ts';
import type { Store } from './store/store.ts';

// `@earshot/server/admin`: what operators do from the command line, in the store and beside the servers that use it.

export { cellOf } from './cells.ts';
export type { Rule, RuleScope } from './store/rules.ts';

/** The operator in the audit log: no user has this id. */
const operator = { userId: '', username: 'operator' };

/** Entries of the audit log in memory at a time. */
const auditPageSize = 500;

/** What is known about a user: the name and location, if any, and what moderators of the server see. */
export interface UserRecord extends UserSummary {
  profile: PersonalPage['records'];
}

/** How long a decision holds, in milliseconds (null or nothing: until it is lifted), and the reason that is shown to the users concerned. */
interface Terms {
  lastsMs?: number | null | undefined;
  reason?: string | null | undefined;
}

type UserSanction = Terms & { scope: RuleScope; userId: string };
type RoomSwitch = Terms & { roomId: string; on: boolean };

type Scoped<Input> = Omit<Input, 'scope'> & { scope: RuleScope };

type AuditFilters = Scoped<Omit<AuditRequest, 'cursor' | 'limit' | 'roomId'>>;

/**
 * What operators can do. They have every right. What they decide is recorded as decided by `operator`. Running servers follow within a second,
 * or within ten if no broker connects them.
 */
export interface Admin extends AsyncDisposable {
  readonly store: Store;
  /** How identities are checked. */
  readonly auth: AuthConfig['mode'];
  /** Ends all sessions of a user: their connections on every instance, and their tokens. */
  signOut(userId: string): Promise<void>;
  user(userId: string): Promise<UserRecord>;
  /** Finds the members of rooms in the scope by the beginning of their name, or a user by the id. */
  searchUsers(request: Scoped<FindUsersRequest>): Promise<FoundUsers>;
  mute(request: UserSanction): Promise<Rule>;
  ban(request: UserSanction): Promise<Rule>;
  kick(request: { roomId: string; userId: string; reason?: string | null | undefined }): Promise<void>;
  setSlowMode(request: Terms & { roomId: string; intervalMs: number | null }): Promise<void>;
  setRetention(request: Pick<Terms, 'reason'> & { roomId: string; days: number | null }): Promise<void>;
  setLocked(request: RoomSwitch): Promise<void>;
  setClosed(request: RoomSwitch): Promise<void>;
  lift(sanctionId: string): Promise<void>;
  /** Replaces a message with a tombstone. Returns whether it was still there. Throws `ROOM_NOT_FOUND`, `ROOM_GONE` and `MESSAGE_NOT_FOUND`. */
  removeMessage(request: { roomId: string; messageId: string; reason?: string | undefined }): Promise<boolean>;
  sanctions(scope: RuleScope): Promise<Sanction[]>;
  listRoles(scope: RuleScope): Promise<GrantedRole[]>;
  grantRole(request: Scoped<RoleGrant>): Promise<void>;
  withdrawRole(request: { scope: RuleScope; userId: string }): Promise<void>;
  listReports(request: Scoped<ReportsRequest>): Promise<ReportsPage>;
  /** Null if there is none. */
  report(id: string): Promise<Report | null>;
  resolveReport(decision: ReportDecision): Promise<void>;
  /** The entries of the audit log that match, newest first, read page by page as they are taken. */
  audit(filters: AuditFilters): AsyncIterable<AuditEntry>;
}

/** Opens the configured store and broker. Throws on Node.js before 24; rejects with `STORE_UNAVAILABLE`. */
export async function openAdmin(config: Config, log: Logger): Promise<Admin> {
  await using undo = new AsyncDisposableStack();
  const services = await openServices(config, log, undo);
  const connection = new Connection({ user: operator, roles: ['admin'], address: 'operator' });
  const { store } = services;
  const parts = undo.move();
  return {
    store,
    auth: config.auth.mode,
    signOut: async (userId) => {
      const scope = { type: 'server' } as const;
      const entry = { action: 'signOut' as const, actor: operator, subjectUserId: userId, scope };
      await recordAudit(services, { ...entry, reason: null, detail: null });
      await signOutUser(services, userId, operator);
    },
    user: async (userId) => {
      const [profile, user] = await Promise.all([
        store.personal.profile.exportOf(userId, { after: null, limit: 1 }),
        readUser(services, connection, { scope: { type: 'server' }, userId }),
      ]);
      return { ...user, profile: profile.records };
    },
    searchUsers: (request) => findUsers(services, connection, request),
    mute: (request) => muteUser(services, connection, request),
    ban: (request) => banUser(services, connection, request),
    kick: (request) => kickUser(services, connection, request),
    setSlowMode: (request) => setSlowMode(services, connection, request),
    setRetention: (request) => setRetention(services, connection, request),
    setLocked: (request) => lockRoom(services, connection, request),
    setClosed: (request) => closeRoom(services, connection, request),
    lift: (sanctionId) => liftSanction(services, connection, sanctionId),
    removeMessage: async (request) => {
      const before = await store.message(request);
      await removeMessage(services, connection, request);
      return before?.deleted === false;
    },
    sanctions: (scope) => listSanctions(services, connection, scope),
    listRoles: (scope) => listRoles(services, connection, scope),
    grantRole: (request) => grantRole(services, connection, request),
    withdrawRole: (request) => withdrawRole(services, connection, request),
    listReports: (request) => listReports(services, connection, request),
    report: async (id) => {
      const report = await store.reports.get(id);
      const [shown = null] = report ? await publicReports(services, [report], { showsReporters: true }) : [];
      return shown;
    },
    resolveReport: (decision) => resolveReport(services, connection, decision),
    audit: (filters) => readAll(store, filters),
    [Symbol.asyncDispose]: async () => {
      await services.control.sent();
      await parts.disposeAsync();
    },
  };
}

/** The services without limits and without screening, which are for users. */
async function openServices(config: Config, log: Logger, undo: AsyncDisposableStack): Promise<Services> {
  const store = undo.adopt(await openStoreInUse(config.store, log), (part) => part.close());
  const broker = undo.adopt(await createBroker(config.broker, log), (part) => part.close());
  const presence = undo.adopt(await createPresence(config.broker, log), (part) => part.close());
  const buckets = undo.adopt(await createBuckets({ kind: 'local' }, log), (part) => part.close());
  const drivers = { store, broker, presence, buckets };
  const services = createServices({
    ...{ config: { ...config, sendRate: 0 }, log, metrics: createMetrics(), hooks: {}, drivers },
  });
  undo.defer(async () => {
    services.rules.close();
    await services.hub.close();
    await services.control.close();
  });
  await services.rules.start();
  return services;
}

async function* readAll({ audit }: Store, { scope, ...rest }: AuditFilters): AsyncIterable<AuditEntry> {
  const filters = { ...rest, ...filtersOf(scope) };
  for (let before: string | undefined; ; ) {
    const { entries, next } = await audit.page({ filters, before, limit: auditPageSize });
    yield* entries.map(publicEntry);
    if (next === null) return;
    before = next;
  }
}
