import { once } from 'node:events';
import { type RawData, WebSocket } from 'ws';
import { type Collected, collect } from './collect.ts';
import type { Deployment } from './server.ts';

/**
 * Conversations on the legacy wire, recorded line by line (see test/golden/README.md). `replay` repeats one with a live
 * server: it sends the clients' lines, and returns the text with the server's actual lines.
 */

const time = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z|(?<="\$numberLong":")\d{13}(?=")/g;

/** Masks for ids and times, which differ in each run. They are numbered by first appearance. */
const masks = [
  { pattern: /\b[0-9a-f]{24}\b/g, name: 'ID' },
  { pattern: time, name: 'TIME' },
];
/** Values that may be equal by chance: the times when users come or go, a room is created, or a message changes. */
const volatileValues = /^\{"type":"User.*$|"(created_at|edited_at|editedAt|updatedAt)":("[^"]+"|\{[^}]+\}\})/g;
/** A room without messages, whose `last_message_at` is the time of its creation. */
const unused = /"last_message_at":("[^"]+"),"created_at":\1/g;

interface TranscriptClient {
  socket: WebSocket;
  frames: Collected<string>;
  read: number;
  /** The close code and reason. */
  closed: Promise<string>;
}

export async function replay(script: string, { a, b }: Deployment): Promise<string> {
  const player = new TranscriptPlayer(script, [a.url, b.url]);
  try {
    const lines = [];
    for (const line of script.trimEnd().split('\n')) lines.push(await player.play(line));
    return `${[...lines, ...player.unexpected()].join('\n')}\n`;
  } finally {
    player.close();
  }
}

class TranscriptPlayer {
  readonly #urls: readonly string[];
  readonly #clients = new Map<string, TranscriptClient>();
  readonly #places: readonly Place[];
  readonly #seen = new Map<string, string>();
  #answer = '';

  constructor(script: string, urls: readonly string[]) {
    this.#urls = urls;
    this.#places = placesIn(script);
  }

  /** Executes a line. Returns it, or the server's actual line in its place. */
  async play(line: string): Promise<string> {
    const [, name = '', verb = '', rest = ''] = /^(\S+) (opens|closes|>|<|closed)(?: (.*))?$/.exec(line) ?? [];
    if (/^(GET|POST) /.test(line)) {
      this.#answer = await this.#request(this.#real(line));
      return line;
    }
    if (/^=( |$)/.test(line)) return `= ${this.#mask(this.#answer)}`;
    if (verb === 'opens') await this.#open(name, this.#real(rest));
    if (verb === 'closes') this.#client(name).socket.close(1000);
    if (verb === '>') this.#client(name).socket.send(this.#real(rest));
    if (verb === 'closed') return `${name} closed ${await this.#client(name).closed}`;
    if (verb === '<') return `${name} < ${this.#mask(await this.#next(this.#client(name)))}`;
    return line;
  }

  /** The lines that the server sent beyond the script. */
  unexpected(): string[] {
    return [...this.#clients].flatMap(([name, { frames, read }]) =>
      frames.all.slice(read).map((frame) => `${name} < ${this.#mask(frame)}`),
    );
  }

  close(): void {
    for (const { socket } of this.#clients.values()) socket.terminate();
  }

  async #open(name: string, path: string): Promise<void> {
    // With two instances, clients alternate between them.
    const url = this.#urls[this.#clients.size % this.#urls.length] ?? '';
    const socket = new WebSocket(`${url.replace(/^http/, 'ws')}${path}`);
    const frames = collect<string>();
    socket.on('message', (data: RawData) => frames.push(String(data)));
    const closed = new Promise<string>((resolve) => {
      socket.once('close', (code, reason) => resolve(`${code} ${reason}`));
    });
    await once(socket, 'open');
    this.#clients.set(name, { socket, frames, read: 0, closed });
  }

  async #request(line: string): Promise<string> {
    const [, method = '', path = '', user, body] = /^(\S+) (\S+)(?: as (\S+))?(?: (.*))?$/.exec(line) ?? [];
    const response = await fetch(`${this.#urls.at(-1)}${path}`, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(user && { 'x-earshot-user-id': user, 'x-earshot-username': user }),
      },
      ...(body && { body }),
    });
    return `${response.status} ${await response.text()}`;
  }

  async #next(client: TranscriptClient): Promise<string> {
    const at = client.read;
    const frames = await client.frames.untilAll((all) => all.length > at);
    client.read += 1;
    return frames[at] ?? '';
  }

  #client(name: string): TranscriptClient {
    const client = this.#clients.get(name);
    if (client === undefined) throw new Error(`${name} has not come in yet`);
    return client;
  }

  /** The text to send: with masks replaced by real values, and locations moved away from those of other tests. */
  #real(text: string): string {
    let real = text;
    for (const { written, actual } of this.#places) real = real.replaceAll(written, actual);
    for (const [actual, mask] of this.#seen) real = real.replaceAll(mask, actual);
    return real;
  }

  #mask(text: string): string {
    let masked = text;
    for (const { written, actual } of this.#places) masked = masked.replaceAll(actual, written);
    masked = masked.replace(unused, '"last_message_at":"NOW","created_at":"NOW"');
    masked = masked.replace(volatileValues, (found) => found.replaceAll(time, 'NOW'));
    for (const { pattern, name } of masks) {
      masked = masked.replace(pattern, (found) => {
        const known = this.#seen.get(found);
        if (known !== undefined) return known;
        const count = [...this.#seen.values()].filter((mask) => mask.startsWith(name)).length;
        const mask = `${name}_${count + 1}`;
        this.#seen.set(found, mask);
        return mask;
      });
    }
    return masked;
  }
}

interface Place {
  written: string;
  actual: string;
}

/** Locations with four decimals, and rooms `lobby-...`, get additional digits, because one Redis serves many tests. */
function placesIn(script: string): Place[] {
  const digits = String(Math.floor(Math.random() * 8_999_999) + 1_000_000).replace(/0$/, '1');
  const written = new Set(script.match(/-?\d+\.\d{4}(?!\d)|lobby-[a-z]+/g));
  return [...written].map((text) => ({ written: text, actual: `${text}${digits}` }));
}
