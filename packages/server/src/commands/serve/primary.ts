import cluster from 'node:cluster';
import type { Config } from '../../config.ts';
import { createLogger, type Logger } from '../../observe/logger.ts';
import { StartError } from '../startError.ts';
import { banner } from './banner.ts';
import { Post } from './post.ts';
import { stopWithinMs, untilAsked } from './stopping.ts';

/** Milliseconds that a worker gets beyond those after which it should have stopped itself. */
const graceMs = 500;

/** Runs the server in several processes, and does nothing else: this one opens no store and answers no client. */
export async function supervise(config: Config): Promise<void> {
  if (!cluster.isPrimary) {
    throw new StartError('Another supervisor runs this process in its own cluster: set WORKERS or use that, not both.');
  }
  cluster.schedulingPolicy = cluster.SCHED_RR; // left to the system, few workers get most connections
  cluster.setupPrimary({ serialization: 'advanced' }); // JSON has no NaN, which metrics may be
  const log = createLogger(config.logLevel);
  const posts: Post[] = Array.from({ length: config.workers }, (_, i) => new Post(i + 1, { log, gather }));
  async function gather() {
    return (await Promise.all(posts.map((post) => post.metrics()))).flat();
  }

  const asked = untilAsked(() => killAll(posts));
  try {
    const urls = await Promise.race([Promise.all(posts.map((post) => post.start())), asked.then(() => [])]);
    const [url] = urls;
    if (url === undefined) return;
    for (const post of posts) post.keep();
    const pids = posts.map(({ pid }) => pid);
    process.stdout.write(banner(config, url, pids));
    log.info({ signal: await asked }, 'stopping');
  } finally {
    if (!(await leaveAll(posts, log))) process.exitCode = 1;
  }
}

/** Ends all workers, and tells whether they did so by themselves. */
async function leaveAll(posts: readonly Post[], log: Logger): Promise<boolean> {
  const cutOff = setTimeout(() => {
    log.error('workers could not stop in time; ending them');
    killAll(posts);
  }, stopWithinMs + graceMs);
  const well = await Promise.all(posts.map((post) => post.leave()));
  clearTimeout(cutOff);
  return well.every(Boolean);
}

function killAll(posts: readonly Post[]): void {
  for (const post of posts) post.kill();
}
