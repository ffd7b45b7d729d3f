import { Argument, Command } from 'commander';
import { parseDuration } from '../duration.ts';
import { addScopeOptions, parseRoom } from '../scope.ts';
import { parseUser } from '../values.ts';

const load = () => import('./sanctions.ts');

/** The command line of `earshot admin sanctions`. */
export function sanctionsCommand(): Command {
  const list = addScopeOptions(new Command('list'))
    .description('List the sanctions in force.')
    .option('--json', 'print JSON', false)
    .action(async (options) => (await load()).list(options));
  const mute = addScopeOptions(addTerms(forUser('mute', 'Mute a user: they can read, but not write.'))).action(
    async (user, options) => (await load()).mute(user, options),
  );
  const ban = addScopeOptions(addTerms(forUser('ban', 'Ban a user: they can neither read nor write.')))
    .option('--yes', 'do not ask before a ban from the whole server', false)
    .action(async (user, options) => (await load()).ban(user, options));
  const kick = forUser('kick', 'End the membership of a user in a room. They may join again a minute later.')
    .requiredOption('--room <id>', 'the id of the room', parseRoom)
    .option('--reason <text>', 'the reason, which the user reads')
    .action(async (user, options) => (await load()).kick(user, options));
  const lift = new Command('lift')
    .description('Lift a sanction.')
    .argument('<sanction>', 'its id: see `earshot admin sanctions list --json`')
    .action(async (id) => (await load()).lift(id));
  const command = new Command('sanctions').description('See, make and lift sanctions.');
  for (const one of [list, mute, ban, kick, lift, ...roomCommands()]) {
    command.addCommand(one);
  }
  return command;
}

function roomCommands(): Command[] {
  const slowMode = addTerms(forRoom('slow-mode', 'Let users send once in a number of seconds.'))
    .addArgument(new Argument('<seconds>', 'the seconds between two messages of a user, or off'))
    .action(async (room, seconds, options) => (await load()).slowMode(room, seconds, options));
  const retention = forRoom('retention', 'Set after how many days the messages of a room expire.')
    .addArgument(new Argument('<days>', 'the days for which messages are kept, or off'))
    .option('--yes', 'do not ask before older messages are deleted', false)
    .option('--reason <text>', 'the reason, for the audit log')
    .action(async (room, days, options) => (await load()).retention(room, days, options));
  const switches = [
    ['lock', 'Lock a room: no one new can join.', 'locked', true],
    ['unlock', 'Unlock a room.', 'locked', false],
    ['close', 'Close a room: it can only be read.', 'closed', true],
    ['reopen', 'Open a closed room again.', 'closed', false],
  ] as const;
  const all = switches.map(([name, description, state, on]) =>
    addTerms(forRoom(name, description)).action(async (room, options) =>
      (await load()).setRoom(room, { ...options, state, on }),
    ),
  );
  return [slowMode, retention, ...all];
}

const forUser = (name: string, description: string): Command =>
  new Command(name).description(description).argument('<user>', 'the id of the user', parseUser);

const forRoom = (name: string, description: string): Command =>
  new Command(name).description(description).argument('<room>', 'the id of the room', parseRoom);

const addTerms = (command: Command): Command =>
  command
    .option('--for <duration>', 'how long, for example 10m, 2h or 7d; without it: until it is lifted', parseDuration)
    .option('--reason <text>', 'the reason, which those concerned read');
