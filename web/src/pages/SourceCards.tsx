import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { Feed, FeedView, ImportRun, SourceState, SourceView } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n, type Key } from '../i18n';
import { hasTime } from '../lib/dates';
import { Go, useGo } from '../ui/go';
import { arr, Card, ErrorBox } from '../ui/kit';
import { Scroll } from '../ui/Scroll';
import { StateWord } from '../ui/SourceState';
import { AcceptDialog, FeedDialog } from './FeedDialog';

/** Sources that need somebody first. */
export function byNeed(a: SourceView, b: SourceView): number {
  const order: SourceState[] = ['red', 'stale', 'never', 'good', 'off'];
  return order.indexOf(a.state) - order.indexOf(b.state);
}

/** An age in words: within the hour, hours, days. */
export function useHours(): (hours: number) => string {
  const { t } = useI18n();
  return (h) => (h < 0 ? '—' : h < 1 ? t('source.justNow') : h < 48 ? t('source.hours', { n: h }) : t('source.days', { n: Math.floor(h / 24) }));
}

/** One source: its state, what it rests on, what to do, and the addresses it is fetched from. */
export function SourceCard({ source: s }: { source: SourceView }) {
  const { t, n, name, time } = useI18n();
  const hours = useHours();
  const missing = arr(s.canaries_missing);
  const feeds = arr(s.feeds);
  return (
    <Card title={name('feed', s.name)} aside={<StateWord state={s.state} />} id={`source-${s.name}`}>
      <div className="figures">
        <div><b>{n(s.records)}</b><span>{t('records')}</span></div>
        <div><b>{hours(s.age_h)}</b><span>{t('source.lastGood')}{hasTime(s.last_good_at) && <span className="num">{t('gap')}{time(s.last_good_at)}</span>}</span></div>
        <div><b>{hours(s.newest_age_h)}</b><span>{t('source.newestRecord')}</span></div>
        {s.canaries > 0 && <div><b>{t('source.canaries.n', { n: s.canaries - Math.min(missing.length, s.canaries), of: s.canaries })}</b><span>{t('source.canaries')}</span></div>}
      </div>
      <Advice source={s} missing={missing} />
      {feeds.length > 0 && <Feeds feeds={feeds} />}
    </Card>
  );
}

/** What is wrong and how to mend it; nothing while all is well. */
function Advice({ source: s, missing }: { source: SourceView; missing: string[] }) {
  const { t } = useI18n();
  const uploaded = !s.feeds?.some((f) => f.on);
  const lines: Key[] = [];
  if (s.suspicion === 'rejected') lines.push('source.advice.rejected');
  if (missing.length > 0) lines.push('source.advice.canaries');
  if (s.state === 'stale') lines.push(uploaded ? 'source.advice.staleFile' : 'source.advice.staleFeed');
  if (s.state === 'never') lines.push(!uploaded ? 'source.advice.neverFeed' : arr(s.feeds).length > 0 ? 'source.advice.neverOff' : 'source.advice.neverFile');
  if (lines.length === 0 && !(uploaded && s.last_error)) return null;
  return (
    <div className={`notice ${s.state === 'red' ? 'error' : s.state === 'never' ? 'open' : ''}`} style={{ marginTop: 12 }}>
      {lines.map((line) => <p key={line}>{t(line)}</p>)}
      {missing.length > 0 && <ul>{missing.map((m) => <li key={m}><code>{m}</code>{m.includes('↛') && <span className="sub small">{t('source.canaries.wrong')}</span>}</li>)}</ul>}
      {uploaded && s.last_error && <p className="pre">{t('source.lastError')}{t('colon')}{s.last_error}</p>}
    </div>
  );
}

function Feeds({ feeds }: { feeds: FeedView[] }) {
  const { t } = useI18n();
  return (
    <Scroll><table className="list" style={{ marginTop: 12 }}>
      <thead><tr><th scope="col">{t('feeds.one')}</th><th scope="col">{t('state')}</th><th scope="col">{t('feed.age')}</th><th scope="col">{t('feed.next')}</th><th scope="col"><span className="visually-hidden">{t('today.action')}</span></th></tr></thead>
      <tbody>{feeds.map((f) => <FeedRow key={f.id} feed={f} />)}</tbody>
    </table></Scroll>
  );
}

/** What is wrong with a feed, and how to mend it. */
function useFeedAdvice(): (f: FeedView) => string {
  const { t } = useI18n();
  return (f) => {
    if (f.suspicion === 'shrunk') return t('feed.advice.shrunk', { before: f.records });
    if (f.suspicion === 'empty') return t('feed.advice.empty');
    if (f.suspicion === 'rejected') return t('feed.advice.rejected');
    if (f.last_error) return t(f.folder ? 'feed.advice.folder' : 'feed.advice.unreachable');
    return f.state === 'stale' ? t(f.folder ? 'feed.advice.carry' : 'feed.advice.stale') : '';
  };
}

function FeedRow({ feed: f }: { feed: FeedView }) {
  const { t, n, time } = useI18n();
  const can = useCan();
  const go = useGo();
  const refresh = useRefresh();
  const hours = useHours();
  const advice = useFeedAdvice()(f);
  const [dialog, setDialog] = useState<'edit' | 'accept' | null>(null);
  const fetchNow = useMutation({ mutationFn: () => http.post<ImportRun>(`/feeds/${f.id}/fetch`), onSuccess: async (run) => { await refresh(); go(`/sources/imports/${run.id}`); } });
  const flip = useMutation({ mutationFn: () => http.put<Feed>(`/feeds/${f.id}`, { ...inputOf(f), on: !f.on, revision: f.revision }), onSuccess: () => refresh() });
  const told = (f.on && (advice || f.last_error)) || fetchNow.isError || flip.isError;
  return (
    <>
    <tr className={[f.on ? '' : 'past', told ? 'joined' : ''].join(' ')}>
      <td style={{ minWidth: 170 }}>
        <b>{f.name}</b>{arr(f.trust).length > 0 && <span className="sub small">{t('gap')}{t('feed.signed')}</span>}
        <div className="sub small" style={{ overflowWrap: 'anywhere' }}>{f.address}</div>
      </td>
      <td><StateWord state={f.state} />{f.records > 0 && <div className="sub small num nowrap">{t('feed.records', { n: f.records })}</div>}</td>
      <td className="num">{f.age_h < 0 ? t('source.never') : hours(f.age_h)}{hasTime(f.as_of_at) && <div className="sub small nowrap">{time(f.as_of_at)}</div>}</td>
      <td className="num">{f.run_id ? <Go to={`/sources/imports/${f.run_id}`}>{t('feed.running')}</Go> : f.on && hasTime(f.next_at) ? <span className="nowrap">{time(f.next_at)}</span> : '—'}<div className="sub small">{t('feed.every.n', { n: f.every_h })}</div></td>
      <td className="right">
        {f.suspicion !== '' && f.suspicion !== 'empty' && can('settings.manage') ? <Button onClick={() => setDialog('accept')}>{t('feed.accept')}</Button>
          : f.on && can('feeds.import') && !f.run_id ? <Button variant="default" loading={fetchNow.isPending} onClick={() => fetchNow.mutate()}>{t('feed.fetchNow')}</Button>
            : !f.on && can('settings.manage') && <Button loading={flip.isPending} onClick={() => flip.mutate()}>{t('feed.on')}</Button>}
        <div className="small" style={{ marginTop: 4, display: 'flex', flexWrap: 'wrap', gap: '0 12px', justifyContent: 'flex-end', lineHeight: '26px' }}>
          {f.suspicion !== '' && f.on && can('feeds.import') && !f.run_id && f.suspicion !== 'empty' && <button type="button" className="plain" onClick={() => fetchNow.mutate()}>{t('feed.fetchNow')}</button>}
          {can('settings.manage') && <button type="button" className="plain" onClick={() => setDialog('edit')}>{t('feed.settings')}</button>}
          {can('settings.manage') && f.on && <button type="button" className="plain" onClick={() => flip.mutate()}>{t('feed.off')}</button>}
          {f.last_run_id && <Go to={`/sources?feed=${f.id}#history`}>{t('feed.history')}</Go>}
        </div>
        {dialog === 'edit' && <FeedDialog feed={f} onClose={() => setDialog(null)} />}
        {dialog === 'accept' && <AcceptDialog feed={f} text={t('feed.accept.text', { n: n(f.records) })} onClose={() => setDialog(null)} />}
      </td>
    </tr>
    {told && (
      <tr><td colSpan={5} style={{ paddingTop: 0 }}>
        {f.on && advice && <p className="small">{advice}</p>}
        {f.on && f.last_error && <p className="sub small pre" style={{ overflowWrap: 'anywhere' }}>{f.last_error}</p>}
        {fetchNow.isError && <ErrorBox error={fetchNow.error} />}{flip.isError && <ErrorBox error={flip.error} />}
      </td></tr>
    )}
    </>
  );
}

function inputOf(f: Feed) {
  return { name: f.name, kind: f.kind, address: f.address, trust: arr(f.trust), every_h: f.every_h, alarm_after_h: f.alarm_after_h, whole: f.whole };
}
