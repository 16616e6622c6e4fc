import type { FindingRow } from '../api/types';
import { useI18n } from '../i18n';
import { arr } from './kit';

/** What speaks against a finding: who says what. It never takes the finding away; a person decides. */
export function Counters({ counters }: { counters: FindingRow['counters'] }) {
  const { t, name } = useI18n();
  return <>{arr(counters).map((c, i) => <div key={i} className="small sub" title={c.reason || undefined}>{c.by === 'pedigree' ? t('counter.patch', { status: name('counter.status', c.status) }) : t('counter.says', { by: name('counter.by', c.by), source: c.source, status: name('counter.status', c.status) })}</div>)}</>;
}
