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
