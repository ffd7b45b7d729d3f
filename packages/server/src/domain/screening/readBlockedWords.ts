import { countChars } from '@earshot/shared';
import { TimeSlices } from '../../async/timeSlices.ts';
import { BlockedWords } from './blockedWords.ts';
import { tokenize } from './tokenize.ts';

const entriesMax = 10_000;
const entryChars = 64;
/** Problems that are listed. */
const problemsMax = 5;
/** Milliseconds of work in one tick. */
const sliceMs = 4;

/** The list in a text with one word or phrase a line and `#` comments, or the problems of the text, a sentence each. */
export async function readBlockedWords(text: string): Promise<BlockedWords | { problems: string[] }> {
  const words = new BlockedWords();
  const problems: string[] = [];
  const slices = new TimeSlices(sliceMs);
  for (const [index, line] of text.split(/\r\n|[\r\n]/).entries()) {
    const entry = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .normalize('NFC');
    if (entry === '') continue;
    const problem = words.size === entriesMax ? tooMany : problemOf(entry);
    if (problem === null) words.add(entry);
    else problems.push(`line ${index + 1}: ${problem}`);
    if (problems.length === problemsMax || problem === tooMany) break;
    if (slices.isOver) await slices.next();
  }
  return problems.length === 0 ? words : { problems };
}

const tooMany = `more than ${entriesMax} entries`;

function problemOf(entry: string): string | null {
  if (countChars(entry) > entryChars) return `longer than ${entryChars} characters`;
  // Patterns look alike everywhere; taken literally, `a*` would block every `a`.
  const sign = /[*?[\](){}\\/]/.exec(entry)?.[0];
  if (sign !== undefined) return `“${entry}” contains “${sign}”: write whole words, without wildcards or expressions`;
  return tokenize(entry).length === 0 ? `“${entry}” has no letter, digit or symbol` : null;
}
