import { type GrantedRole, usernameSchema } from '@earshot/shared';
import { StartError } from '../../startError.ts';
import { confirm } from '../confirm.ts';
import { print, showTime, showUser } from '../print.ts';
import { type ScopeOptions, scopeOf } from '../scope.ts';
import { withAdmin } from '../withAdmin.ts';

type GrantableRole = 'admin' | 'moderator' | 'areaModerator' | 'owner' | 'roomModerator';

const scopeOfRole: Record<GrantableRole, 'server' | 'area' | 'room'> = {
  ...{ admin: 'server', moderator: 'server', areaModerator: 'area', owner: 'room', roomModerator: 'room' },
};
const optionOfScope = { server: 'neither --room nor --at', area: '--at', room: '--room' };

/** Prints the roles that were granted in a scope. */
export async function list({ json, ...options }: ScopeOptions & { json: boolean }): Promise<void> {
  const scope = scopeOf(options);
  await withAdmin(async (admin) => {
    const granted = await admin.listRoles(scope);
    print(granted, { json, lines: granted.length === 0 ? ['No roles were granted here.'] : granted.map(describe) });
  });
}

/** Grants a role. */
export async function grant(
  userId: string,
  role: GrantableRole,
  { name, yes, ...options }: ScopeOptions & { name?: string; yes: boolean },
): Promise<void> {
  const scope = scopeOf(options);
  if (scopeOfRole[role] !== scope.type) {
    throw new StartError(`The role ${role} needs ${optionOfScope[scopeOfRole[role]]}.`);
  }
  const username = name === undefined ? undefined : usernameSchema.parse(name);
  if (scope.type === 'server') await confirm(`Make ${userId} ${role} of the whole server?`, { yes });
  await withAdmin((admin) => admin.grantRole({ scope, userId, role, username }));
  process.stdout.write(`Granted: ${userId} is ${role}.\n`);
}

/** Withdraws a role. */
export async function withdraw(userId: string, options: ScopeOptions): Promise<void> {
  const scope = scopeOf(options);
  await withAdmin(async (admin) => {
    const before = await admin.listRoles(scope);
    if (!before.some((one) => one.userId === userId && one.grantedAt !== null)) {
      throw new StartError('This user was granted no role here.');
    }
    await admin.withdrawRole({ scope, userId });
  });
  process.stdout.write(`Withdrawn: ${userId} has no granted role here.\n`);
}

function describe({ userId, username, role, grantedBy, grantedAt }: GrantedRole): string {
  const by =
    grantedBy && grantedAt
      ? `, granted ${showTime(grantedAt)} by ${showUser(grantedBy.userId, grantedBy.username)}`
      : '';
  return `${role}: ${showUser(userId, username)}${by}`;
}
