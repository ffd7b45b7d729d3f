import { type DestinationStream, pino } from 'pino';
import pretty from 'pino-pretty';

/** Logs a message for operators, with optional fields for programs. */
interface LogMethod {
  (message: string): void;
  (fields: object, message: string): void;
}

/** The logger that the server needs. A pino logger is one; the public types don't depend on pino's declarations. */
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
 * Creates a logger to standard output: formatted lines on a terminal, JSON elsewhere. Callers never pass coordinates or
 * tokens: the privacy test checks that.
 */
export function createLogger(level: string): Logger {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination());
}

function destination(): DestinationStream {
  return process.stdout.isTTY
    ? pretty({ sync: true, singleLine: true, translateTime: 'HH:MM:ss' })
    : pino.destination({ sync: true });
}
