import { EarshotError, type exportInput, type OwnDataPage, type OwnMessagesPage } from '@earshot/shared';
import type { z } from 'zod';
import type { PersonalData } from '../../store/personalData.ts';
import type { Connection } from '../connection.ts';
import { requireRight } from '../rights/requireRight.ts';
import type { Services } from '../services.ts';
import { ownMessages } from './ownMessages.ts';
import { personalParts } from './personalParts.ts';
import { requireVerified } from './requireVerified.ts';

type Readable = Pick<PersonalData, 'exportOf'>;
type PageRequest = z.output<typeof exportInput>;

/** Between the name of a part and the position in it. */
const separator = ':';

/**
 * Returns a page of everything that is stored about the caller, part by part. It reads at most one page of each part. Throws
 * `IDENTITY_NOT_VERIFIED`, and `INVALID_INPUT` for a cursor that no page had.
 */
export async function exportOwnData(
  services: Services,
  connection: Connection,
  { cursor, limit }: PageRequest,
): Promise<OwnDataPage> {
  services.budget.spend(connection, 'exportOwnData');
  await requireRight(services, connection, 'exportOwnData', 'server');
  requireVerified(services);
  const { userId } = connection.user;
  const parts = Object.entries<Readable>({ ...personalParts(services.store), messages: ownMessages(services) });
  const first = readCursor(cursor, parts);
  let { after } = first;
  for (const [index, [type, part]] of parts.entries()) {
    if (index < first.index) continue;
    const { records, next } = await part.exportOf(userId, { after, limit });
    after = null;
    if (records.length === 0 && next === null) continue;
    const nextType = next === null ? parts[index + 1]?.[0] : type;
    return {
      records: records.map((data) => ({ type, data: { ...data } })),
      next: nextType === undefined ? null : `${nextType}${separator}${next ?? ''}`,
    };
  }
  return { records: [], next: null };
}

/** Returns the index of a part and a position in it. */
function readCursor(
  cursor: string | undefined,
  parts: readonly (readonly [string, unknown])[],
): { index: number; after: string | null } {
  if (cursor === undefined) return { index: 0, after: null };
  const [type = ''] = cursor.split(separator, 1);
  const index = parts.findIndex(([name]) => name === type);
  if (index < 0) throw new EarshotError('INVALID_INPUT', { message: 'cursor: no page had it' });
  return { index, after: cursor.slice(type.length + 1) || null };
}

/** Returns a page of the caller's messages in all rooms, also in those that the caller has left. */
export async function readOwnMessages(
  services: Services,
  connection: Connection,
  { cursor = null, limit }: Omit<PageRequest, 'cursor'> & { cursor?: string | null | undefined },
): Promise<OwnMessagesPage> {
  const { budget } = services;
  budget.spend(connection, 'readOwnMessages');
  await requireRight(services, connection, 'readOwnMessages', 'server');
  requireVerified(services);
  const { userId } = connection.user;
  const { records: messages, next } = await ownMessages(services).exportOf(userId, { after: cursor, limit });
  budget.chargeMessages(connection, messages);
  return { messages, next };
}
