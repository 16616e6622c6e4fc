import { Button, TextInput } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { http } from '../api/client';
import type { List } from '../api/types';
import { useKeys } from '../app/keys';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { Go } from '../ui/go';
import { arr, Card, Empty, ErrorBox, Loading } from '../ui/kit';
import { Page } from '../ui/Page';
import { Scroll } from '../ui/Scroll';
import { DoneBar, UnmatchedTabs, useInSight, useKeptText, type DecidedProductName, type Done, type ProductNameDetail, type ProductProposal } from './unmatchedParts';

/** Names in advisories without identifier that may mean a product of ours: for a person to decide. */
export function ProductNames() {
  const { t, time } = useI18n();
  const can = useCan();
  const refresh = useRefresh();
  const [at, setAt] = useState(0);
  const [why, setWhy] = useKeptText('product-name');
  const [done, setDone] = useState<Done | null>(null);
  const whyField = useRef<HTMLInputElement>(null);
  const query = useQuery({ queryKey: ['/product-proposals'], queryFn: () => http.get<List<ProductProposal>>('/product-proposals', { limit: 100 }), refetchInterval: 5000 });
  const items = arr(query.data?.items);
  const here = items[Math.min(at, items.length - 1)];
  const detail = useQuery({
    queryKey: ['/product-names/detail', here?.id], queryFn: () => http.get<ProductNameDetail>(`/products/${here?.product_id ?? ''}/names/detail`, { key: here?.key ?? '' }), enabled: !!here, placeholderData: keepPreviousData,
  });
  const outside = arr(detail.data?.releases).filter((r) => r.affected + r.possible === 0).length;
  const row = useInSight(here?.id ?? '');
  const decide = useMutation({
    mutationFn: (v: { item: ProductProposal; ours: boolean }) => http.post<DecidedProductName>(`/products/${v.item.product_id}/names`, { vendor: v.item.vendor, name: v.item.name, ours: v.ours, reason: why }),
    onSuccess: async (made, v) => {
      setDone({ text: t(v.ours ? 'named.done' : 'named.done.no', { name: `${v.item.vendor} ${v.item.name}`, brand: v.item.brand_name, n: made.opened }), undo: () => undo.mutate(made.name.id) });
      await refresh();
    },
  });
  const undo = useMutation({
    mutationFn: (id: string) => http.post<DecidedProductName>(`/product-names/${id}/withdraw`, { reason: t('unmatched.undo.reason') }),
    onSuccess: async () => { setDone({ text: t('unmatched.undone') }); await refresh(); },
  });
  const may = can('identities.confirm');
  const submit = (ours: boolean) => {
    if (!may || !here || decide.isPending) return;
    if (why.trim().length < 4) { whyField.current?.focus(); return; }
    decide.mutate({ item: here, ours });
  };
  const move = (by: number) => setAt(Math.max(0, Math.min(items.length - 1, at + by)));
  useKeys({ j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1), u: () => done?.undo?.() });
  return (
    <Page title={t('named.nav')} sub={t('named.sub')}>
      <UnmatchedTabs here="/unmatched/names" />
      <DoneBar done={done} busy={undo.isPending} />
      {(decide.isError || undo.isError) && <ErrorBox error={decide.error ?? undo.error} />}
      <div className="cols unmatched">
        <Card title={t('unmatched.n', { n: query.data?.total ?? 0 })}>
          {query.isPending ? <Loading /> : query.isError ? <ErrorBox error={query.error} retry={() => void query.refetch()} /> : items.length === 0 ? <Empty title={t('named.empty')}><p>{t('named.empty.text')}</p></Empty> : (
            <Scroll><table className="list">
              <thead><tr><th scope="col">{t('named.name')}</th><th scope="col">{t('named.ours')}</th><th scope="col" className="right">{t('named.score')}</th><th scope="col" className="hide-small">{t('named.found')}</th></tr></thead>
              <tbody>
                {items.map((p, i) => (
                  <tr key={p.id} ref={p === here ? row : undefined} className="go" data-current={p === here || undefined} aria-current={p === here || undefined} onClick={() => setAt(i)}>
                    <td><b>{p.name}</b><div className="small">{p.vendor}</div></td><td>{p.brand_name}</td><td className="right num">{Math.round(p.score / 10)}%</td><td className="num small hide-small">{time(p.found_at)}</td>
                  </tr>
                ))}
              </tbody>
            </table></Scroll>
          )}
        </Card>
        {here && (
          <div className="stack decide">
            <Card title={t('named.question', { brand: here.brand_name })}>
              <p><b>{here.name}</b>　{here.vendor}</p>
              {detail.isError ? <ErrorBox error={detail.error} /> : !detail.data ? <Loading rows={3} /> : (
                <>
                  <table className="list">
                    <thead><tr><th scope="col">{t('unmatched.advisories', { n: detail.data.total })}</th><th scope="col">{t('named.versions')}</th></tr></thead>
                    <tbody>{arr(detail.data.advisories).slice(0, 8).map((a) => <tr key={`${a.record_id} ${a.vulnerability}`}><td><Go to={`/vulnerabilities/${a.vulnerability_id}`}><span className="num nowrap">{a.vulnerability}</span></Go><div className="small">{a.record_id}　{a.title}</div></td><td className="num small">{arr(a.versions).join('、') || '—'}</td></tr>)}</tbody>
                  </table>
                  <table className="list">
                    <thead><tr><th scope="col">{t('release')}</th><th scope="col">{t('named.releases')}</th></tr></thead>
                    <tbody>{arr(detail.data.releases).filter((r) => r.affected + r.possible > 0).slice(0, 12).map((r) => <tr key={r.release_id}><td className="num">{r.version}</td><td>{t('named.release', { affected: r.affected, possible: r.possible })}</td></tr>)}</tbody>
                  </table>
                  {outside > 0 && <p className="sub small">{t('named.outside', { n: outside })}</p>}
                </>
              )}
              {may && (
                <div className="stack" style={{ gap: 10, marginTop: 14 }}>
                  <TextInput ref={whyField} label={t('unmatched.why')} required value={why} onChange={(e) => setWhy(e.currentTarget.value)} />
                  <div className="tags">
                    <Button loading={decide.isPending} onClick={() => submit(true)}>{t('named.yes')}</Button>
                    <Button variant="default" disabled={decide.isPending} onClick={() => submit(false)}>{t('named.no')}</Button>
                  </div>
                </div>
              )}
            </Card>
          </div>
        )}
      </div>
    </Page>
  );
}
