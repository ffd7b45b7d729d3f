import type { Writable } from 'node:stream';
import { type Command, Redis } from 'ioredis';
import { setUnblockedTimeout } from '../async/unblockedTimeout.ts';

/**
 * Milliseconds to wait for any answer of Redis: the ports guarantee that a call fails within two seconds. The rest is for a busy
 * machine, on which a timer fires late.
 */
export const answerTimeout = 1_500;

/** The commands that already have a timeout: ioredis sends some of them several times. */
const limited = new WeakSet<Command>();

/**
 * Rejects the command if its answer is late. The timeouts of ioredis do not suit: after an interruption of the event loop they fire before the
 * answers that have arrived are read.
 */
export function limitTime(command: Command): void {
  if (limited.has(command)) return;
  limited.add(command);
  const cancel = setUnblockedTimeout(() => command.reject(new Error('Command timed out')), answerTimeout);
  command.promise.then(cancel, cancel);
}

/** A connection whose commands have a timeout. Commands of one callback of the event loop share a write, such as the events of a batch of messages. */
export class LimitedRedis extends Redis {
  override sendCommand(...args: Parameters<Redis['sendCommand']>): unknown {
    limitTime(args[0]);
    if (this.status === 'ready') corkForTick(this.stream);
    return super.sendCommand(...args);
  }
}

function corkForTick(stream: Writable): void {
  if (stream.writableCorked > 0) return;
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** Milliseconds between pings. Without a pending command, a dead connection would not be detected. */
const pingInterval = 1_000;

/** Ends a connection on which no answer arrives, so that it is replaced. */
export function keepAlive(redis: Redis): void {
  const timer = setInterval(() => {
    if (redis.status !== 'ready') return;
    const cancel = expectData(redis);
    redis.ping().then(cancel, cancel);
  }, pingInterval);
  timer.unref();
  redis.once('end', () => clearInterval(timer));
  // The first commands of a connection are not pings.
  let cancel = () => {};
  redis.on('connect', () => {
    cancel();
    cancel = expectData(redis);
  });
  redis.on('ready', () => cancel());
  redis.on('close', () => cancel());
}

/** Ends the connection when nothing has arrived on it for `answerTimeout`. Any data counts: a long answer to an earlier command may arrive slowly. */
function expectData({ stream }: Redis): () => void {
  let bytesBefore = stream.bytesRead;
  const check = () => {
    const { bytesRead } = stream;
    if (bytesRead === bytesBefore) return void stream.destroy(new Error(`no data within ${answerTimeout} ms`));
    bytesBefore = bytesRead;
    cancel = setUnblockedTimeout(check, answerTimeout);
  };
  let cancel = setUnblockedTimeout(check, answerTimeout);
  return () => cancel();
}
