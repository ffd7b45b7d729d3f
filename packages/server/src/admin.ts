import type { AuthConfig, Config } from './config/index.ts';
import { recordAudit } from './domain/audit.ts';
import { RuleMirror } from './domain/rules/ruleMirror.ts';
import { signOutUser } from './domain/rules/signOut.ts';
import { createBroker, openStoreInUse } from './drivers.ts';
import { ControlTopic } from './feed/controlTopic.ts';
import type { Logger } from './observe/logger.ts';
import type { Store } from './store/store.ts';

// `@earshot/server/admin`: what operators do from the command line, in the store and beside the servers that use it.

/** The operator in the audit log: no user has this id. */
const operator = { userId: '', username: 'operator' };

export interface Admin extends AsyncDisposable {
  readonly store: Store;
  /** How identities are checked. */
  readonly auth: AuthConfig['mode'];
  /**
   * Ends all sessions of a user: their connections on every instance, and their tokens. Running instances do so within two seconds, or five if
   * they do not receive the hint.
   */
  signOut(userId: string): Promise<void>;
}

/** Opens the configured store and broker. Throws on Node.js before 24; rejects with `STORE_UNAVAILABLE`. */
export async function openAdmin(config: Pick<Config, 'store' | 'broker' | 'auth'>, log: Logger): Promise<Admin> {
  await using undo = new AsyncDisposableStack();
  const store = undo.adopt(await openStoreInUse(config.store, log), (part) => part.close());
  const broker = undo.adopt(createBroker(config.broker, log), (part) => part.close());
  const control = undo.adopt(new ControlTopic(broker, log), (part) => part.close());
  const rules = undo.adopt(new RuleMirror({ store: store.rules, control, log }), (part) => part.close());
  const services = { store, rules };
  const parts = undo.move();
  return {
    store,
    auth: config.auth.mode,
    signOut: async (userId) => {
      const entry = { action: 'signOut', actor: operator, subjectUserId: userId, roomId: null, scope: 'server' };
      await recordAudit(services, { ...entry, reason: null, detail: null });
      await signOutUser(services, userId, operator);
      await control.sent();
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
