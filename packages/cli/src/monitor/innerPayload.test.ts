import { expect, test } from 'vitest';
import { innerPayload } from './innerPayload.ts';

test.each([
  ['legacy', '{"type":"Message","data":{"content":"hi"}}', '{"content":"hi"}'],
  ['legacy', '{"type":"Message","content":"hi"}', '{"content":"hi"}'],
  ['legacy', '{"type":"NewMessage","data":{"id":1},"id":1}', '{"id":1}'],
  ['trpc', '{"method":"connectionParams","data":{"username":"Ada"}}', '{"username":"Ada"}'],
  ['trpc', '{"id":1,"method":"query","params":{"path":"rooms.get","input":{"json":{"roomId":"r"}}}}', '{"roomId":"r"}'],
  ['trpc', '{"id":1,"result":{"type":"data","data":{"json":{"data":7}}}}', '{"data":7}'],
  ['trpc', '{"id":1,"result":{"type":"data","id":"5","data":{"json":{"id":"5","data":{"type":"x"}}}}}', '{"type":"x"}'],
  ['trpc', '{"id":1,"result":{"type":"started"}}', ''],
  ['trpc', '{"id":1,"result":{"type":"data","data":{"json":null,"meta":{}}}}', 'null'],
  ['trpc', '{"id":1,"error":{"json":{"message":"no"}}}', '{"message":"no"}'],
  ['trpc', '[{"id":1}]', '[{"id":1}]'],
  ['trpc', 'PING', 'PING'],
  ['legacy', '{', '{'],
] as const)('%s %s', (wire, text, payload) => {
  expect(innerPayload(wire, text)).toBe(payload);
});
