/**
 * The line (from 1) of a form definition that a problem is about; pointers are RFC 6901, such as /fields/12/key. Only the
 * two outer levels are looked for: a key at the margin, and the item of its list or the member of that name. 0: not found.
 */
export function yamlLine(text: string, pointer: string): number {
  const [top, item] = pointer.split('/').slice(1);
  if (!top) return 0;
  const lines = text.split('\n');
  const start = lines.findIndex((l) => l.startsWith(`${top}:`));
  if (start < 0 || item === undefined) return start + 1;
  let found = -1;
  for (let i = start + 1, seen = -1; i < lines.length && !/^[^\s#-]/.test(lines[i] ?? ''); i++) {
    const line = lines[i] ?? '';
    if (/^ {0,2}- /.test(line)) seen++;
    if (/^\d+$/.test(item) ? seen === Number(item) : line.startsWith(`  ${item}:`)) { found = i; break; }
  }
  return (found < 0 ? start : found) + 1;
}
