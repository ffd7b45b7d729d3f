import { expect, test } from 'vitest';
import { csvRow } from './auditExport.ts';

test.each([
  [['a', null, 'b c'], 'a,,b c\r\n'],
  [['a,b', 'say "hi"', 'two\nlines', 'two\r\nlines'], '"a,b","say ""hi""","two\nlines","two\r\nlines"\r\n'],
  [['=1+1', '+1', '-1', '@x', 'a=b'], "'=1+1,'+1,'-1,'@x,a=b\r\n"],
  [['\t=1+1', '\r=1', '\n=1'], `'\t=1+1,"'\r=1","'\n=1"\r\n`],
  [['=HYPERLINK("http://x","y")'], `"'=HYPERLINK(""http://x"",""y"")"\r\n`],
  [['Zoë 🙂', ''], 'Zoë 🙂,\r\n'],
])('%j is written as %j', (cells, row) => {
  expect(csvRow(cells)).toBe(row);
});
