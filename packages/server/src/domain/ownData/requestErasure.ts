import { type ErasureStatus, newRandomId, type User } from '@earshot/shared';
import type { Erasure } from '../../store/erasures.ts';
import type { Connection } from '../connection.ts';
import { requireRight } from '../rights/requireRight.ts';
import type { Services } from '../services.ts';
import { requireVerified } from './requireVerified.ts';

/**
 * Accepts the erasure of everything about the caller. It is durable, and finishes whatever happens to this instance. The user is signed out
 * by its first step. Throws `IDENTITY_NOT_VERIFIED`.
 */
export async function requestErasure(services: Services, connection: Connection): Promise<ErasureStatus> {
  const { userId } = await requireOwner(services, connection, 'eraseOwnData');
  const erasure = await services.store.erasures.request({
    id: services.rules.erasedIdOf(userId),
    userId,
    pseudonym: `erased-${newRandomId()}`,
    requestedAt: new Date(),
  });
  services.eraser.request();
  return toStatus(erasure);
}

/** Returns the state of the caller's latest erasure. Finished ones are forgotten after 31 days. */
export async function readErasure(services: Services, connection: Connection): Promise<ErasureStatus> {
  const { userId } = await requireOwner(services, connection, 'readErasure');
  return toStatus(await services.store.erasures.find(services.rules.erasedIdOf(userId)));
}

async function requireOwner(
  services: Services,
  connection: Connection,
  action: 'eraseOwnData' | 'readErasure',
): Promise<User> {
  services.budget.spend(connection, action);
  await requireRight(services, connection, action, 'server');
  requireVerified(services);
  return connection.user;
}

function toStatus(erasure: Erasure | null): ErasureStatus {
  if (erasure === null) return { state: 'none', requestedAt: null, finishedAt: null };
  const { requestedAt, finishedAt } = erasure;
  return { state: finishedAt === null ? 'running' : 'done', requestedAt, finishedAt };
}
