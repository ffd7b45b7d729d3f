import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { newId } from '@earshot/shared';
import { type Child, startChild } from '../child.ts';
import { fillMongo } from '../stalls/fillMongo.ts';
import { fillSqlite } from '../stalls/fillSqlite.ts';
import { dropDatabase } from '../systems/dropDatabase.ts';
import type { Services } from '../systems/services.ts';
import { temporaryFolder } from '../systems/temporaryFolder.ts';
import { cityData } from './cityData.ts';
import type { CityTask, TaskFigures } from './cityServer.ts';
import type { StoreKind } from './options.ts';

export interface City extends AsyncDisposable {
  measure(task: CityTask): Promise<TaskFigures>;
}

interface CityRequest {
  store: StoreKind;
  rooms: number;
  messagesPerRoom: number;
}

/** Rooms in which the client sends and reads. */
const joinedRooms = 50;

/** Fills a store with the rooms of a city and starts a server on it. */
export async function openCity(services: Services, { store, rooms, messagesPerRoom }: CityRequest): Promise<City> {
  await using stack = new AsyncDisposableStack();
  const size = { rooms, messages: rooms * messagesPerRoom, members: 0 };
  const { settings, roomIds } = await (store === 'sqlite' ? sqlite() : mongodb());
  const step = Math.max(1, Math.floor(roomIds.length / joinedRooms));
  const joined = roomIds.filter((_, n) => n % step === 0).slice(0, joinedRooms);
  const script = fileURLToPath(import.meta.resolve('./cityServer.ts'));
  const args = ['--max-semi-space-size=32', script, JSON.stringify(settings), JSON.stringify(joined)];
  const child = stack.use(startChild(args));
  await child.printed(/listens on (\S+)/);
  const held = stack.move();
  return { measure: (task) => measure(child, task), [Symbol.asyncDispose]: () => held.disposeAsync() };

  async function sqlite() {
    const { path } = stack.use(temporaryFolder());
    return { settings: { DATA_DIR: path }, roomIds: await fillSqlite(path, size, cityData) };
  }

  async function mongodb() {
    const [uri, redis] = await Promise.all([services.mongodb(), services.redis()]);
    const database = `bench_${newId()}`;
    stack.defer(() => dropDatabase(uri, database));
    const settings = { MONGODB_URI: uri, MONGODB_DB: database, REDIS_URL: redis, REDIS_PREFIX: database };
    return { settings, roomIds: await fillMongo({ uri, database }, size, cityData) };
  }
}

async function measure({ process: child, exited }: Child, task: CityTask): Promise<TaskFigures> {
  const answer = once(child, 'message');
  answer.catch(() => {}); // the race reports it
  child.send(task);
  const ended = exited.then((exitStatus) => Promise.reject(new Error(`the server ended: ${exitStatus}`)));
  const [figures] = await Promise.race([answer, ended]);
  return figures;
}
