import { type Logger, pino } from 'pino';

export type { Logger };

/** A logger of JSON lines to standard output. Coordinates and tokens are never handed to it: see the privacy test. */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
