import type { Lines, Screen } from './terminal.ts';

interface InputHandlers {
  /** Sends a message. The next line does not wait for it. */
  send: (content: string) => Promise<void>;
  /** Runs a line that begins with a slash. The next line waits for it. */
  run: (command: string) => Promise<void>;
}

/** Handles the lines until /quit or the end of the input, and then waits for the messages. */
export async function handleLines(lines: Lines, screen: Screen, { send, run }: InputHandlers): Promise<void> {
  const sends: Promise<void>[] = [];
  for await (const line of lines) {
    screen.eraseInput();
    if (line === '/quit') break;
    if (line.startsWith('/')) await run(line);
    else if (line.trim() !== '') sends.push(send(line));
    screen.prompt();
  }
  await Promise.all(sends);
}
