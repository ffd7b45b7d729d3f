import { type DestinationStream, type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

export type { Logger };

/**
 * A logger to standard output: lines for people on a terminal, JSON anywhere else. Coordinates and tokens are never
 * handed to it: see the privacy test.
 */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination());
}

function destination(): DestinationStream {
  return process.stdout.isTTY
    ? pretty({ sync: true, singleLine: true, translateTime: 'HH:MM:ss' })
    : pino.destination({ sync: true });
}
