import { transformer } from '@earshot/shared';
import { expect, test } from 'vitest';
import { openRaw } from '../resources/rawSocket.ts';
import { startEmbedded } from '../resources/server.ts';

test('a procedure that is called as another type: the same error on HTTP and WebSocket', async () => {
  await using earshot = await startEmbedded();
  const { url } = earshot.a;
  const input = transformer.input.serialize({ roomId: 'anywhere' });
  const text = encodeURIComponent(JSON.stringify(input));
  const overHttp = [
    ['rooms.get', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) }],
    [`rooms.join?input=${text}`, {}],
  ] as const;
  const http = await Promise.all(
    overHttp.map(async ([path, init]) => {
      const response = await fetch(`${url}/trpc/${path}`, init);
      return { status: response.status, error: named(await response.json()) };
    }),
  );
  using socket = await openRaw(url);
  const calls = [
    ['rooms.get', 'mutation'],
    ['rooms.join', 'query'],
    ['rooms.watch', 'mutation'],
    ['rooms.watch', 'query'],
    ['rooms.get', 'subscription'],
  ] as const;
  for (const [id, [path, method]] of calls.entries()) socket.send({ id, method, params: { path, input } });
  const overSocket = await Promise.all(calls.map((_, id) => socket.frames.until((frame) => isAbout(frame, id))));
  const expected = {
    message: expect.stringContaining('another type'),
    code: -32005,
    data: { code: 'METHOD_NOT_SUPPORTED', httpStatus: 405, errorCode: 'WRONG_CALL_TYPE', retry: 'no' },
  };
  for (const { status, error } of http) expect({ status, error }).toMatchObject({ status: 405, error: expected });
  for (const frame of overSocket) expect(named(frame)).toMatchObject(expected);
  // An unknown procedure is another error.
  socket.send({ id: 9, method: 'query', params: { path: 'rooms.got', input } });
  const unknown = named(await socket.frames.until((frame) => isAbout(frame, 9)));
  expect(unknown).toMatchObject({ data: { errorCode: 'NO_SUCH_PROCEDURE' } });
});

const isAbout = (frame: unknown, id: number) =>
  typeof frame === 'object' && frame !== null && 'id' in frame && frame.id === id;

function named(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('error' in answer)) return answer;
  const { error } = answer;
  return typeof error === 'object' && error !== null && 'json' in error ? error.json : error;
}
