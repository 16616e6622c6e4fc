// A table of a report is one text: a row is a line, its cells are divided by tabs.

/** Rows with exactly width cells each; lines without words are left out. */
export function rowsOf(text: string, width: number): string[][] {
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => fit(line.split('\t'), width));
}

/** The text of rows. Empty rows and empty cells at the end of a row are left out; tabs and line ends inside a cell become blanks. */
export function textOf(rows: string[][]): string {
  return rows.map((row) => row.map((c) => c.replace(/[\t\r\n]+/g, ' ').trim()).join('\t').replace(/\t+$/, '')).filter((line) => line.trim() !== '').join('\n');
}

/** Cells as a spreadsheet puts them on the clipboard; a quoted cell may hold tabs, line ends and doubled quotes. */
export function pastedCells(clipboard: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  const text = clipboard.replace(/\r\n?/g, '\n').replace(/\n$/, '');
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') { cell += '"'; i++; } else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === '\t' || c === '\n') {
      rows[rows.length - 1]?.push(cell);
      cell = '';
      if (c === '\n') rows.push([]);
    } else cell += c;
  }
  rows[rows.length - 1]?.push(cell);
  return rows;
}

/** Puts a block of cells into a table from a cell on; rows are added below as needed, what is too wide is left out. */
export function putBlock(rows: string[][], row: number, column: number, block: string[][], width: number): string[][] {
  const next = rows.map((r) => [...r]);
  while (next.length < row + block.length) next.push(fit([], width));
  block.forEach((cells, i) => cells.forEach((c, j) => {
    const to = next[row + i];
    if (to && column + j < width) to[column + j] = c;
  }));
  return next;
}

function fit(cells: string[], width: number): string[] {
  return Array.from({ length: width }, (_, i) => cells[i] ?? '');
}
