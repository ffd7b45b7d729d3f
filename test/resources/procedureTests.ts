import type { ErrorCode } from '@earshot/shared';
import { TRPCClientError } from '@trpc/client';
import { beforeAll, expect, test } from 'vitest';
import { somewhere } from './places.ts';
import { callProcedure, procedureKinds } from './procedures.ts';
import { startEmbedded, startServer } from './server.ts';
import type { SharedDeployment } from './sharedDeployment.ts';
import { stockClient } from './stockClient.ts';
import { sqliteSite } from './stores.ts';
import { transports } from './transports.ts';

/** The values of the placeholders ROOM and MESSAGE in an input. */
type Placeholders = ReadonlyMap<string, string>;

/** Creates a room with a message of Ada, and with Bob as another member. */
async function createRoom({ a }: SharedDeployment): Promise<Placeholders> {
  using ada = stockClient(a.url, { username: 'Ada' });
  using bob = stockClient(a.url, { username: 'Bob' });
  const { room } = await ada.api.rooms.join.mutate({ location: somewhere() });
  await bob.api.rooms.join.mutate({ roomId: room.id });
  const { id } = await ada.api.messages.send.mutate({ roomId: room.id, content: 'hello' });
  return new Map([
    ['ROOM', room.id],
    ['MESSAGE', id],
  ]);
}

function fill(value: unknown, placeholders: Placeholders): unknown {
  if (typeof value === 'string') return placeholders.get(value) ?? value;
  if (Array.isArray(value)) return value.map((element) => fill(element, placeholders));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, fill(field, placeholders)]));
}

const callers = {
  'a client without an identity': {},
  'a user outside the room': { username: 'Eve' },
  'a member': { username: 'Bob' },
  'the author': { username: 'Ada' },
} as const;

/** Calls the procedure in a new room as each of these callers, over each transport. */
export function testAccess(
  earshot: SharedDeployment,
  procedure: string,
  {
    input,
    callers: outcomes,
  }: { input: unknown; callers: Partial<Record<keyof typeof callers, ErrorCode | 'allowed'>> },
): void {
  const rows = transports.flatMap((transport) =>
    Object.entries(callers).flatMap(([caller, identity]) => {
      const outcome = Object.entries(outcomes).find(([name]) => name === caller)?.[1];
      return outcome === undefined ? [] : [{ ...transport, caller, identity, outcome }];
    }),
  );
  test.each(rows)('$caller: $outcome ($transport)', async ({ connect, identity, outcome }) => {
    const placeholders = await createRoom(earshot);
    using client = connect(earshot.b.url, identity);
    const call = callProcedure(client.api, procedure, fill(input, placeholders));
    if (outcome === 'allowed') await call;
    else await expect(call).rejects.toMatchObject({ data: { errorCode: outcome } });
  });
}

/** An input with placeholders, the error code, and a part of the error's message. */
export type Refusal = [input: unknown, code: ErrorCode, message?: string];

/** Calls the procedure as Ada with each input, over each transport. */
export function testRefusals(earshot: SharedDeployment, procedure: string, refusals: readonly Refusal[]): void {
  let placeholders: Placeholders = new Map();
  beforeAll(async () => {
    placeholders = await createRoom(earshot);
  });
  const rows = transports.flatMap(({ transport, connect }) =>
    refusals.map(([input, code, message = '']) => ({ transport, connect, input, code, message })),
  );
  test.each(rows)('$code: $input ($transport)', async ({ connect, input, code, message }) => {
    using client = connect(earshot.b.url, { username: 'Ada' });
    const call = callProcedure(client.api, procedure, fill(input, placeholders));
    const error: unknown = await call.then(
      () => 'no error',
      (reason: unknown) => reason,
    );
    expect(error).toMatchObject({ data: { errorCode: code }, message: expect.stringContaining(message) });
    expect(error).not.toHaveProperty('data.stack');
    if (!(error instanceof TRPCClientError)) throw error;
    expect(JSON.stringify({ message: error.message, data: error.data, shape: error.shape })).not.toMatch(
      /node_modules|\.ts:\d/,
    );
  });
}

/** An SSE client reconnects after `STORE_UNAVAILABLE`, so its watch never ends with it. */
const reporting = (procedure: string) =>
  transports.filter(({ transport }) => transport === 'WebSocket' || procedureKinds.get(procedure) !== 'subscription');

/** Calls the procedure on a server whose store is closed. */
export function testStoreUnavailable(procedure: string, input: unknown): void {
  test.each(reporting(procedure))('STORE_UNAVAILABLE: the store is closed ($transport)', async ({ connect }) => {
    await using site = await sqliteSite();
    const store = await site.open();
    await using server = await startServer({ drivers: { store } });
    using client = connect(server.url, { username: 'Ada' });
    await store.close();
    const error = { data: { errorCode: 'STORE_UNAVAILABLE', httpStatus: 503, retry: 'later' } };
    await expect(callProcedure(client.api, procedure, input)).rejects.toMatchObject(error);
  });
}

/** Calls the procedure until the budget of the caller is exhausted. The other errors of these calls are ignored. */
export function testCallRate(procedure: string, input: unknown): void {
  test.each(transports)('RATE_LIMITED: too many calls in a short time ($transport)', async ({ connect }) => {
    const env = { SEND_RATE: '0.001', SEND_BURST: '1', CALL_RATE: '0.001', CALL_BURST: '18', USERS_PER_ADDRESS: '1' };
    await using earshot = await startEmbedded({ env });
    using client = connect(earshot.a.url, { username: 'Ada' });
    const call = () => callProcedure(client.api, procedure, input);
    await Promise.allSettled(Array.from({ length: 20 }, call));
    const data = { errorCode: 'RATE_LIMITED', httpStatus: 429, retry: 'later', retryAfterMs: expect.any(Number) };
    await expect(call()).rejects.toMatchObject({ data });
  });
}
