export interface Instruction {
  keyword: string;
  /** The options before the arguments, such as `from` of `--from=server`. */
  flags: Record<string, string>;
  /** The rest of the instruction in one line. */
  text: string;
}

/** The instructions of a Dockerfile. Lines that end in a backslash are joined with the next. */
export function parseDockerfile(source: string): Instruction[] {
  const lines = source.split('\n').filter((line) => !/^\s*(#|$)/.test(line));
  const joined = lines.join('\n').replace(/\\\n\s*/g, '');
  return joined.split('\n').map((line) => {
    const [, keyword = '', options = '', text = ''] = /^(\w+)\s+((?:--[\w-]+=\S+\s+)*)(.*)$/.exec(line) ?? [];
    if (keyword === '') throw new Error(`This is no instruction: ${line}`);
    const flags = [...options.matchAll(/--([\w-]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]);
    return { keyword: keyword.toUpperCase(), flags: Object.fromEntries(flags), text };
  });
}

/** The words of an instruction in exec form, such as `CMD ["serve"]`. Throws an Error for the shell form. */
export function execForm({ keyword, text }: Instruction): string[] {
  if (!text.startsWith('[')) throw new Error(`${keyword} starts a shell, which passes no signal on: ${text}`);
  return JSON.parse(text);
}

/** The pairs of `ENV` or `LABEL`: `name=value`, values with blanks in double quotes. */
export function pairsOf({ text }: Instruction): Record<string, string> {
  const pairs = [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S*))/g)];
  return Object.fromEntries(pairs.map(([, name = '', quoted, plain = '']) => [name, quoted ?? plain]));
}
