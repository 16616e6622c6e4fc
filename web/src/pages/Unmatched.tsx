import { Button, Checkbox, TextInput } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { http } from '../api/client';
import { useKeys } from '../app/keys';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { Choice } from '../ui/Choice';
import { GoButton } from '../ui/go';
import { arr, Card, Defs, Empty, ErrorBox, Loading, Tag } from '../ui/kit';
import { Page } from '../ui/Page';
import { Scroll } from '../ui/Scroll';
import {
  DoneBar, shortIdentity, UnmatchedTabs, useInSight, useKeptText,
  type AliasEffect, type AliasProposal, type DecidedAlias, type Done, type UnmatchedDetail, type UnmatchedItem, type UnmatchedView,
} from './unmatchedParts';

const pageSize = 50;

/** How similar a proposal has to be to be chosen before anybody looked. */
const leastChosen = 0.6;

/** Components that no source can be asked about: a list to be emptied with the keyboard. */
export function Unmatched() {
  const { t, n, time } = useI18n();
  const can = useCan();
  const refresh = useRefresh();
  const [text, setText] = useState('');
  const [reason, setReason] = useState('');
  const [cursor, setCursor] = useState('');
  const [at, setAt] = useState(0);
  const [marked, setMarked] = useState<string[]>([]);
  const [choice, setChoice] = useState<Record<string, string>>({});
  const [why, setWhy] = useKeptText('identity');
  const [done, setDone] = useState<Done | null>(null);
  const whyField = useRef<HTMLInputElement>(null);
  const query = useQuery({
    queryKey: ['/unmatched', text, reason, cursor], queryFn: () => http.get<UnmatchedView>('/unmatched', { q: text, reason, cursor, limit: pageSize }),
    placeholderData: keepPreviousData, refetchInterval: (q) => q.state.data && (q.state.data.behind || !q.state.data.ready) ? 1500 : false,
  });
  const items = arr(query.data?.items);
  const here = items[Math.min(at, items.length - 1)];
  const detail = useQuery({
    queryKey: ['/unmatched/component', here?.key], queryFn: () => http.get<UnmatchedDetail>('/unmatched/component', { key: here?.key ?? '' }), enabled: !!here, placeholderData: keepPreviousData,
  });
  const mine = detail.data && here && detail.data.row.key === here.key ? detail.data : undefined;
  const proposals = arr(mine?.proposals);
  const chosen = here ? choice[here.key] ?? (proposals[0] && proposals[0].score >= leastChosen ? proposals[0].identity : '') : '';
  const row = useInSight(here?.key ?? '');

  const decide = useMutation({
    mutationFn: (v: { items: UnmatchedItem[]; identity: string }) =>
      http.post<{ items: DecidedAlias[] }>('/aliases', { components: v.items.map((i) => ({ supplier: i.supplier, name: i.name, identity: v.identity })), reason: why }),
    onSuccess: async (made, v) => {
      const first = v.items[0];
      const decided = arr(made.items);
      setDone({
        text: v.identity ? t('unmatched.done', { name: first?.name ?? '', identity: shortIdentity(v.identity), n: decided[0]?.opened ?? 0 })
          : v.items.length > 1 ? t('unmatched.done.many', { n: v.items.length }) : t('unmatched.done.none', { name: first?.name ?? '' }),
        undo: () => undo.mutate(decided.map((d) => d.alias.id)),
      });
      setMarked([]);
      await refresh();
    },
  });
  const undo = useMutation({
    mutationFn: async (ids: string[]) => { for (const id of ids) await http.post<DecidedAlias>(`/aliases/${id}/withdraw`, { reason: t('unmatched.undo.reason') }); },
    onSuccess: async () => { setDone({ text: t('unmatched.undone') }); await refresh(); },
  });
  const busy = decide.isPending || undo.isPending;
  const may = can('identities.confirm');
  const submit = (identity: string) => {
    if (!may || busy || !here) return;
    if (why.trim().length < 4) { whyField.current?.focus(); return; }
    const several = items.filter((i) => marked.includes(i.key));
    decide.mutate({ items: !identity && several.length > 0 ? several : [here], identity });
  };
  const move = (by: number) => setAt(Math.max(0, Math.min(items.length - 1, at + by)));
  const mark = (key: string) => setMarked((old) => old.includes(key) ? old.filter((k) => k !== key) : [...old, key]);
  useKeys({
    j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1), x: () => here && mark(here.key), u: () => done?.undo?.(), n: () => submit(''), Enter: () => chosen && submit(chosen),
    ...Object.fromEntries(proposals.slice(0, 9).map((p, i) => [String(i + 1), () => here && setChoice({ ...choice, [here.key]: p.identity })])),
  });
  const first = () => { setCursor(''); setAt(0); };

  return (
    <Page title={t('unmatched.nav')} sub={t('unmatched.sub')}>
      <UnmatchedTabs here="/unmatched" />
      <DoneBar done={done} busy={undo.isPending} hint={may ? t('unmatched.keys') : ''} />
      {(decide.isError || undo.isError) && <ErrorBox error={decide.error ?? undo.error} />}
      {arr(query.data?.uncovered).length > 0 && (
        <div className="notice lead">
          <div>
            <b>{t('unmatched.uncovered')}</b><p className="sub">{t('unmatched.uncovered.text')}</p>
            <p className="small num">{arr(query.data?.uncovered).map((u) => t('unmatched.uncovered.row', { name: u.name, components: u.components, releases: u.releases })).join('　')}</p>
          </div>
          <GoButton to="/sources" variant="default">{t('sources.nav')}</GoButton>
        </div>
      )}
      <div className="cols unmatched">
        <Card title={query.data ? t('unmatched.n', { n: query.data.total }) : t('unmatched.nav')} aside={<span className="sub small">{t('unmatched.order')}</span>}>
          <div className="toolbar">
            <TextInput aria-label={t('unmatched.search')} placeholder={t('unmatched.search')} value={text} onChange={(e) => { setText(e.currentTarget.value); first(); }} style={{ flex: 1, minWidth: 160 }} />
            <Choice label={t('unmatched.reason')} hideLabel value={reason} onChange={(v) => { setReason(v); first(); }} options={[{ value: '', label: t('unmatched.reason.all') }, { value: 'none', label: t('unmatched.reason.none') }, { value: 'unknown', label: t('unmatched.reason.unknown') }]} />
          </div>
          {query.data?.behind && <p className="sub small" role="status">{query.data.as_of.startsWith('0001') ? t('unmatched.first') : t('unmatched.behind', { at: time(query.data.as_of) })}</p>}
          {query.isPending ? <Loading /> : query.isError ? <ErrorBox error={query.error} retry={() => void query.refetch()} /> : items.length === 0 && !query.data.behind ? (
            text || reason ? <Empty title={t('unmatched.empty.filtered')} /> : <Empty title={t('unmatched.empty')}><p>{t('unmatched.empty.text')}</p></Empty>
          ) : (
            <Scroll><table className="list">
              <thead><tr>{may && <th />}<th scope="col">{t('component')}</th><th scope="col" className="right">{t('sites.nav')}</th><th scope="col" className="right">{t('products')}</th><th scope="col" className="right">{t('unmatched.releases')}</th></tr></thead>
              <tbody>
                {items.map((item, i) => (
                  <tr key={item.key} ref={item === here ? row : undefined} className="go" data-current={item === here || undefined} aria-current={item === here || undefined} onClick={() => setAt(i)}>
                    {may && <td style={{ width: 30 }}><Checkbox size="xs" aria-label={t('unmatched.mark', { name: item.name })} checked={marked.includes(item.key)} onClick={(e) => e.stopPropagation()} onChange={() => mark(item.key)} /></td>}
                    <td><b>{item.name}</b>{item.supplier && <div className="small">{item.supplier}</div>}{item.reason === 'unknown' && <div className="sub small">{t('unmatched.reason.unknown')}</div>}{item.best && <div className="small">→ <span className="identity">{shortIdentity(item.best.identity)}</span></div>}</td>
                    <td className="right num">{n(item.sites)}</td><td className="right num">{n(item.products)}</td><td className="right num">{n(item.releases)}</td>
                  </tr>
                ))}
              </tbody>
            </table></Scroll>
          )}
          {query.data && (query.data.next || cursor) && (
            <p className="nextlinks">
              {cursor && <Button variant="default" onClick={first}>{t('unmatched.top')}</Button>}
              {query.data.next && <Button variant="default" onClick={() => { setCursor(query.data.next); setAt(0); }}>{t('unmatched.more', { n: pageSize })}</Button>}
            </p>
          )}
        </Card>
        {here && (
          <div className="stack decide">
            <Card title={here.name}>
              <Defs rows={[
                [t('component.supplier'), here.supplier || <span className="sub">{t('unmatched.supplier.none')}</span>], [t('unmatched.versions'), arr(here.versions).length === 0 ? '' : <span key="v" className="num">{arr(here.versions).join('　')}{here.components > arr(here.versions).length ? ' …' : ''}</span>],
                ...(here.identifier ? [[t('component.identifier'), <span key="i" className="identity">{here.identifier}</span>] as [string, React.ReactNode]] : []),
                [t('unmatched.reason'), t(here.reason === 'none' ? 'unmatched.reason.none.text' : 'unmatched.reason.unknown.text')],
              ]} />
              {arr(mine?.decisions).filter((d) => d.withdrawn_by).slice(0, 2).map((d) => <p key={d.id} className="sub small">{d.identity ? shortIdentity(d.identity) : t('unmatched.decided.none')}：{t('unmatched.withdrawn', { at: time(d.withdrawn_at), by: d.withdrawn_by, reason: d.withdrawn_reason })}</p>)}
            </Card>
            <Card title={t('unmatched.which')}>
              {detail.isError ? <ErrorBox error={detail.error} retry={() => void detail.refetch()} /> : !mine ? <Loading rows={3} /> : (
                <Proposals key={here.key} itemKey={here.key} supplier={here.supplier} proposals={proposals} chosen={chosen} onChoose={(identity) => setChoice({ ...choice, [here.key]: identity })} />
              )}
              {may && (
                <div className="stack" style={{ gap: 10, marginTop: 14 }}>
                  <TextInput ref={whyField} label={t('unmatched.why')} description={t('unmatched.why.hint')} required value={why} onChange={(e) => setWhy(e.currentTarget.value)} onKeyDown={(e) => { if (e.key === 'Enter') { e.preventDefault(); e.currentTarget.blur(); } }} />
                  <div className="tags">
                    <Button disabled={!chosen} loading={decide.isPending} onClick={() => submit(chosen)}>{t('unmatched.confirm')}　<kbd>Enter</kbd></Button>
                    <Button variant="default" disabled={busy} onClick={() => submit('')} title={t('unmatched.none.text')}>{t('unmatched.none')}{marked.length > 0 && `（${t('unmatched.marked', { n: marked.length })}）`}　<kbd>n</kbd></Button>
                  </div>
                  <p className="sub small">{t('unmatched.none')}：{t('unmatched.none.text')}</p>
                </div>
              )}
            </Card>
          </div>
        )}
      </div>
    </Page>
  );
}

/** What the component may be, each with why and with what confirming it would do. */
function Proposals({ itemKey, supplier, proposals, chosen, onChoose }: { itemKey: string; supplier: string; proposals: AliasProposal[]; chosen: string; onChoose: (identity: string) => void }) {
  const { t } = useI18n();
  const [typed, setTyped] = useState('');
  const [asked, setAsked] = useState('');
  useEffect(() => { const wait = setTimeout(() => setAsked(typed.trim()), 250); return () => clearTimeout(wait); }, [typed]);
  const direct = /^(pkg:|cpe:)/.test(asked);
  const found = useQuery({ queryKey: ['/identities', asked, supplier], queryFn: () => http.get<{ items: AliasProposal[] }>('/identities', { name: asked }), enabled: asked !== '' && !direct });
  const more = direct ? [{ identity: asked, name: '', supplier: '', score: 0, shared: [], same_supplier: false, advisories: 0 }] : arr(found.data?.items).filter((p) => !proposals.some((q) => q.identity === p.identity));
  const shown = proposals.slice(0, 6);
  return (
    <>
      {shown.length > 0 && !chosen && <p className="sub small" style={{ marginBottom: 6 }}>{t('unmatched.weak')}</p>}
      {shown.length === 0 && <p className="sub">{t('unmatched.best.none')}</p>}
      <div role="radiogroup" aria-label={t('unmatched.which')} className="proposals">
        {[...shown, ...(asked ? more.slice(0, 6) : [])].map((p, i) => (
          <label key={p.identity} className={p.identity === chosen ? 'chosen' : undefined}>
            <input type="radio" name={`identity-${itemKey}`} checked={p.identity === chosen} onChange={() => onChoose(p.identity)} />
            <span>
              {i < shown.length && <kbd>{i + 1}</kbd>} <span className="identity">{shortIdentity(p.identity)}</span>
              {p.advisories > 0 && <span className="sub small" style={{ display: 'block' }}>{[arr(p.shared).length > 0 && t('unmatched.shared', { words: arr(p.shared).join(' ') }), p.same_supplier && t('unmatched.sameSupplier'), t('unmatched.advisories', { n: p.advisories })].filter(Boolean).join('　')}</span>}
              {(p.identity === chosen || i < 3) && <Effect itemKey={itemKey} identity={p.identity} full={p.identity === chosen} />}
            </span>
          </label>
        ))}
      </div>
      <TextInput mt={8} label={t('unmatched.other')} description={t('unmatched.other.hint')} value={typed} onChange={(e) => setTyped(e.currentTarget.value)} />
    </>
  );
}

function Effect({ itemKey, identity, full }: { itemKey: string; identity: string; full: boolean }) {
  const { t } = useI18n();
  const query = useQuery({ queryKey: ['/unmatched/effect', itemKey, identity], queryFn: () => http.get<AliasEffect>('/unmatched/effect', { key: itemKey, identity }), retry: false });
  if (query.isPending) return <span className="sub small" style={{ display: 'block' }}>{t('unmatched.effect.busy')}…</span>;
  if (query.isError) return full ? <ErrorBox error={query.error} /> : null;
  const e = query.data;
  if (!e.known) return <span style={{ display: 'block' }}><Tag tone="open">{t('unmatched.effect.unknown')}</Tag></span>;
  return (
    <span style={{ display: 'block' }}>
      <span className={full ? 'small' : 'sub small'}>{e.findings > 0 ? t('unmatched.effect', { n: e.findings, affected: e.affected }) : t('unmatched.effect.zero')}</span>
      {full && e.findings > 0 && <span className="sub small num" style={{ display: 'block' }}>{arr(e.versions).slice(0, 3).map((v) => t('unmatched.fit', { version: v.version || '—', affected: v.affected, possible: v.possible })).join('　')}</span>}
    </span>
  );
}
