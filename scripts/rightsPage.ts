import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Action, actionNames, actions } from '../packages/server/src/domain/rights/actions.ts';
import { type Right, type RightsRow, rightsTable } from '../packages/server/src/domain/rights/rightsTable.ts';
import { type RoomKind, roomKinds } from '../packages/server/src/domain/rights/roomKind.ts';
import { type Role, roles } from '../packages/shared/src/role.ts';

// `pnpm docs:rights` writes docs/rights.md from the table of rights.

export const rightsPageFile = path.resolve(import.meta.dirname, '../docs/rights.md');

const introduction = `# Rights

Every call, over both wires, is checked against this table. It says what each role may do, and with which error a call fails otherwise
([errors.md](errors.md)).

| role | who |
|---|---|
| admin, moderator | on the whole server: by the claim \`roles\` of the token (\`["admin"]\` or \`["moderator"]\`), or granted by an admin |
| area moderator | in all rooms whose map cell is that of the area or one of its neighbours; granted by moderators |
| owner | of a room: the user who made it, and those to whom an area moderator, a moderator or an admin granted it |
| room moderator | of a room; granted by its owners |
| member | a user who has joined the room |
| visitor | a user with an identity who is not a member |
| anonymous | a client without an identity |

A user has the strongest of their roles. Nobody can act on a user with an equal or stronger role in the same scope, and nobody can grant a
role that is equal to their own or stronger; only admins can grant and withdraw the role of admins. Everybody can give up a role. A sanction
that was decided with a stronger role can’t be lifted or replaced, and no user can lift a sanction of their own. A change of roles takes
effect on all instances within a second. The roles in a user's token are known for a day after the user's last call
([operations.md](operations.md#sanctions)).

Rules of a room restrict these rights further ([safety.md](safety.md#sanctions)): in a locked room, for example, only members and moderators read by its name.

In open mode (\`AUTH_MODE=open\`) clients choose their user ids, so roles protect nothing there.

\`as member\`: only as a member of the room, otherwise \`NOT_A_MEMBER\`. \`own\`: only to the own messages, as a member; otherwise \`NOT_THE_AUTHOR\`.
\`own role\`: only about oneself. \`open mode\`: only where identities are not checked.

<!-- Generated from packages/server/src/domain/rights by \`pnpm docs:rights\`. Do not edit. -->
`;

const roleLabels: Record<Role, string> = {
  admin: 'admin',
  moderator: 'moderator',
  areaModerator: 'area moderator',
  owner: 'owner',
  roomModerator: 'room moderator',
  member: 'member',
  visitor: 'visitor',
  anonymous: 'anonymous',
};

const conditions: Partial<Record<Right, string>> = {
  allowed: 'yes',
  ifMember: 'as member',
  ifAuthor: 'own',
  ifOwn: 'own, also after leaving',
  ifSelf: 'own role',
  ifUnchecked: 'open mode',
};
const cell = (right: Right) => conditions[right] ?? `\`${right}\``;

interface Section {
  title: string;
  roles: readonly Role[];
  row: (action: Action) => RightsRow | undefined;
}

const inRooms: readonly Role[] = roles;
const inAreas = roles.filter((role) => !['owner', 'roomModerator', 'member'].includes(role));
const onServer = inAreas.filter((role) => role !== 'areaModerator');

const titles: Record<RoomKind, string> = {
  place: 'In rooms at a location',
  named: 'In rooms with a name of legacy clients',
};

/** One section, where all kinds of rooms have the same rights. */
function roomSections(): Section[] {
  const sections = roomKinds.map((kind) => ({
    ...{ title: titles[kind], roles: inRooms },
    row: (action: Action) => rightsTable[action][kind],
  }));
  const [first, ...others] = sections;
  const isSame = first && others.every(({ row }) => actionNames.every((action) => row(action) === first.row(action)));
  return isSame ? [{ ...first, title: 'In rooms' }] : sections;
}

const sections: readonly Section[] = [
  ...roomSections(),
  { title: 'In an area', roles: inAreas, row: (action) => rightsTable[action].area },
  { title: 'On the server', roles: onServer, row: (action) => rightsTable[action].server },
];

function table({ title, roles, row }: Section): string {
  const rows = actionNames.flatMap((action) => {
    const rights = row(action);
    return rights ? [`| ${actions[action].label} | ${roles.map((role) => cell(rights[role])).join(' | ')} |\n`] : [];
  });
  const head = `| | ${roles.map((role) => roleLabels[role]).join(' | ')} |\n|---|${'---|'.repeat(roles.length)}\n`;
  return `\n## ${title}\n\n${head}${rows.join('')}`;
}

export const rightsPage = (): string => introduction + sections.map(table).join('');

if (import.meta.main) await writeFile(rightsPageFile, rightsPage());
