import { SignJWT } from 'jose';
import { somewhere } from './places.ts';
import type { SharedDeployment } from './sharedDeployment.ts';
import { type StockClient, stockClient } from './stockClient.ts';
import { tokenSecret } from './tokens.ts';

/** A token for a server with `checkedTokens`. */
const tokenOf = (userId: string, username: string, roles: readonly string[] = []): Promise<string> =>
  new SignJWT({ username, roles })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(tokenSecret));

let count = 0;

/** A room of Ada, with a message of Ben, and with Cleo. Mod is a moderator of the server, and not in the room. */
export async function reportedRoom({ a, b }: SharedDeployment) {
  await using undo = new AsyncDisposableStack();
  count += 1;
  const connect = async (name: string, url: string, roles: string[] = []): Promise<StockClient> =>
    undo.use(stockClient(url, { token: await tokenOf(`${name.toLowerCase()} ${count}`, name, roles) }));
  const [ada, ben] = [await connect('Ada', a.url), await connect('Ben', b.url)];
  const [cleo, mod] = [await connect('Cleo', a.url), await connect('Mod', b.url, ['moderator'])];
  const location = somewhere();
  const { room } = await ada.api.rooms.join.mutate({ location });
  const roomId = room.id;
  for (const { api } of [ben, cleo]) await api.rooms.join.mutate({ roomId });
  const message = await ben.api.messages.send.mutate({ roomId, content: 'buy this' });
  const held = undo.move();
  const scope = { type: 'room' as const, roomId };
  const idOf = (name: string) => `${name} ${count}`;
  return {
    ...{
      ada,
      ben,
      cleo,
      mod,
      roomId,
      location,
      message,
      scope,
      at: `${location.latitude},${location.longitude}`,
      benId: idOf('ben'),
      adaId: idOf('ada'),
    },
    report: () => cleo.api.reports.file.mutate({ roomId, messageId: message.id, reason: 'spam', note: 'again' }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}
