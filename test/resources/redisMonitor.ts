import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { Redis } from 'ioredis';
import { collect } from './collect.ts';

/** A line of MONITOR: time, database and client, then the command with its arguments. */
const commandLine = /^\+\d+\.\d+ \[[^\]]*\] (.*)$/;

/**
 * Collects every command that reaches Redis: channels, payloads, keys, values and scripts' arguments. It reads the connection itself:
 * ioredis fails if the first commands arrive together with the answer to MONITOR.
 */
export async function monitorRedis(url: string, note: (command: string) => void) {
  const { hostname, port, username, password } = new URL(url);
  const socket = connect(Number(port || 6379), hostname);
  const commands = collect<string>();
  const started = Promise.withResolvers<void>();
  let unanswered = password ? 2 : 1;
  await once(socket, 'connect');
  createInterface(socket).on('line', (line) => {
    const command = commandLine.exec(line)?.[1];
    if (command === undefined) {
      unanswered -= 1;
      if (line.startsWith('-')) started.reject(new Error(line));
      else if (unanswered === 0) started.resolve();
      return;
    }
    commands.push(command);
    note(command);
  });
  if (password) socket.write(`AUTH ${username || 'default'} ${password}\r\n`);
  socket.write('MONITOR\r\n');
  await started.promise;
  return {
    /** Resolves when everything sent before has been collected. */
    async quiet() {
      const client = new Redis(url);
      const marker = `marker ${Math.random()}`;
      await client.echo(marker);
      await commands.until((command) => command.includes(marker));
      client.disconnect();
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
