import { Button, NativeSelect, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { http } from '../api/client';
import type { Path } from '../api/paths';
import type { List } from '../api/types';
import { useI18n } from '../i18n';
import { useKeys } from '../app/keys';
import { arr, ErrorBox, Loading } from './kit';
import { Scroll } from './Scroll';

export type Column<T> = { key: string; title: ReactNode; cell: (row: T) => ReactNode; /** Field the server sorts by; a leading - starts with the largest. */ sort?: string; className?: string };
/** One of a few values, or an input of its own. */
export type Filter = { name: string; label: string } & ({ options: { value: string; label: string }[]; input?: undefined } | { input: (value: string, onChange: (value: string) => void) => ReactNode });

type Props<T> = {
  path: Path<'get'>;
  /** Filters that belong to the page itself. */
  fixed?: Record<string, string>;
  columns: Column<T>[];
  filters?: Filter[];
  search?: string;
  rowKey: (row: T) => string;
  /** Address of the row's own page. */
  to?: (row: T) => string;
  empty: ReactNode;
  /** Stands between the filters and the rows; gets what the server is asked. */
  note?: (query: Record<string, string>) => ReactNode;
  /** How the server sorts while nobody chose a column, in words. */
  order?: string;
  /** Sorting while nobody chose one; the server's own when absent. */
  sort?: string;
  /** Several tables on a page: only one may keep its state in the address. */
  inPage?: boolean;
  limit?: number;
};

/** A list from the server: pages by cursor, sorted by a click on a heading, filtered, searched, and walked with j, k and Enter. */
export function DataTable<T>({ path, fixed = {}, columns, filters = [], search, rowKey, to, empty, note, order, sort = '', inPage = false, limit = 50 }: Props<T>) {
  const { t } = useI18n();
  const navigate = useNavigate();
  const address = useSearch({ strict: false }) as Record<string, string>;
  const [local, setLocal] = useState<Record<string, string>>({});
  const state = inPage ? local : address;
  const change = (next: Record<string, string>) => {
    const merged = Object.fromEntries(Object.entries({ ...state, ...next }).filter(([, v]) => v !== ''));
    if (inPage) setLocal(merged);
    else void navigate({ to: '.', search: merged as never, replace: true });
  };
  const query: Record<string, string> = { ...fixed };
  for (const f of filters) if (state[f.name]) query[f.name] = state[f.name] ?? '';
  if (state.q) query.q = state.q;
  const sorted = state.sort ?? sort;
  if (sorted) query.sort = sorted;

  const pages = useInfiniteQuery({
    queryKey: [path, 'list', query, limit],
    queryFn: ({ pageParam }) => http.get<List<T>>(path, { ...query, limit, cursor: pageParam }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next || undefined,
    placeholderData: keepPreviousData,
  });
  const rows = pages.data?.pages.flatMap((p) => arr(p.items)) ?? [];
  const total = pages.data?.pages[0]?.total ?? 0;
  const filtered = !!state.q || filters.some((f) => state[f.name]);

  const [text, setText] = useState(state.q ?? '');
  const submit = useDebouncedCallback((q: string) => change({ q }), 250);
  const body = useRef<HTMLTableSectionElement>(null);
  const [current, setCurrent] = useState(-1);
  useEffect(() => setCurrent(-1), [path, JSON.stringify(query)]);
  const move = (by: number) => setCurrent((at) => {
    const next = Math.max(0, Math.min(rows.length - 1, at + by));
    body.current?.rows[next]?.scrollIntoView({ block: 'nearest' });
    return next;
  });
  useKeys(inPage || !to ? {} : {
    j: () => move(1),
    k: () => move(-1),
    Enter: () => { const row = rows[current]; if (row) void navigate({ to: to(row) as never }); },
  });

  return (
    <div>
      {(search || filters.length > 0) && (
        <div className="toolbar">
          {search && (
            <TextInput
              size="sm" w={280} placeholder={search} aria-label={search} value={text} type="search"
              onChange={(e) => { setText(e.currentTarget.value); submit(e.currentTarget.value); }}
            />
          )}
          {filters.map((f) => f.input ? <div key={f.name}>{f.input(state[f.name] ?? '', (v) => change({ [f.name]: v }))}</div> : (
            <NativeSelect
              key={f.name} size="sm" aria-label={f.label} value={state[f.name] ?? ''} onChange={(e) => change({ [f.name]: e.currentTarget.value })}
              data={[{ value: '', label: t('filter.all', { name: f.label }) }, ...f.options]}
            />
          ))}
          {pages.data && <span className="sub num" aria-live="polite" style={{ marginLeft: 'auto' }}>{t('list.total', { n: total })}{order && !state.sort && total > 1 && <span className="order">{order}</span>}</span>}
        </div>
      )}
      {note?.(query)}
      {pages.isPending ? <Loading /> : pages.isError && rows.length === 0 ? <ErrorBox error={pages.error} retry={() => void pages.refetch()} /> : rows.length === 0 ? (
        filtered
          ? <div className="empty"><h3>{t('list.nothingFound')}</h3><Button variant="default" mt={6} onClick={() => { setText(''); change({ q: '', ...Object.fromEntries(filters.map((f) => [f.name, ''])) }); }}>{t('list.clear')}</Button></div>
          : empty
      ) : (
        <>
          <Scroll>
            <table className="list">
              <thead>
                <tr>
                  {columns.map((c) => {
                    const field = c.sort?.replace(/^-/, '');
                    const dir = field && sorted === field ? 'ascending' : field && sorted === `-${field}` ? 'descending' : undefined;
                    return (
                      <th key={c.key} className={c.className} aria-sort={dir} scope="col">
                        {field && c.sort ? (
                          <button type="button" className="sortbutton" data-on={dir} onClick={() => change({ sort: dir === undefined ? c.sort ?? '' : dir === 'ascending' ? `-${field}` : field })}>
                            {c.title}<span aria-hidden="true">{dir === 'ascending' ? '▲' : dir === 'descending' ? '▼' : ''}</span>
                          </button>
                        ) : c.title}
                      </th>
                    );
                  })}
                </tr>
              </thead>
              <tbody ref={body} style={{ opacity: pages.isPlaceholderData ? 0.55 : 1 }}>
                {rows.map((row, i) => (
                  <tr
                    key={rowKey(row)} className={to ? 'go' : undefined} data-current={i === current || undefined}
                    onClick={(e) => {
                      if (!to || (e.target as HTMLElement).closest('a,button,input,label') || window.getSelection()?.toString()) return;
                      void navigate({ to: to(row) as never });
                    }}
                  >
                    {columns.map((c) => <td key={c.key} className={c.className}>{c.cell(row)}</td>)}
                  </tr>
                ))}
              </tbody>
            </table>
          </Scroll>
          {pages.isError && <ErrorBox error={pages.error} retry={() => void pages.fetchNextPage()} />}
          {pages.hasNextPage && (
            <div style={{ textAlign: 'center', paddingTop: 12 }}>
              <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>{t('list.more', { n: total - rows.length })}</Button>
            </div>
          )}
        </>
      )}
    </div>
  );
}
