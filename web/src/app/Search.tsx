import { Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState, type KeyboardEvent } from 'react';
import { http } from '../api/client';
import type { Hit } from '../api/types';
import { Doubts } from '../ui/Doubts';
import { useI18n, type Key } from '../i18n';
import { useGo } from '../ui/go';
import { arr } from '../ui/kit';

const places: { to: string; label: Key }[] = [
  { to: '/', label: 'today' }, { to: '/intakes', label: 'intake' }, { to: '/intakes/new', label: 'intake.new' }, { to: '/cases', label: 'case.nav' },
  { to: '/vulnerabilities', label: 'vulnerability.nav' }, { to: '/findings', label: 'finding' }, { to: '/products', label: 'products.nav' }, { to: '/products/new', label: 'product.new' },
  { to: '/sites', label: 'sites.nav' }, { to: '/reports', label: 'report.nav' }, { to: '/sources', label: 'sources.nav' }, { to: '/ledger', label: 'ledger' }, { to: '/settings', label: 'settings' }, { to: '/law', label: 'law' },
];

/** The address of a search hit. */
function address(hit: Hit): string {
  const base: Record<string, string> = { product: '/products/', release: '/releases/', site: '/sites/', vulnerability: '/vulnerabilities/', unrecorded: '/vulnerabilities/', intake: '/intakes/', case: '/cases/', report: '/reports/' };
  if (hit.kind === 'component') return `/findings?q=${encodeURIComponent(hit.title)}`;
  return `${base[hit.kind] ?? '/'}${encodeURIComponent(hit.id)}`;
}

/** Ctrl K: everything that has a page. */
export default function Search({ onClose }: { onClose: () => void }) {
  const { t, name } = useI18n();
  const go = useGo();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [q] = useDebouncedValue(text.trim(), 120);
  const hits = useQuery({ queryKey: ['/search', q], enabled: q !== '', placeholderData: keepPreviousData, queryFn: () => http.get<{ items: Hit[] }>('/search', { q }) });
  const pages = places.filter((p) => text.trim() === '' || t(p.label).toLowerCase().includes(text.trim().toLowerCase())).map((p) => ({ key: p.to, to: p.to, kind: t('search.page'), title: t(p.label), note: '' }));
  const found = q === '' ? [] : arr(hits.data?.items).map((h) => ({ key: h.kind + h.id, to: address(h), kind: name('kind', h.kind), title: h.title, note: h.note }));
  const items = [...found, ...pages];
  useEffect(() => setAt(0), [q]);
  const open = (to: string) => { onClose(); go(to); };
  const keys = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    if (e.key === 'ArrowDown') { e.preventDefault(); setAt(Math.min(items.length - 1, at + 1)); }
    if (e.key === 'ArrowUp') { e.preventDefault(); setAt(Math.max(0, at - 1)); }
    if (e.key === 'Enter') { e.preventDefault(); const item = items[at]; if (item) open(item.to); }
  };
  useEffect(() => { document.getElementById(`hit-${at}`)?.scrollIntoView({ block: 'nearest' }); }, [at]);
  return (
    <Modal opened onClose={onClose} withCloseButton={false} size={640} padding={0} yOffset="12vh" centered={false} attributes={{ content: { 'aria-label': t('search.all') } }}>
      <TextInput
        data-autofocus value={text} onChange={(e) => setText(e.currentTarget.value)} onKeyDown={keys} placeholder={t('search.all')} aria-label={t('search.all')} size="lg" variant="unstyled" px={18} py={6}
        role="combobox" aria-expanded="true" aria-controls="hits" aria-activedescendant={items[at] ? `hit-${at}` : undefined}
      />
      <div role="listbox" id="hits" aria-label={t('search.results')} className="hits">
        {items.map((item, i) => (
          <div key={item.key} id={`hit-${i}`} role="option" aria-selected={i === at} className="hit" onMouseMove={() => setAt(i)} onClick={() => open(item.to)}>
            <span className="tag">{item.kind}</span><span className="hittitle">{item.title}</span>{item.note && <span className="sub small">{item.note}</span>}
          </div>
        ))}
      </div>
      {items.length === 0 && <p className="empty">{hits.isFetching ? t('loading') : t('list.nothingFound')}</p>}
      {text.trim() !== '' && <div style={{ padding: '0 12px' }}><Doubts /></div>}
    </Modal>
  );
}
