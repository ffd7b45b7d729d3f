import { type CharacterKind, foldCharacter } from './foldCharacter.ts';
import { mixesScripts } from './lookalikes.ts';

/** A word of a text, in the form that is compared. */
export interface Token {
  readonly text: string;
  /** Whether it mixes Latin letters and lookalikes of other scripts. */
  readonly isMixed: boolean;
  /** Where it stands in the text. */
  readonly start: number;
  readonly end: number;
}

/**
 * Splits a text in NFC into words. A word is a run of letters and digits; in scripts without spaces between words, each letter with its
 * marks is one, and so is each symbol. White space and punctuation only separate words. The time is linear in the length.
 */
export function tokenize(text: string): Token[] {
  return new Tokenizer(text).run();
}

class Tokenizer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #text = '';
  #kind: CharacterKind = 'separator';
  #start = 0;
  #end = 0;
  #isAscii = true;
  #hasMark = false;

  constructor(source: string) {
    this.#source = source;
  }

  run(): Token[] {
    const source = this.#source;
    for (let at = 0; at < source.length; ) {
      const code = source.charCodeAt(at);
      const kind = asciiKinds[code];
      if (kind === undefined) at = this.#takeOther(at);
      else if (kind === 'word') at = this.#takeAsciiRun(at);
      else {
        if (kind === 'symbol') this.#add(kind, String.fromCharCode(code), at, at + 1);
        else this.#finish();
        at += 1;
      }
    }
    this.#finish();
    return this.#tokens;
  }

  #takeAsciiRun(at: number): number {
    let end = at + 1;
    while (asciiKinds[this.#source.charCodeAt(end)] === 'word') end += 1;
    this.#add('word', this.#source.slice(at, end).toLowerCase(), at, end);
    return end;
  }

  #takeOther(at: number): number {
    const character = String.fromCodePoint(this.#source.codePointAt(at) ?? 0);
    const end = at + character.length;
    const { kind, text } = foldCharacter(character);
    if (kind === 'separator') this.#finish();
    else if (kind !== 'ignored') {
      this.#add(kind, text, at, end);
      this.#isAscii = false;
    }
    return end;
  }

  /** Continues the word, or begins another one. */
  #add(kind: CharacterKind, text: string, start: number, end: number): void {
    const continues = this.#text !== '' && (kind === 'mark' || (kind === 'word' && this.#kind === 'word'));
    if (!continues) {
      this.#finish();
      this.#kind = kind;
      this.#start = start;
    }
    this.#text += text;
    this.#hasMark ||= kind === 'mark';
    this.#end = end;
  }

  #finish(): void {
    if (this.#text === '') return;
    // The marks of half-width letters are characters of their own.
    const text = this.#hasMark ? this.#text.normalize('NFC') : this.#text;
    const isMixed = !this.#isAscii && mixesScripts(text);
    this.#tokens.push({ text, isMixed, start: this.#start, end: this.#end });
    this.#text = '';
    this.#isAscii = true;
    this.#hasMark = false;
  }
}

const asciiKinds = Array.from({ length: 0x80 }, (_, code): CharacterKind => {
  const character = String.fromCharCode(code);
  if (/[a-z0-9]/i.test(character)) return 'word';
  return '$+<=>^`|~'.includes(character) ? 'symbol' : 'separator';
});
