import { useQueries, keepPreviousData } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { ComponentPage } from '../api/types';
import { useI18n, type Key } from '../i18n';
import { ErrorBox, Loading, Tag } from '../ui/kit';
import { VirtualRows, type VirtualRow } from '../ui/VirtualRows';
import { FindingMark, Identifier, PartName } from './partCells';
import type { PartQuery } from './ReleaseParts';
import { SupportMark, useSupport } from './ReleaseSupport';

const pageSize = 200;
const heads: { key: string; title: Key; sort?: string }[] = [
  { key: 'name', title: 'component.name', sort: 'name' }, { key: 'version', title: 'component.version', sort: 'version' }, { key: 'findings', title: 'findings.open', sort: 'findings' }, { key: 'support', title: 'support.column' },
  { key: 'supplier', title: 'component.supplier', sort: 'supplier' }, { key: 'licence', title: 'parts.licence' }, { key: 'id', title: 'component.identifier' },
];

/** Every component of an SBOM, read a page at a time where one looks. */
export function PartTable({ sbom, release, query, onOpen, clear }: { sbom: string; release: string; query: PartQuery; onOpen: (position: number) => void; clear: React.ReactNode }) {
  const { t } = useI18n();
  const [sort, setSort] = useState('');
  const [pages, setPages] = useState([0]);
  const [active, setActive] = useState(-1);
  const support = useSupport(release);
  const asked = { ...query, sort };
  const results = useQueries({
    queries: pages.map((page) => ({
      queryKey: ['/sboms', sbom, 'components', asked, page],
      queryFn: () => http.get<ComponentPage>(`/sboms/${sbom}/components`, { ...asked, from: page * pageSize, limit: pageSize }),
      placeholderData: keepPreviousData,
    })),
  });
  const known = new Map(pages.map((page, i) => [page, results[i]?.data]));
  const first = results.find((r) => r.data)?.data;
  const failed = results.find((r) => r.isError);
  if (failed) return <ErrorBox error={failed.error} retry={() => void failed.refetch()} />;
  if (!first) return <Loading />;
  const place = (at: number) => known.get(Math.floor(at / pageSize))?.items?.[at % pageSize];
  const row = (at: number): VirtualRow => {
    const p = place(at);
    if (!p) return { cells: <span role="gridcell" className="vloading">…</span> };
    return {
      cells: <>
        <span role="gridcell" className="v-name"><PartName place={p} /></span>
        <span role="gridcell" className="num">{p.component.version || <Tag tone="open">{t('unknown')}</Tag>}</span>
        <span role="gridcell"><FindingMark place={p} /></span>
        <span role="gridcell" className="v-mid"><SupportMark element={support.get(p.component.id)} /></span>
        <span role="gridcell" className="v-wide">{p.component.supplier || '—'}</span>
        <span role="gridcell" className="v-wide">{(p.licenses ?? []).join(', ') || '—'}</span>
        <span role="gridcell" className="v-mid"><Identifier place={p} /></span>
      </>,
    };
  };
  return (
    <>
      <p className="sub num small" aria-live="polite" style={{ marginBottom: 6 }}>{t('list.total', { n: first.total })}</p>
      {first.total === 0 ? clear : (
        <VirtualRows
          label={t('component.list')} hint={t('parts.keys.table')} count={first.total} rowHeight={38} height={608} row={row} active={active} onActive={setActive}
          onOpen={(at) => { const p = place(at); if (p) onOpen(p.position); }}
          onSight={(from, until) => {
            const wanted = new Set<number>();
            for (let page = Math.floor(from / pageSize); page <= Math.floor(Math.max(from, until - 1) / pageSize); page++) wanted.add(page);
            setPages((now) => (now.length === wanted.size && now.every((p) => wanted.has(p)) ? now : [...wanted]));
          }}
          head={heads.map((h) => {
            const dir = h.sort && (sort || 'name') === h.sort ? 'ascending' : h.sort && sort === `-${h.sort}` ? 'descending' : undefined;
            return (
              <span key={h.key} role="columnheader" aria-sort={dir} className={h.key === 'supplier' || h.key === 'licence' ? 'v-wide' : h.key === 'id' || h.key === 'support' ? 'v-mid' : ''}>
                {h.sort ? <button type="button" className="sortbutton" data-on={dir} onClick={() => setSort(dir === 'ascending' ? `-${h.sort}` : h.sort ?? '')}>{t(h.title)}<span aria-hidden="true">{dir === 'ascending' ? '▲' : dir === 'descending' ? '▼' : ''}</span></button> : t(h.title)}
              </span>
            );
          })}
        />
      )}
    </>
  );
}
