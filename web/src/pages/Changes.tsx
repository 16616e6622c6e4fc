import { Button, SegmentedControl } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { http } from '../api/client';
import type { ChangeCause, ChangesPage as Answer, VulnerabilityChange, VulnerabilityChangeDetail } from '../api/types';
import { useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { hasTime } from '../lib/dates';
import { DataTable } from '../ui/DataTable';
import { DayInput } from '../ui/DayInput';
import { Go } from '../ui/go';
import { arr, Card, ErrorBox, Loading, PageLoading, Severity, Tag } from '../ui/kit';
import { Page } from '../ui/Page';
import { Scroll } from '../ui/Scroll';

const spans = ['yesterday', 'seen', 'week', 'days'] as const;

/** 昨日からの変化: what changed, most urgent first, why, and how much a quiet day is worth. */
export function ChangesPage() {
  const { t, time, n } = useI18n();
  const navigate = useNavigate();
  const refresh = useRefresh();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const byDays = search.since === 'days' || !!search.from;
  const span: Record<string, string> = byDays ? { ...(search.from && { from: search.from }), ...(search.to && { to: search.to }) } : search.since ? { since: search.since } : {};
  const query = useQuery({ queryKey: ['/changes', span], queryFn: () => http.get<Answer>('/changes', span) });
  const seen = useMutation({ mutationFn: (until: string) => http.post<{ seen_until: string }>('/changes/seen', { until }), onSuccess: refresh });
  const set = (next: Record<string, string>) => void navigate({ to: '.', search: next as never, replace: true });
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <Page title={t('changes.title')}><ErrorBox error={query.error} retry={() => void query.refetch()} /></Page>;
  const page = query.data;
  const total = page.totals;
  const doubts = arr(page.sources);
  const counts = ([['exploited', total.exploited], ['vulnerabilities', total.vulnerabilities], ['opened', total.opened], ['reopened', total.reopened], ['reclassed', total.reclassed], ['closed', total.closed], ['withdrawn', total.withdrawn]] as const).filter(([, count]) => count > 0);
  return (
    <Page
      title={t(byDays || search.since ? 'changes.title.span' : 'changes.title')} crumbs={[<Go key="t" to="/">{t('today')}</Go>]} sub={t('changes.range', { from: time(page.from), to: time(page.to) })}
      actions={<Button variant="default" loading={seen.isPending} onClick={() => seen.mutate(page.to)}>{t('changes.mark')}</Button>}
    >
      <div className="stack">
        <div className="toolbar" style={{ alignItems: 'flex-end' }}>
          <SegmentedControl size="sm" aria-label={t('changes.span')} value={byDays ? 'days' : search.since || 'yesterday'} onChange={(v) => set(v === 'yesterday' ? {} : { since: v })} data={spans.map((s) => ({ value: s, label: t(`changes.${s}`) }))} />
          {byDays && <><DayInput label={t('changes.from')} value={search.from ?? ''} onChange={(e) => set({ ...search, since: 'days', from: e.currentTarget.value })} /><DayInput label={t('changes.to')} value={search.to ?? ''} onChange={(e) => set({ ...search, since: 'days', to: e.currentTarget.value })} /></>}
          {search.since === 'seen' && !hasTime(page.seen_until) && <span className="sub small">{t('changes.never')}</span>}
          {hasTime(page.seen_until) && <span className="sub small num" style={{ marginLeft: 'auto' }} aria-live="polite">{t('changes.marked', { time: time(page.seen_until) })}</span>}
        </div>
        {seen.isError && <ErrorBox error={seen.error} />}
        <div className={doubts.length > 0 ? 'notice error' : 'notice'}>
          {page.quiet ? <b>{t('changes.quiet')}</b> : <b>{counts.map(([key, count]) => t(`changes.n.${key}`, { n: count })).join('　')}</b>}
          <p>{!hasTime(page.fresh_at) ? t('changes.fresh.none') : t(page.quiet && doubts.length === 0 ? 'changes.quiet.text' : 'changes.fresh', { source: page.oldest.toUpperCase(), time: time(page.fresh_at) })}{page.quiet && doubts.length > 0 && <> {t('changes.quiet.doubt')}</>}</p>
          {doubts.length > 0 && <ul style={{ margin: '4px 0 0', paddingLeft: 18 }}>{doubts.map((d) => <li key={d.source}><Go to="/sources">{t(d.state === 'stale' ? 'changes.doubt.stale' : d.state === 'never' ? 'changes.doubt.never' : 'changes.doubt.red', { source: d.source.toUpperCase(), time: time(d.as_of_at) })}</Go>{d.new && <> <Tag tone="strong">{t('changes.doubt.new')}</Tag></>}{d.error && <div className="small sub">{d.error}</div>}</li>)}</ul>}
        </div>
        {arr(page.cases).length > 0 && (
          <Card title={t('changes.cases')}>
            <table className="list"><tbody>{arr(page.cases).map((c) => <tr key={`${c.case_id}${c.at}`}><td><Go to={`/cases/${c.case_id}`}>{c.name}</Go></td><td><CaseMove was={c.was} is={c.is} /></td><td className="right num small nowrap">{time(c.at)}</td></tr>)}</tbody></table>
          </Card>
        )}
        <Card title={t('changes.vulnerabilities')}>
          <DataTable
            path="/changes/vulnerabilities" fixed={span} limit={20} rowKey={(v: VulnerabilityChange) => v.id} search={t('changes.search')} order={t('changes.order')}
            filters={[{ name: 'what', label: t('changes.what'), options: ['exploited', 'opened', 'severity', 'reclassed', 'closed', 'withdrawn'].map((w) => ({ value: w, label: t(`changes.what.${w}` as 'changes.what.opened') })) }]}
            columns={[
              { key: 'name', title: t('vulnerability'), sort: 'name', className: 'main', cell: (v) => <><Go to={`/vulnerabilities/${v.id}`}><span className="num nowrap">{v.name}</span></Go> <Severity value={v.severity} kev={v.kev} bare /><div className="small">{v.title}</div><Detail change={v} span={span} /></> },
              { key: 'what', title: t('changes.what'), className: 'half', cell: (v) => <What v={v} /> },
              { key: 'touched', title: t('changes.touched'), className: 'half', cell: (v) => <Touched v={v} /> },
              { key: 'why', title: t('changes.why'), className: 'half hide-small', cell: (v) => <>{arr(v.causes).map((c, i) => <Cause key={i} cause={c} />)}{v.causes_n > arr(v.causes).length && <div className="small sub">{t('changes.more', { n: v.causes_n - arr(v.causes).length })}</div>}</> },
            ]}
            empty={<p className="sub">{t('changes.none')}</p>}
          />
        </Card>
        {page.sboms_n > 0 && (
          <Card title={t('changes.sboms', { n: page.sboms_n })}>
            <table className="list"><tbody>{arr(page.sboms).map((s) => <tr key={s.sbom.id}><td><Go to={`/releases/${s.sbom.release_id}`}>{s.brand_name}　{s.version}</Go></td><td>{s.sbom.file_name}</td><td className="right num">{t('components.n', { n: n(s.sbom.components) })}</td><td className="right num small nowrap">{time(s.sbom.uploaded_at)}</td></tr>)}</tbody></table>
          </Card>
        )}
      </div>
    </Page>
  );
}

function CaseMove({ was, is }: { was: string; is: string }) {
  const { name } = useI18n();
  return <>{name('result', was)} → <b>{name('result', is)}</b></>;
}

function What({ v }: { v: VulnerabilityChange }) {
  const { t, name } = useI18n();
  const counts = (['opened', 'reopened', 'reclassed', 'closed', 'withdrawn', 'joined'] as const).filter((k) => v[k] > 0);
  return (
    <>
      {v.exploited && <div><Tag tone="strong">{t('changes.what.exploited')}</Tag></div>}
      {v.rose && <div>{v.severity_was ? t('changes.rose', { was: name('severity', v.severity_was) }) : t('changes.rose.unknown')}</div>}
      {counts.map((k) => <div key={k}>{t(`changes.n.${k}`, { n: v[k] })}</div>)}
    </>
  );
}

function Touched({ v }: { v: VulnerabilityChange }) {
  const { t, n } = useI18n();
  const products = arr(v.products);
  return (
    <>
      {products.map((p) => <div key={p.id}><Go to={`/products/${p.id}`}>{p.name}</Go></div>)}
      {v.products_n > products.length && <div className="small">{t('changes.more', { n: v.products_n - products.length })}</div>}
      <div className="small sub num"><Go to={`/findings?vulnerability=${v.id}`}>{t('changes.reach', { products: n(v.products_n), releases: n(v.releases), sites: n(v.sites) })}</Go></div>
    </>
  );
}

/** Which write it was: the import with its records, the SBOM, the decision. */
function Cause({ cause }: { cause: ChangeCause }) {
  const { t, time, name } = useI18n();
  const records = arr(cause.records);
  const release = arr(cause.parents).find((p) => p.kind === 'release');
  const what = cause.action ? name('changes.action', cause.action) : t('changes.before');
  const to = cause.subject.kind === 'import' ? `/sources/imports/${cause.subject.id}` : release ? `/releases/${release.id}` : '';
  return (
    <div style={{ marginBottom: 4 }}>
      {to ? <Go to={to}>{what}　{release?.name ?? cause.subject.name}</Go> : <>{what}　{cause.subject.name}</>}
      {records.slice(0, 3).map((r, i) => <div key={i} className="small">{name('feed.short', r.source)} <span className="num">{r.record}</span> {t(`changes.how.${r.how}` as 'changes.how.new')}</div>)}
      {records.length > 3 && <div className="small sub">{t('changes.more', { n: records.length - 3 })}</div>}
      <div className="small sub num">{time(cause.at)}{cause.by && <span style={{ whiteSpace: 'nowrap' }}>　{t('changes.by', { by: cause.by })}</span>}</div>
    </div>
  );
}

/** Findings one by one and what records say otherwise, read when somebody opens it. */
function Detail({ change, span }: { change: VulnerabilityChange; span: Record<string, string> }) {
  const { t, name, n } = useI18n();
  const [open, setOpen] = useState(false);
  const query = useQuery({ queryKey: ['/changes/vulnerabilities', change.id, span], queryFn: () => http.get<VulnerabilityChangeDetail>(`/changes/vulnerabilities/${change.id}`, { ...span, limit: 50 }), enabled: open });
  const records = arr(query.data?.records);
  const found = query.data?.findings;
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary className="small sub">{t('changes.details')}</summary>
      {open && (query.isPending ? <Loading rows={2} /> : query.isError ? <ErrorBox error={query.error} retry={() => void query.refetch()} /> : (
        <div className="stack" style={{ gap: 8 }}>
          {records.map((r, i) => (
            <div key={i} className="small">
              <b>{name('feed.short', r.source)} <span className="num">{r.record}</span></b>{r.withdrawn && <> <Tag tone="strong">{t('advisory.withdrawn')}</Tag></>}
              {arr(r.gone).map((x) => <div key={x}><span className="sub">{t('changes.record.gone')}</span> <del><code>{x}</code></del></div>)}
              {arr(r.added).map((x) => <div key={x}><span className="sub">{t('changes.record.added')}</span> <code>{x}</code></div>)}
              {r.severity !== r.severity_was && <div><code>{r.severity_was || '—'}</code> → <code>{r.severity || '—'}</code></div>}
            </div>
          ))}
          {found && found.items.length > 0 && (
            <Scroll maxHeight={280}><table className="list small"><tbody>{found.items.map((f) => (
              <tr key={`${f.finding_id}${f.cause.at}`}><td className="nowrap">{name('changes.finding', f.change)}</td><td><Go to={`/findings/${f.finding_id}`}>{f.component}</Go></td><td><Go to={`/releases/${f.release_id}`}>{f.brand_name} {f.version}</Go></td><td className="nowrap">{f.was && f.was !== f.class ? `${name('match', f.was)} → ` : ''}{name('match', f.class)}</td></tr>
            ))}</tbody></table></Scroll>
          )}
          {found && found.total > found.items.length && <div className="small sub">{t('changes.more', { n: n(found.total - found.items.length) })}</div>}
        </div>
      ))}
    </details>
  );
}
