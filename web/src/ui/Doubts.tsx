import { useQuery } from '@tanstack/react-query';
import { http } from '../api/client';
import type { SourceList } from '../api/types';
import { useI18n } from '../i18n';
import { Go } from './go';
import { arr } from './kit';

/** The sources with their state; every page asks with the same key. */
export function useSources() {
  return useQuery({ queryKey: ['/sources'], queryFn: () => http.get<SourceList>('/sources'), refetchInterval: 60_000 });
}

/** Says that "not affected" and "nothing found" cannot be relied on while a source is stale or red; nothing while all is well. */
export function Doubts() {
  const { t, name, join } = useI18n();
  const doubts = arr(useSources().data?.doubts);
  if (doubts.length === 0) return null;
  return (
    <div className="notice doubts" style={{ marginBottom: 16, borderLeftColor: 'var(--mimamori-soon)' }} role="status">
      <b>{t('doubts.title')}</b>
      <p>{t('doubts.text', { sources: join(doubts.map((d) => t('doubts.one', { source: name('feed.short', d.source), state: name('source.state', d.state) }))) })} <Go to="/sources">{t('doubts.see')}</Go></p>
    </div>
  );
}
