import { constants, setPriority } from 'node:os';
import { attack } from '../../resources/attack.ts';

// A process with attackers of one address. Its parent sends `start` and `stop`, and gets the number of answers by error code.
// It has the lowest priority, so that it takes no processor time from the server and the users on a machine that it shares with them.

setPriority(constants.priority.PRIORITY_LOW);

const [url = '', roomId = ''] = process.argv.slice(2);
let running: ReturnType<typeof attack> | null = null;

process.on('message', async (message) => {
  if (message === 'start') running = attack(url, { address: '127.0.0.66', attackers: 20, roomId, pauseMs: 100 });
  if (message !== 'stop' || running === null) return;
  await running.stop();
  process.send?.(Object.fromEntries(running.answers));
});
