import { blocks } from './blocks.ts';
import { burst } from './burst.ts';
import { chat } from './chat.ts';
import { connect } from './connect.ts';
import { growth } from './growth.ts';
import { history } from './history.ts';
import { idle } from './idle.ts';
import { instances } from './instances.ts';
import { paced } from './paced.ts';
import { rooms } from './rooms.ts';
import type { Scenario } from './scenario.ts';
import { sends } from './sends.ts';
import { workers } from './workers.ts';

/** All scenarios, in the order in which they run. */
export const scenarios: readonly Scenario[] = [
  ...[paced, blocks, burst, rooms, growth, idle, chat, sends, history, connect, instances, workers],
];
