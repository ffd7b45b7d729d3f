import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  allow,
  type HookService,
  hookSecret,
  isSigned,
  startHookService,
  verdict,
} from '../../../../test/resources/hookService.ts';
import type { ScreenedMessage } from '../domain/screening/messageHook.ts';
import { type hookLimits, httpMessageHook } from './httpMessageHook.ts';

let service: HookService;

beforeEach(async () => {
  service = await startHookService();
});

afterEach(() => service[Symbol.asyncDispose]());

const message: ScreenedMessage = {
  kind: 'send',
  roomId: 'room',
  user: { userId: 'ada', username: 'Ada' },
  content: 'hello',
  messageId: null,
  clientMessageId: null,
};

function hookOf(limits: Partial<typeof hookLimits> = {}) {
  const secret = Buffer.from(hookSecret.slice('whsec_'.length), 'base64');
  const hook = httpMessageHook({ url: service.url, secret, limits });
  return async (part: Partial<ScreenedMessage> = {}, timeoutMs = 5_000) =>
    hook({ ...message, ...part }, { signal: AbortSignal.timeout(timeoutMs) });
}

describe('requests', () => {
  test('are signed, and have the message', async () => {
    expect(await hookOf()()).toEqual({ action: 'allow' });
    const [request] = service.requests;
    if (request === undefined) throw new Error('no request');
    expect(isSigned(request)).toBe(true);
    expect(isSigned({ ...request, body: request.body.replace('hello', 'hallo') })).toBe(false);
    expect(JSON.parse(request.body)).toEqual({
      type: 'message.screen',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      data: message,
    });
    expect(request.headers['content-type']).toBe('application/json');
  });

  test('of a repeated send have the same id, others differ', async () => {
    const ask = hookOf();
    for (const clientMessageId of ['one', 'one', 'two', null, null]) await ask({ clientMessageId });
    const ids = service.requests.map(({ headers }) => headers['webhook-id']);
    expect(ids[0]).toBe(ids[1]);
    expect(new Set(ids).size).toBe(4);
  });

  test('share connections', async () => {
    const ask = hookOf();
    for (let index = 0; index < 10; index += 1) await ask();
    expect(service.connections()).toBeLessThan(4);
  });

  test('run a few at a time', async () => {
    let running = 0;
    let most = 0;
    service.answer = (response, request) => {
      running += 1;
      most = Math.max(most, running);
      setTimeout(() => {
        running -= 1;
        allow(response, request);
      }, 5);
    };
    const ask = hookOf({ requests: 3 });
    await Promise.all(Array.from({ length: 12 }, () => ask()));
    expect(most).toBe(3);
  });
});

describe('answers', () => {
  test.each([{ action: 'refuse', reason: 'No.' }, { action: 'replace', content: 'bye' }, { action: 'allow' }])(
    '%j',
    async (value) => {
      service.answer = verdict({ ...value, more: 1 });
      expect(await hookOf()()).toEqual(value);
    },
  );

  test('204 allows', async () => {
    service.answer = (response) => void response.writeHead(204).end();
    expect(await hookOf()()).toEqual({ action: 'allow' });
  });

  test.each([
    ['an unknown action', verdict({ action: 'delete' }), /is no verdict/],
    ['bad JSON', (response) => void response.end('{"action":"allow"'), /is no verdict/],
    ['another status with a verdict', verdict({ action: 'allow' }, 201), /status 201/],
    ['an error', verdict({ action: 'allow' }, 500), /status 500/],
    [
      'a redirect',
      (response) => void response.writeHead(307, { location: '/hook' }).end(JSON.stringify({ action: 'allow' })),
      /status 307/,
    ],
    [
      'an endless answer',
      (response) => {
        const write = () => {
          while (response.write(' '.repeat(16_384)));
        };
        response.on('drain', write);
        write();
      },
      /too long/,
    ],
    ['a broken connection', (response) => void response.destroy(), /fetch failed/],
  ] satisfies [string, HookService['answer'], RegExp][])('%s is no verdict', async (_, answer, problem) => {
    service.answer = answer;
    await expect(hookOf()()).rejects.toThrow(problem);
    expect(service.requests).toHaveLength(1); // a redirect is not followed
  });

  test('a service that hangs is abandoned', async () => {
    service.answer = () => {};
    await expect(hookOf()({}, 30)).rejects.toThrow(/abort/i);
  });
});

describe('a service that fails repeatedly', () => {
  test('is not asked, except by probes, until it answers', async () => {
    const ask = hookOf({ failures: 3, pauseMs: 100 });
    service.answer = verdict({}, 503);
    for (let index = 0; index < 3; index += 1) await expect(ask()).rejects.toThrow(/status 503/);
    await expect(ask()).rejects.toThrow(/failed repeatedly/);
    expect(service.requests).toHaveLength(3);
    service.answer = allow;
    await expect.poll(() => ask().catch(() => null), { timeout: 5_000 }).toEqual({ action: 'allow' });
    expect(await ask()).toEqual({ action: 'allow' });
  });

  test('malformed answers do not count', async () => {
    const ask = hookOf({ failures: 1 });
    service.answer = verdict({ action: '?' });
    for (let index = 0; index < 3; index += 1) await expect(ask()).rejects.toThrow(/is no verdict/);
    expect(service.requests).toHaveLength(3);
  });

  test('a service that is gone and comes back', async () => {
    const ask = hookOf();
    await service.stop();
    await expect(ask()).rejects.toThrow(/fetch failed/);
    await service.restart();
    expect(await ask()).toEqual({ action: 'allow' });
  });
});
