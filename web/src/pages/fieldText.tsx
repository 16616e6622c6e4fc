import type { ReactNode } from 'react';
import type { FormDefinition, FormField } from '../api/types';
import { useI18n } from '../i18n';
import { Scroll } from '../ui/Scroll';
import { arr } from '../ui/kit';
import { rowsOf } from './tableText';

/** The text of a field as people read it: codes by their words, days with their weekday, tables as tables. */
export function useFieldText(): (form: FormDefinition, field: FormField, text: string) => ReactNode {
  const { t, say, fullDay } = useI18n();
  return (form, field, text) => {
    if (!text.trim()) return <span className="sub">{t('notRecorded')}</span>;
    if (field.type === 'code') return say(form.codes[field.codes]?.find((c) => c.code === text)?.label) || text;
    if (field.type === 'date') return fullDay(text) || text;
    if (field.type !== 'table') return field.unit ? `${text} ${field.unit}` : text;
    const columns = arr(field.columns);
    return (
      <Scroll>
        <table className="list fixedtable">
          <thead><tr>{columns.map((c) => <th key={c.key} scope="col" className={c.type === 'number' ? 'right' : undefined}>{say(c.label)}{c.unit && `（${c.unit}）`}</th>)}</tr></thead>
          <tbody>{rowsOf(text, columns.length).map((row, i) => <tr key={i}>{row.map((cell, j) => <td key={j} className={columns[j]?.type === 'number' ? 'right num' : undefined}>{columns[j]?.type === 'date' ? fullDay(cell) || cell : cell}</td>)}</tr>)}</tbody>
        </table>
      </Scroll>
    );
  };
}
