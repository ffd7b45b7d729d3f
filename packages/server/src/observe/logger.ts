import { type DestinationStream, pino } from 'pino';
import pretty from 'pino-pretty';

/** A message for operators, with fields for programs where there are some. */
interface LogMethod {
  (message: string): void;
  (fields: object, message: string): void;
}

/** What the server needs of a logger. A pino logger is one; the public types need no declarations of pino's. */
export interface Logger {
  trace: LogMethod;
  debug: LogMethod;
  info: LogMethod;
  warn: LogMethod;
  error: LogMethod;
  fatal: LogMethod;
  /** A logger that adds these fields to every line. */
  child(fields: Record<string, unknown>): Logger;
}

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
