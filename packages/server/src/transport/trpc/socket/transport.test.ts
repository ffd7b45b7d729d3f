import { expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { call, dataOf, serve, type TestContext, t } from './testServer.ts';
import { type ConnectionLoad, type SocketTransport, WsTransport } from './transport.ts';

const gate = Promise.withResolvers<void>();
const router = t.router({
  name: t.procedure.query(({ ctx }) => ctx.name),
});

/** A transport with limits, which records what it is asked. */
class LimitedTransport implements SocketTransport {
  readonly name = 'limited';
  readonly sent: string[] = [];
  readonly loads: number[] = [];
  readonly #ws: WsTransport;

  constructor(socket: WebSocket) {
    this.#ws = new WsTransport(socket);
  }

  get isOpen(): boolean {
    return this.#ws.isOpen;
  }

  send(text: string): void {
    this.sent.push(text);
    this.#ws.send(text);
  }

  close(): void {
    this.#ws.close();
  }

  admit(message: Buffer): boolean {
    return message.length < 100;
  }

  rejectText(text: string): boolean {
    const isRejected = text.includes('costly');
    if (isRejected) this.close();
    return isRejected;
  }

  onReceived({ waiting }: ConnectionLoad): void {
    this.loads.push(waiting);
  }
}

test('a transport sends all replies, admits messages, rejects texts, and learns how many calls wait', async () => {
  const transports: LimitedTransport[] = [];
  const transport = (socket: WebSocket) => {
    const limited = new LimitedTransport(socket);
    transports.push(limited);
    return limited;
  };
  await using server = await serve<typeof router, LimitedTransport>({
    router,
    transport,
    createContext: async ({ transport: { name } }): Promise<TestContext> => {
      await gate.promise;
      return { name };
    },
  });
  const client = await server.connect();
  client.send(call(1, 'query', 'name', 'x'.repeat(100)));
  client.send(call(2, 'query', 'name'));
  client.send('PING');
  expect(await client.next()).toBe('PONG');
  gate.resolve();
  expect(await client.next()).toEqual(dataOf(2, 'limited'));
  expect(transports[0]?.loads).toEqual([1, 1]);
  expect(transports[0]?.sent).toHaveLength(2);
  client.send('costly');
  expect(await client.closed).toBe(1005);
});
