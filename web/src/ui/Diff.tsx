import { useQuery } from '@tanstack/react-query';
import { http } from '../api/client';
import type { CasePage, FormDefinition, LedgerEntry } from '../api/types';
import { useI18n } from '../i18n';
import { words } from '../i18n/words';
import { citation } from '../lib/citation';

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

/** What an entry changed, field by field, in the words of the pages. What only the program needs (keys, digests, the stored proof) stands folded below. */
export function EntryDiff({ entry, before = entry.before }: { entry: LedgerEntry; before?: unknown }) {
  const { t } = useI18n();
  const name = useNames(entry);
  const [a, b] = [flatten(before), flatten(entry.after)];
  const empty = (v: string | undefined) => !v || v.startsWith('0001-01-01');
  const keys = [...new Set([...a.keys(), ...b.keys()])].filter((k) => !quiet.has(k) && (a.get(k) ?? '') !== (b.get(k) ?? '') && !(empty(a.get(k)) && empty(b.get(k))));
  if (keys.length === 0) return <p className="sub small">{t('ledger.noDifference')}</p>;
  const plain = keys.filter((k) => name.field(k) !== '');
  const inner = keys.filter((k) => name.field(k) === '');
  const fresh = a.size === 0;
  const table = (list: string[], technical: boolean) => (
    <table className="diff">
      <thead><tr><th scope="col">{t('ledger.field')}</th>{!fresh && <th scope="col">{t('ledger.before')}</th>}<th scope="col">{t(fresh ? 'ledger.content' : 'ledger.after')}</th></tr></thead>
      <tbody>
        {list.map((k) => {
          const show = (v: string) => technical ? <code>{v.split(separator).join(', ')}</code> : name.value(k, v);
          return (
            <tr key={k}>
              <th scope="row">{technical ? <code>{k}</code> : name.field(k)}</th>
              {!fresh && <td>{a.get(k) ? <del>{show(a.get(k) ?? '')}</del> : <span className="sub">—</span>}</td>}
              <td>{b.get(k) ? <ins>{show(b.get(k) ?? '')}</ins> : <span className="sub">—</span>}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
  return (
    <>
      {plain.length > 0 && table(plain, false)}
      {inner.length > 0 && <details style={{ marginTop: 6 }}><summary className="small sub">{t('ledger.inner', { n: inner.length })}</summary>{table(inner, true)}</details>}
    </>
  );
}

/** Records whose version is a count, not the version of a software. */
const numbered = new Set(['determination', 'report', 'assessment']);

/** Lists whose values have names in the dictionary, by field. */
const lists: Record<string, string> = {
  stage: 'stage', status: 'status', result: 'result', form: 'form', kind: 'obligation', class: 'class', route: 'route', connectivity: 'link', designated: 'known', harm: 'harm', justification: 'justification',
  'override.result': 'result', 'override.form': 'form', meaning: 'signature', present: 'known', used: 'known', function_affected: 'known', exploited: 'known', controls_suffice: 'known', controls_applied: 'known', confidential_only: 'known', malfunctions: 'malfunction',
  'consequences.settings_changed': 'known', 'consequences.care_changed': 'known', 'consequences.data_lost': 'known', 'consequences.misoperation': 'known', 'consequences.spread': 'known', roles: 'role', source: 'intake.source', change: 'change',
};

/** Lists that depend on what kind of record it is. */
const listsOf: Record<string, Record<string, string>> = {
  determination: { status: 'determination.status' }, signature: { meaning: 'signature' },
  report: { state: 'report.state', issue_kind: 'report.kind', completion: 'report.completion' }, submission: { state: 'submission.state', channel: 'channel' }, obligation: { state: 'obligation.state' }, import: { state: 'import', kind: 'feed.short' }, finding: { state: 'finding', class: 'match' },
};

/** Names of the fields and values of an entry. Facts are named by their rulebook and boxes by their form; a field without a name gives ''. */
function useNames(entry: LedgerEntry): { field: (key: string) => string; value: (key: string, value: string) => string } {
  const { t, name, say, lang, fullDay, clock, join } = useI18n();
  const isFact = entry.action === 'case.fact';
  const facts = useQuery({ queryKey: ['/cases', entry.subject.id], enabled: isFact, queryFn: () => http.get<CasePage>(`/cases/${encodeURIComponent(entry.subject.id)}`) });
  const kind = entry.subject.kind;
  const state = (entry.after ?? entry.before ?? {}) as { form?: string; name?: string };
  const formName = kind === 'report' ? state.form?.split('/').pop() ?? '' : '';
  const form = useQuery({ queryKey: ['form', formName], enabled: formName !== '', staleTime: Infinity, queryFn: () => http.get<FormDefinition>(`/forms/${formName}`) });
  const fact = isFact && facts.data ? [...facts.data.facts, ...facts.data.duty_steps.flatMap((s) => s.facts)].find((f) => f.name === state.name) : undefined;
  const box = (key: string) => {
    const m = /^values\.(\w+)\.text$/.exec(key);
    return m ? form.data?.fields.find((f) => f.key === m[1]) : undefined;
  };
  return {
    field: (key) => {
      if (isFact && key === 'name') return t('fact');
      const b = box(key);
      if (b) return [b.number, say(b.label)].filter(Boolean).join(' ');
      if (key === 'version' && numbered.has(kind)) return t('determination.version');
      return `field.${key}` in words ? name('field', key) : '';
    },
    value: (key, value) => {
      if (fact && key === 'name') return say(fact.label);
      const parts = value.split(separator);
      if (fact && key === 'possible') return join(parts.map((v) => say(fact.values?.find((x) => x.value === v)?.label) || v));
      const b = box(key);
      if (b?.codes) return say(form.data?.codes[b.codes]?.find((c) => c.code === value)?.label) || value;
      if (value === 'true' || value === 'false') return t(value === 'true' ? 'applies' : 'appliesNot');
      if (/^\d{4}-\d{2}-\d{2}$/.test(value)) return fullDay(value) || '—';
      if (/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/.test(value)) return clock(value) || '—';
      if (key === 'items') return join(parts.map((v) => citation(v, lang)));
      if (key === 'lang') return value === 'ja' ? '日本語' : 'English';
      const list = listsOf[kind]?.[key] ?? lists[key];
      if (!list) return join(parts);
      return join(parts.map((v) => name(list, list === 'form' ? v.split('/').pop() ?? v : v)));
    },
  };
}
