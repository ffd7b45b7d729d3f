import type { Interface } from 'node:readline';

/** The terminal. Lines appear above the input line. Piped output gets plain lines. */
export interface Screen {
  print(...lines: string[]): void;
  prompt(): void;
  /** Erases the line just entered: the server sends it back, as all users see it. */
  eraseInput(): void;
}

export function createScreen(input: Interface): Screen {
  const { stdout } = process;
  const clearLine = stdout.isTTY ? '\r\x1b[2K' : '';
  let prompting = false;
  return {
    print: (...lines) => {
      for (const line of lines) stdout.write(`${clearLine}${line}\n`);
      if (prompting && stdout.isTTY) input.prompt(true);
    },
    prompt: () => {
      prompting = true;
      if (stdout.isTTY) input.prompt();
    },
    eraseInput: () => {
      if (stdout.isTTY) stdout.write('\x1b[1A\r\x1b[2K');
    },
  };
}

/** The lines typed or piped in, buffered until they are read. */
export interface Lines extends AsyncIterable<string> {
  /** Resolves when there is no more input. */
  ended: Promise<void>;
}

export function readLines(input: Interface): Lines {
  const ended = new Promise<void>((resolve) => input.once('close', resolve));
  const iterator = input[Symbol.asyncIterator]();
  return { ended, [Symbol.asyncIterator]: () => iterator };
}
