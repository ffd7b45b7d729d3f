import { expect, test } from 'vitest';
import { endpoints } from './endpoint.ts';

test.each([
  ['http://localhost:3001', 'http://localhost:3001/trpc', 'ws://localhost:3001/trpc'],
  ['https://chat.example/', 'https://chat.example/trpc', 'wss://chat.example/trpc'],
  ['ws://127.0.0.1:80/earshot/', 'http://127.0.0.1/earshot/trpc', 'ws://127.0.0.1/earshot/trpc'],
  ['wss://[::1]:8443', 'https://[::1]:8443/trpc', 'wss://[::1]:8443/trpc'],
])('%s is reached at %s and %s', (base, http, webSocket) => {
  expect(endpoints(base)).toEqual({ http, webSocket });
  expect(endpoints(new URL(base))).toEqual({ http, webSocket });
});

test.each([
  ['', /not a URL/],
  ['localhost:3001', /must begin with http/],
  ['//host', /not a URL/],
  ['ftp://host', /must begin with http/],
  ['http://host/?a=1', /without \?/],
  ['http://me:secret@host', /must not hold/],
])('%j is rejected with a reason', (base, reason) => {
  expect(() => endpoints(base)).toThrow(TypeError);
  expect(() => endpoints(base)).toThrow(reason);
});

test('the message does not quote a rejected URL with a password', () => {
  expect(() => endpoints('http://me:secret@host')).toThrow(/^(?!.*secret)/);
});
