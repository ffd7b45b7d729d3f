import { maskCharacter } from './foldCharacter.ts';
import { skeletonOf } from './lookalikes.ts';
import { type Token, tokenize } from './tokenize.ts';

/** The words that may follow in an entry of the list. */
interface TrieNode {
  isEnd: boolean;
  next: Map<string, TrieNode> | null;
}

const newNode = (): TrieNode => ({ isEnd: false, next: null });

/**
 * A list of words and phrases. A text is split into words, and each is looked up, so the time is linear in the text and does not
 * depend on the length of the list.
 */
export class BlockedWords {
  readonly #entries = newNode();
  /** The entries with lookalikes replaced: for words that mix scripts. */
  readonly #skeletons = newNode();
  #size = 0;

  /** Number of entries. */
  get size(): number {
    return this.#size;
  }

  /** Adds a word or phrase in NFC. */
  add(entry: string): void {
    const tokens = tokenize(entry);
    if (tokens.length === 0) return;
    const words = tokens.map((token) => token.text);
    insert(this.#entries, words);
    insert(this.#skeletons, words.map(skeletonOf));
    this.#size += 1;
  }

  /** Whether the text, in NFC, contains an entry. */
  isIn(text: string): boolean {
    const tokens = tokenize(text);
    const wordsAt = this.#matcher(tokens);
    for (let at = 0; at < tokens.length; at += 1) {
      if (wordsAt(at) > 0) return true;
    }
    return false;
  }

  /** The text with each letter of an entry in it replaced by `•`: it has the same number of characters. */
  mask(text: string): string {
    const tokens = tokenize(text);
    const wordsAt = this.#matcher(tokens);
    let masked = '';
    let copied = 0;
    let hidden = 0;
    for (const [at, { start, end }] of tokens.entries()) {
      hidden = Math.max(hidden, at + wordsAt(at));
      if (at >= hidden) continue;
      masked += text.slice(copied, start) + text.slice(start, end).replace(/./gsu, maskCharacter);
      copied = end;
    }
    return copied === 0 ? text : masked + text.slice(copied);
  }

  /** A function that returns the number of words of the longest entry that begins at a word; 0 if none does. */
  #matcher(tokens: readonly Token[]): (at: number) => number {
    const words = tokens.map(({ text }) => text);
    const plainAt = (at: number) => longest(this.#entries, words, at);
    if (!tokens.some(({ isMixed }) => isMixed)) return plainAt;
    const skeletons = words.map(skeletonOf);
    const counts = (from: number, to: number) => tokens.slice(from, to).some(({ isMixed }) => isMixed);
    return (at) => Math.max(plainAt(at), longest(this.#skeletons, skeletons, at, counts));
  }
}

function insert(root: TrieNode, words: readonly string[]): void {
  let node = root;
  for (const word of words) {
    node.next ??= new Map();
    const next = node.next.get(word) ?? newNode();
    node.next.set(word, next);
    node = next;
  }
  node.isEnd = true;
}

/** Number of words of the longest entry that begins there and counts; 0 if none does. */
function longest(
  root: TrieNode,
  words: readonly string[],
  from: number,
  counts: (from: number, to: number) => boolean = () => true,
): number {
  let found = 0;
  let node: TrieNode | undefined = root;
  for (let at = from; at < words.length; at += 1) {
    node = node.next?.get(words[at] ?? '');
    if (node === undefined) break;
    if (node.isEnd && counts(from, at + 1)) found = at + 1 - from;
  }
  return found;
}
