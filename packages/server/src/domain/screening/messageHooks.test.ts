import { describe, expect, test, vi } from 'vitest';
import { createLogger } from '../../observe/logger.ts';
import type { MessageHook, MessageVerdict, ScreenedMessage } from './messageHook.ts';
import { type HooksDecision, MessageHooks, type MessageHooksOptions } from './messageHooks.ts';

const message: ScreenedMessage = {
  kind: 'send',
  roomId: 'room',
  user: { userId: 'ada', username: 'Ada' },
  content: 'hello',
  messageId: null,
  clientMessageId: null,
};

function decide(hooks: MessageHook[], options: Partial<MessageHooksOptions> = {}): Promise<HooksDecision> {
  const log = createLogger('silent');
  const defaults = { timeoutMs: 1_000, onFailure: 'refuse', messageMaxChars: 10, log, onCall: () => {} } as const;
  return new MessageHooks({ ...defaults, hooks, ...options }).ask(message);
}

const ask = async (...options: Parameters<typeof decide>) => (await decide(...options)).content;

const verdict = (value: MessageVerdict): MessageHook => vi.fn(() => value);

describe('verdicts', () => {
  test('allow', async () => expect(await ask([verdict({ action: 'allow' })])).toBe('hello'));

  test('refuse, with a sentence or without, or with one that is too long', async () => {
    const refusal = (reason?: string) => ask([verdict({ action: 'refuse', reason })]);
    await expect(refusal('No greetings here.')).rejects.toMatchObject({
      code: 'MESSAGE_REFUSED',
      message: 'No greetings here.',
    });
    for (const reason of [undefined, 'x'.repeat(201), '']) {
      await expect(refusal(reason)).rejects.toMatchObject({ code: 'MESSAGE_REFUSED', message: /not allowed here/ });
    }
  });

  test('replace, which is cleaned, and shown to the next hook', async () => {
    const next = verdict({ action: 'allow' });
    expect(await ask([verdict({ action: 'replace', content: ' bye\u0000\r\n' }), next])).toBe('bye');
    expect(next).toHaveBeenCalledWith({ ...message, content: 'bye' }, expect.anything());
  });
});

test('hold: the other hooks are asked all the same, and may refuse', async () => {
  const hold = verdict({ action: 'hold', reason: 'Odd.' });
  const replace = verdict({ action: 'replace', content: 'bye' });
  expect(await decide([hold, replace])).toEqual({ content: 'bye', isHeld: true, reason: 'Odd.' });
  expect(await decide([verdict({ action: 'hold' })])).toEqual({ content: 'hello', isHeld: true, reason: null });
  await expect(decide([hold, verdict({ action: 'refuse' })])).rejects.toMatchObject({ code: 'MESSAGE_REFUSED' });
});

describe('failures', () => {
  const never: MessageHook = () => new Promise(() => {});
  const failing: [string, MessageHook][] = [
    ['an exception', () => Promise.reject(new Error('broken'))],
    [
      'an exception at once',
      () => {
        throw new Error('broken');
      },
    ],
    ['no answer', never],
    ['a replacement that is too long', verdict({ action: 'replace', content: 'x'.repeat(11) })],
    ['an empty replacement', verdict({ action: 'replace', content: ' ' })],
    ...[undefined, null, true, 'allow', {}, { action: 'delete' }, { action: 'replace' }].map(
      // @ts-expect-error What a program without types may return.
      (value): [string, MessageHook] => [`the verdict ${JSON.stringify(value)}`, () => value],
    ),
  ];

  test.each(failing)('%s: the message is refused for now', async (_, hook) => {
    await expect(ask([hook], { timeoutMs: 20 })).rejects.toMatchObject({ code: 'SCREENING_UNAVAILABLE' });
  });

  test.each(failing)('%s: the message is allowed, if it is so set', async (_, hook) => {
    expect(await ask([hook], { timeoutMs: 20, onFailure: 'allow' })).toBe('hello');
  });

  test.each(failing)('%s: a moderator decides, if it is so set', async (_, hook) => {
    const decision = await decide([hook], { timeoutMs: 20, onFailure: 'hold' });
    expect(decision).toEqual({ content: 'hello', isHeld: true, reason: 'The message hook failed.' });
  });

  test('the signal of a late hook aborts', async () => {
    const aborted = new Promise<void>((resolve) => {
      const hook: MessageHook = (_, { signal }) => {
        signal.addEventListener('abort', () => resolve());
        return never(message, { signal });
      };
      void ask([hook], { timeoutMs: 10, onFailure: 'allow' });
    });
    await aborted;
  });

  test('calls and failures are reported', async () => {
    const onCall = vi.fn();
    await ask([verdict({ action: 'allow' }), () => Promise.reject(new Error())], { onFailure: 'allow', onCall });
    expect(onCall.mock.calls).toEqual([
      [expect.any(Number), false],
      [expect.any(Number), true],
    ]);
  });
});
