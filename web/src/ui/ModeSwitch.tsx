import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import { http } from '../api/client';
import type { List } from '../api/types';
import { useSession } from '../app/session';
import { useI18n } from '../i18n';

export type Mode = 'precise' | 'comprehensive';

/* Every list on a page shows the same mode; the browser remembers it for each person. */
const listeners = new Set<() => void>();
const subscribe = (listener: () => void) => { listeners.add(listener); return () => listeners.delete(listener); };

/** How a person looks at findings: without what only may concern them, or everything (the default). */
export function useMode(): [Mode, (mode: Mode) => void] {
  const key = `mimamori.mode.${useSession().user?.id ?? ''}`;
  const mode = useSyncExternalStore(subscribe, () => (localStorage.getItem(key) === 'precise' ? 'precise' : 'comprehensive'));
  return [mode, (next) => { localStorage.setItem(key, next); listeners.forEach((l) => l()); }];
}

/** Chooses the mode, says what it leaves out, and how many findings that hides now. query is that of the list. */
export function ModeSwitch({ query }: { query: Record<string, string> }) {
  const { t } = useI18n();
  const [mode, setMode] = useMode();
  const { mode: _, sort: __, ...rest } = query;
  const total = (m: Mode) => ({ queryKey: ['/findings', 'total', m, rest], queryFn: () => http.get<List<unknown>>('/findings', { ...rest, mode: m, limit: 1 }), enabled: mode === 'precise' });
  const precise = useQuery(total('precise'));
  const every = useQuery(total('comprehensive'));
  const hidden = precise.data && every.data ? every.data.total - precise.data.total : undefined;
  return (
    <div className="mode">
      <SegmentedControl size="xs" aria-label={t('mode.label')} value={mode} onChange={(v) => setMode(v as Mode)} data={(['precise', 'comprehensive'] as const).map((m) => ({ value: m, label: t(`mode.${m}`) }))} />
      <span className="sub small" aria-live="polite">
        {t(`mode.${mode}.text`)}
        {mode === 'precise' && hidden !== undefined && <> {hidden > 0 ? <button type="button" className="linklike" onClick={() => setMode('comprehensive')}>{t('mode.hidden', { n: hidden })}</button> : t('mode.hidden.none')}</>}
      </span>
    </div>
  );
}
