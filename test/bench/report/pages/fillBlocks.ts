/**
 * Replaces the paragraph or table after each mark `<!-- figures: NAME -->` by the block of that name, which ends with a line break. Throws if a
 * mark has no block, or a block has no mark.
 */
export function fillBlocks(page: string, blocks: Readonly<Record<string, string>>): string {
  const filled = new Set<string>();
  const result = page.replace(/(<!-- figures: ([\w ]+) -->\n\n)(?:.+\n)+/g, (_all, mark: string, name: string) => {
    const block = blocks[name];
    if (block === undefined) throw new Error(`The page has a mark for figures that are not known: ${name}.`);
    filled.add(name);
    return mark + block;
  });
  const missing = Object.keys(blocks).filter((name) => !filled.has(name));
  if (missing.length > 0) throw new Error(`The page has no mark for these figures: ${missing.join(', ')}.`);
  return result;
}
