import { useI18n } from '../i18n';

type Flat = Map<string, string>;

/** Writes a record as one line per field, "facts.0.name" → text. */
function flatten(value: unknown, path = '', out: Flat = new Map()): Flat {
  if (Array.isArray(value) && value.every((v) => typeof v !== 'object' || v === null)) out.set(path, value.join('、'));
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
  const [a, b] = [flatten(before), flatten(after)];
  const keys = [...new Set([...a.keys(), ...b.keys()])].filter((k) => !quiet.has(k) && (a.get(k) ?? '') !== (b.get(k) ?? ''));
  if (keys.length === 0) return <p className="sub small">{t('ledger.noDifference')}</p>;
  return (
    <table className="diff">
      <thead><tr><th scope="col">{t('ledger.field')}</th><th scope="col">{t('ledger.before')}</th><th scope="col">{t('ledger.after')}</th></tr></thead>
      <tbody>
        {keys.map((k) => (
          <tr key={k}>
            <th scope="row">{label(k, name)}</th>
            <td>{a.get(k) ? <del>{a.get(k)}</del> : <span className="sub">—</span>}</td>
            <td>{b.get(k) ? <ins>{b.get(k)}</ins> : <span className="sub">—</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A field's name in the user's language where the dictionary has it. */
function label(key: string, name: (prefix: string, value: string) => string): string {
  const named = name('field', key);
  return named;
}
