import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Parses the command line of a script. Throws an Error whose message says what is wrong and where the options are listed. */
export function parseCommandLine<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    // The rest of Node.js's message does not apply to scripts of pnpm.
    const [problem] = error instanceof Error ? error.message.split(/\.? To |\.\n/) : [];
    throw new Error(`${problem?.replace(/\.$/, '')}. --help lists the options.`);
  }
}

/** Parses a whole number. Throws an Error that names the option. */
export function wholeNumber(option: string, text: string, [min, max]: readonly [min: number, max?: number]): number {
  const value = Number(text);
  const isInRange = text.trim() !== '' && Number.isInteger(value) && value >= min && value <= (max ?? value);
  if (isInRange) return value;
  const range = max === undefined ? `from ${min}` : `from ${min} to ${max}`;
  throw new Error(`${option} must be a whole number ${range}.`);
}

/** The texts of `--only`, which are separated by semicolons; empty for everything. */
export const onlyTexts = (only = ''): string[] =>
  only
    .split(';')
    .map((text) => text.trim())
    .filter((text) => text !== '');

/** Whether the name contains one of the texts of `--only`, or there are none. */
export const isChosen = (texts: readonly string[], name: string): boolean =>
  texts.length === 0 || texts.some((text) => name.includes(text));

/** Throws an Error that lists the names, if no name contains one of the texts of `--only`. */
export function refuseUnmatched(texts: readonly string[], names: readonly string[], kind: string): void {
  const unmatched = texts.find((text) => !names.some((name) => name.includes(text)));
  if (unmatched === undefined) return;
  throw new Error(
    `--only: no ${kind} contains “${unmatched}”. These are measured:\n${names.map((name) => `  ${name}\n`).join('')}`.trimEnd(),
  );
}

/** The arguments after the script, without the `--` that pnpm passes on between its own options and those of the script. */
export const scriptArguments = (): string[] => process.argv.slice(2).filter((arg, at) => !(arg === '--' && at === 0));

/** Runs the main function of a script. Its error is printed without a stack, and the exit code is 1. */
export async function runScript(main: () => Promise<void>): Promise<void> {
  // The reader of the output, such as `head`, has ended.
  process.stdout.on('error', (error) => process.exit('code' in error && error.code === 'EPIPE' ? 0 : 1));
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
