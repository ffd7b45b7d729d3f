import { fileURLToPath } from 'node:url';
import { askChild, startChild } from '../child.ts';
import { fillMongo } from '../stalls/fillMongo.ts';
import { fillSqlite } from '../stalls/fillSqlite.ts';
import { filledMongo } from '../systems/filledMongo.ts';
import type { Services } from '../systems/services.ts';
import { temporaryFolder } from '../systems/temporaryFolder.ts';
import { cityData } from './cityData.ts';
import type { CityTask, TaskFigures } from './cityServer.ts';
import type { StoreKind } from './options.ts';

export interface CityFigures extends TaskFigures {
  /** CPU time of mongod during the task, in microseconds; 0 without it. */
  databaseCpu: number;
}

export interface City extends AsyncDisposable {
  measure(task: CityTask): Promise<CityFigures>;
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
  const { settings, roomIds, databaseCpu } = await (store === 'sqlite' ? sqlite() : mongodb());
  const step = Math.max(1, Math.floor(roomIds.length / joinedRooms));
  const joined = roomIds.filter((_, n) => n % step === 0).slice(0, joinedRooms);
  const script = fileURLToPath(import.meta.resolve('./cityServer.ts'));
  const args = ['--max-semi-space-size=32', script, JSON.stringify(settings), JSON.stringify(joined)];
  const child = stack.use(startChild(args));
  await child.printed(/listens on (\S+)/);
  const held = stack.move();
  const measureBoth = async (task: CityTask) => {
    const before = await databaseCpu();
    const figures: TaskFigures = await askChild(child, task);
    return { ...figures, databaseCpu: (await databaseCpu()) - before };
  };
  return { measure: measureBoth, [Symbol.asyncDispose]: () => held.disposeAsync() };

  async function sqlite() {
    const { path } = stack.use(temporaryFolder());
    const roomIds = await fillSqlite(path, size, cityData);
    return { settings: { DATA_DIR: path }, roomIds, databaseCpu: async () => 0 };
  }

  async function mongodb() {
    const { location, settings, databaseCpu } = await filledMongo({ services, stack });
    return { settings, roomIds: await fillMongo(location, size, cityData), databaseCpu };
  }
}
