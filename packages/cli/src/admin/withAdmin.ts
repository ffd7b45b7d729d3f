import { type Admin, openAdmin } from '@earshot/server/admin';
import { readConfig, requireNode } from '@earshot/server/config';
import { createLogger } from '@earshot/server/observe';

/** Runs an action on the configured store, and closes it. */
export async function withAdmin<T>(act: (admin: Admin) => Promise<T>): Promise<T> {
  requireNode();
  const config = readConfig();
  await using admin = await openAdmin(config, createLogger('error'));
  return await act(admin);
}
