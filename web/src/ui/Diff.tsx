import { useI18n } from '../i18n';

type Flat = Map<string, string>;

/** Between the values of a list; stands in no text. */
const separator = '\u001f';

/** Writes a record as one line per field, "facts.0.name" → text. */
function flatten(value: unknown, path = '', out: Flat = new Map()): Flat {
  if (Array.isArray(value) && value.every((v) => typeof v !== 'object' || v === null)) out.set(path, value.join(separator));
  else if (value !== null && typeof value === 'object') {
    for (const [k, v] of Object.entries(value)) flatten(v, path ? `${path}.${k}` : k, out);
  } else if (value !== undefined && value !== null) out.set(path, String(value));
  return out;
}

/** Fields of bookkeeping that say nothing about the change. */
const quiet = new Set(['id', 'revision', 'updated_at', 'created_at']);

/** What changed between two states of a record, field by field. */
export function Diff({ before, after }: { before: unknown; after: unknown }) {
  const { t, name } = useI18n();
  const show = useValue();
  const [a, b] = [flatten(before), flatten(after)];
  const keys = [...new Set([...a.keys(), ...b.keys()])].filter((k) => !quiet.has(k) && (a.get(k) ?? '') !== (b.get(k) ?? ''));
  if (keys.length === 0) return <p className="sub small">{t('ledger.noDifference')}</p>;
  return (
    <table className="diff">
      <thead><tr><th scope="col">{t('ledger.field')}</th><th scope="col">{t('ledger.before')}</th><th scope="col">{t('ledger.after')}</th></tr></thead>
      <tbody>
        {keys.map((k) => (
          <tr key={k}>
            <th scope="row">{name('field', k)}</th>
            <td>{a.get(k) ? <del>{show(k, a.get(k) ?? '')}</del> : <span className="sub">—</span>}</td>
            <td>{b.get(k) ? <ins>{show(k, b.get(k) ?? '')}</ins> : <span className="sub">—</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Lists whose values have names in the dictionary, by field. */
const lists: Record<string, string> = {
  stage: 'stage', status: 'status', result: 'result', form: 'form', kind: 'obligation', class: 'class', route: 'route', connectivity: 'link', designated: 'known', harm: 'harm', justification: 'justification',
  present: 'known', used: 'known', function_affected: 'known', exploited: 'known', controls_suffice: 'known', confidential_only: 'known', roles: 'role', source: 'intake.source',
};

/** Writes a stored value as people read it. */
function useValue(): (field: string, value: string) => string {
  const { t, name, fullDay, time, join } = useI18n();
  return (field, value) => {
    if (value === 'true' || value === 'false') return t(value === 'true' ? 'applies' : 'appliesNot');
    if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return fullDay(value) || '—';
    if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value)) return time(value) || '—';
    const list = lists[field];
    if (!list) return join(value.split(separator));
    return join(value.split(separator).map((v) => name(list, v)));
  };
}
