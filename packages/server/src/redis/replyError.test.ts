import { ReplyError } from 'ioredis';
import { expect, test } from 'vitest';
import { rejectedCommand, replyCode } from './replyError.ts';

const reply = (text: string, rest = {}) => Object.assign(new ReplyError(text), rest);

test.each([
  ['MOVED 3999 127.0.0.1:6381', 'MOVED'],
  ['WRONGPASS invalid username-password pair or user is disabled.', 'WRONGPASS'],
  ["ERR unknown command 'SSUBSCRIBE'", 'ERR'],
  ['an error of a script', null],
])('the code of “%s” is %s', (text, code) => expect(replyCode(reply(text))).toBe(code));

test.each([[new Error('MOVED by a client')], ['MOVED'], [undefined]])('%s is not a reply', (error) => {
  expect(replyCode(error)).toBeNull();
  expect(rejectedCommand(error)).toBeNull();
});

test('the rejected command is known by its name', () => {
  expect(rejectedCommand(reply('ERR no cluster', { command: { name: 'CLUSTER', args: ['SLOTS'] } }))).toBe('cluster');
  expect(rejectedCommand(reply('ERR no cluster'))).toBeNull();
});
