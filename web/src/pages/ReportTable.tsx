import { useRef, useState, type ClipboardEvent, type KeyboardEvent } from 'react';
import type { FormField } from '../api/types';
import { useI18n } from '../i18n';
import { arr } from '../ui/kit';
import { Scroll } from '../ui/Scroll';
import { pastedCells, putBlock, rowsOf, textOf } from './tableText';

type Props = { field: FormField; text: string; onChange: (text: string) => void; describedBy: string; invalid: boolean };

/** A table of a form: Enter and the arrow keys go from row to row, an empty row waits at the end, cells of a spreadsheet can be pasted. */
export function ReportTable({ field, text, onChange, describedBy, invalid }: Props) {
  const { t, say } = useI18n();
  const columns = arr(field.columns);
  const width = columns.length;
  const [kept, setKept] = useState(() => rowsOf(text, width));
  const body = useRef<HTMLTableSectionElement>(null);
  // What comes from elsewhere (the server, the source) replaces what stands here; blank rows in the middle stay while somebody types.
  const rows = textOf(kept) === textOf(rowsOf(text, width)) ? kept : rowsOf(text, width);
  const shown = [...rows, Array.from({ length: width }, () => '')];
  const store = (next: string[][]) => {
    setKept(next);
    onChange(textOf(next));
  };
  const focus = (row: number, column: number) => body.current?.rows[row]?.querySelectorAll<HTMLInputElement>('input')[column]?.focus();
  const keys = (row: number, column: number) => (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    const to = e.key === 'ArrowUp' ? row - 1 : e.key === 'ArrowDown' || e.key === 'Enter' ? row + 1 : -1;
    if (to < 0 || to >= shown.length) return;
    e.preventDefault();
    focus(to, e.key === 'Enter' ? 0 : column);
  };
  const paste = (row: number, column: number) => (e: ClipboardEvent) => {
    const block = pastedCells(e.clipboardData.getData('text/plain'));
    if (block.length < 2 && (block[0]?.length ?? 0) < 2) return;
    e.preventDefault();
    store(putBlock(rows, row, column, block, width));
  };
  return (
    <>
      <Scroll>
        <table className="entry" aria-label={say(field.label)} aria-describedby={describedBy}>
          <thead><tr>{columns.map((c) => <th key={c.key} scope="col">{say(c.label)}{c.unit && `（${c.unit}）`}</th>)}<td /></tr></thead>
          <tbody ref={body}>
            {shown.map((row, i) => (
              <tr key={i}>
                {columns.map((c, j) => (
                  <td key={c.key}>
                    <input
                      value={row[j] ?? ''} aria-label={t('report.table.cell', { column: say(c.label), n: i + 1 })} aria-invalid={invalid && i < rows.length && c.required && !row[j]?.trim() ? true : undefined}
                      inputMode={c.type === 'number' ? 'decimal' : undefined} placeholder={i === shown.length - 1 && c.type === 'date' ? '2026-06-01' : undefined} className={c.type === 'number' ? 'num right' : undefined}
                      onChange={(e) => store(putBlock(rows, i, j, [[e.currentTarget.value]], width))} onKeyDown={keys(i, j)} onPaste={paste(i, j)}
                    />
                  </td>
                ))}
                <td className="rowend">{i < rows.length && <button type="button" className="plain small" aria-label={t('report.table.removeRow', { n: i + 1 })} onClick={() => { store(rows.filter((_, at) => at !== i)); focus(Math.max(0, i - 1), 0); }}>{t('remove')}</button>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <div className="hint">{t('report.table.hint')}</div>
    </>
  );
}
