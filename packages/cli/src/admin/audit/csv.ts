/** Characters with which a spreadsheet begins a formula; a tab or a line break before them is skipped. */
const formulaStart = /^[=+\-@\t\r\n]/;

/**
 * Encodes a row of a CSV file (RFC 4180). Texts that a spreadsheet would take for a formula get an apostrophe first, because they come from
 * users.
 */
export function csvRow(cells: readonly (string | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(cell: string | null): string {
  const text = cell === null ? '' : formulaStart.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
