import { cellOf, type RuleScope } from '@earshot/server/admin';
import { locationSchema, roomIdSchema } from '@earshot/shared';
import { type Command, InvalidArgumentError } from 'commander';

export interface ScopeOptions {
  room?: string;
  /** The map cell of `--at`. */
  at?: string;
}

/** Adds the options that choose where a command acts. */
export function addScopeOptions<T extends Command>(command: T): T {
  return command
    .option('--room <id>', 'in this room; without --room and --at: on the whole server', parseRoom)
    .option(
      '--at <latitude,longitude>',
      'in the area around this location: its map cell and the neighbours',
      parseCell,
    );
}

export function scopeOf({ room, at }: ScopeOptions): RuleScope {
  if (room !== undefined && at !== undefined) throw new InvalidArgumentError('Give --room or --at, not both.');
  if (room !== undefined) return { type: 'room', roomId: room };
  return at === undefined ? { type: 'server' } : { type: 'area', cell: at };
}

export function parseRoom(text: string): string {
  if (roomIdSchema.safeParse(text).success) return text;
  throw new InvalidArgumentError('It must be the id of a room.');
}

export function parseCell(text: string): string {
  const [latitude, longitude, ...rest] = text
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  const location = locationSchema.safeParse({ latitude, longitude });
  if (location.success && rest.length === 0) return cellOf(location.data);
  throw new InvalidArgumentError('It must be a latitude and a longitude in degrees, like 52.52,13.405.');
}
