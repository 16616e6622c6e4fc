import { Button, Tooltip } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { address, http } from '../api/client';
import type { FindingPage as Answer, FindingRow } from '../api/types';
import { useCan } from '../app/session';
import { useI18n } from '../i18n';
import { Counters } from '../ui/Counters';
import { DataTable, type Column } from '../ui/DataTable';
import { Go, GoButton, useGo, useId } from '../ui/go';
import { arr, Card, Defs, Empty, ErrorBox, PageLoading, Severity, StatusTag, Tag } from '../ui/kit';
import { ModeSwitch, useMode } from '../ui/ModeSwitch';
import { Page } from '../ui/Page';
import { AssessDialog } from './Assess';
import { AssessmentView } from './AssessmentView';
import { DecisionsOfFinding } from './IdentityDecisions';
import { useMatchReason } from './matchReason';
import { Scroll } from '../ui/Scroll';

export function FindingTable({ fixed, inPage = false, hide = [], empty }: { fixed: Record<string, string>; inPage?: boolean; hide?: string[]; empty: ReactNode }) {
  const { t, name, n } = useI18n();
  const [mode] = useMode();
  const reason = useMatchReason();
  const columns: Column<FindingRow>[] = [
    { key: 'vulnerability', title: t('vulnerability'), sort: 'vulnerability', className: 'main', cell: (f) => <><Go to={`/findings/${f.id}`}><span className="num nowrap">{f.vulnerability}</span></Go><div className="only-small"><Severity value={f.severity} kev={f.kev} /></div><div className="small">{f.title}</div></> },
    { key: 'severity', title: t('severity'), className: 'hide-small', cell: (f) => <Severity value={f.severity} kev={f.kev} bare /> },
    { key: 'component', title: t('component'), sort: 'component', className: 'half', cell: (f) => <>{f.component.name} <span className="num nowrap">{f.component.version}</span></> },
    { key: 'product', title: t('product'), sort: 'product', className: 'half', cell: (f) => <><Go to={`/products/${f.product_id}`}>{f.brand_name}</Go> <Go to={`/releases/${f.release_id}`}><span className="num nowrap">{f.version}</span></Go></> },
    { key: 'class', title: t('match.class'), className: 'hide-small', cell: (f) => <><Tag tone={f.class === 'possible' ? 'open' : undefined}>{name('match', f.class)}</Tag><Reasons reasons={arr(f.reasons).map(reason)} /><Counters counters={f.counters} /></> },
    { key: 'status', title: t('assessment'), cell: (f) => f.assessment_id ? <StatusTag status={f.status} /> : <Tag tone="open">{t('assess.none')}</Tag> },
    { key: 'sites', title: t('sites.nav'), className: 'right hide-small', cell: (f) => <span className="num nowrap">{t('sitesUnits', { sites: n(f.sites), units: n(f.units) })}</span> },
    ...(fixed.state ? [] : [{ key: 'state', title: t('state'), className: 'hide-small', cell: (f) => <span className="small nowrap">{name('finding', f.state)}</span> }] as Column<FindingRow>[]),
  ];
  return (
    <DataTable
      path="/findings" order={t('findings.order')} fixed={{ ...fixed, mode }} note={(query) => <ModeSwitch query={query} />} inPage={inPage} rowKey={(f: FindingRow) => f.id} to={(f) => `/findings/${f.id}`} search={t('findings.search')} columns={columns.filter((c) => !hide.includes(c.key))} limit={inPage ? 20 : 50}
      filters={[
        { name: 'class', label: t('match.class'), options: ['affected', 'possible'].map((c) => ({ value: c, label: name('match', c) })) },
        ...(fixed.state ? [] : [{ name: 'state', label: t('state'), options: ['open', 'closed'].map((s) => ({ value: s, label: name('finding', s) })) }]),
        { name: 'assessed', label: t('assessment'), options: [{ value: 'yes', label: t('assess.made') }, { value: 'no', label: t('assess.none') }] },
        { name: 'kev', label: 'KEV', options: [{ value: 'yes', label: t('kev.only') }] },
      ]}
      empty={empty}
    />
  );
}

/** Why a finding is only possible: the first reason, the others when the pointer or the keyboard is on it. */
function Reasons({ reasons }: { reasons: string[] }) {
  const { n } = useI18n();
  if (reasons.length === 0) return null;
  const first = <>{reasons[0]}{reasons.length > 1 && <span className="num nowrap"> +{n(reasons.length - 1)}</span>}</>;
  if (reasons.length === 1) return <div className="small openwords">{first}</div>;
  return <Tooltip multiline w={320} events={{ hover: true, focus: true, touch: true }} label={<>{reasons.map((r) => <div key={r}>{r}</div>)}</>}><div className="small openwords" tabIndex={0}>{first}</div></Tooltip>;
}

/** Every finding, or those of the release, product, site or vulnerability in the address. */
export function Findings() {
  const { t } = useI18n();
  const go = useGo();
  const search = useSearch({ strict: false }) as Record<string, string>;
  const fixed = Object.fromEntries(['release', 'product', 'site', 'vulnerability'].filter((k) => search[k]).map((k) => [k, search[k] ?? '']));
  const narrowed = Object.keys(fixed).length > 0;
  return (
    <Page doubts title={t('findings.title')} sub={t('findings.sub')} crumbs={[<Go key="v" to="/vulnerabilities">{t('vulnerability.nav')}</Go>]} actions={<><Export search={search} />{narrowed && <Button variant="default" onClick={() => go('/findings?state=open')}>{t('findings.all')}</Button>}</>}>
      <Card>
        {narrowed && <p className="sub" style={{ marginBottom: 8 }}>{Object.entries(fixed).map(([k, v]) => <Narrowed key={k} kind={k} id={v} />)}</p>}
        <FindingTable fixed={fixed} empty={<Empty title={t('findings.none')}><p>{t('findings.none.text')}</p><p className="nextlinks"><GoButton to="/products" variant="default">{t('products.nav')}</GoButton><GoButton to="/sources" variant="default">{t('steps.import')}</GoButton></p></Empty>} />
      </Card>
    </Page>
  );
}

/** The list as a table for spreadsheets, under the filters that it is shown with. */
function Export({ search }: { search: Record<string, string> }) {
  const { t } = useI18n();
  const [mode] = useMode();
  const query = Object.fromEntries(['q', 'release', 'product', 'site', 'vulnerability', 'class', 'state', 'assessed', 'kev'].filter((k) => search[k]).map((k) => [k, search[k]]));
  return <Button component="a" variant="default" href={address('/findings/export', { ...query, mode })} download>{t('findings.export')}</Button>;
}

/** Names the record that the list is narrowed to. */
function Narrowed({ kind, id }: { kind: string; id: string }) {
  const { t, name } = useI18n();
  const path = kind === 'vulnerability' ? '/vulnerabilities' : kind === 'product' ? '/products' : kind === 'site' ? '/sites' : '/releases';
  const query = useQuery({ queryKey: [path, id], queryFn: () => http.get<Record<string, { name?: string; brand_name?: string; version?: string }>>(`${path}/${encodeURIComponent(id)}`) });
  const r = query.data?.[kind];
  return <Tag tone="brand">{t('findings.only', { kind: name('kind', kind), name: [r?.brand_name ?? r?.name, r?.version].filter(Boolean).join(' ') || '…' })}</Tag>;
}

export function FindingPage() {
  const id = useId();
  const { t, name, time, n } = useI18n();
  const can = useCan();
  const [assessing, setAssessing] = useState(false);
  const query = useQuery({ queryKey: ['/findings', id], queryFn: () => http.get<Answer>(`/findings/${id}`) });
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <Page title={t('finding')}><ErrorBox error={query.error} retry={() => void query.refetch()} /></Page>;
  const f = query.data.finding;
  const [evidence, assessments, sites] = [arr(query.data.evidence), arr(query.data.assessments), arr(query.data.sites)];
  const current = assessments.find((a) => !a.superseded) ?? null;
  return (
    <Page
      title={`${f.vulnerability}　${f.component.name} ${f.component.version}`} ledger={{ kind: 'finding', id: f.id }}
      crumbs={[<Go key="f" to="/findings?state=open">{t('findings.title')}</Go>, <Go key="r" to={`/releases/${f.release_id}`}>{f.brand_name}　{f.version}</Go>]}
      sub={<><Severity value={f.severity} kev={f.kev} />　{f.title}</>}
      actions={can('assess') && <Button onClick={() => setAssessing(true)}>{t(current ? 'assess.again' : 'assess.do')}</Button>}
    >
      <div className="cols side">
        <div className="stack">
          <Card title={t('evidence')}>
            <p className="sub" style={{ marginBottom: 10 }}>{t('evidence.text')}</p>
            <Scroll><table className="list">
              <thead><tr><th scope="col">{t('source')}</th><th scope="col">{t('evidence.record')}</th><th scope="col">{t('match.class')}</th><th scope="col">{t('evidence')}</th></tr></thead>
              <tbody>{evidence.map((e, i) => <tr key={i}><td>{name('feed.short', e.source)}</td><td className="num"><Go to={`/vulnerabilities/${f.vulnerability_id}`}>{e.record_id}</Go></td><td><Tag tone={e.class === 'possible' ? 'open' : undefined}>{name('match', e.class)}</Tag></td><td><EvidenceText text={e.text} evidence={e.evidence} /></td></tr>)}</tbody>
            </table></Scroll>
          </Card>
          <DecisionsOfFinding id={f.id} />
          <Card title={t('assess.history')}>
            {assessments.length === 0 ? <Empty title={t('assess.none')}><p>{t('assess.none.text')}</p></Empty> : assessments.map((a) => <AssessmentView key={a.id} a={a} />)}
          </Card>
        </div>
        <div className="stack">
          <Card title={t('finding.details')}>
            <Defs rows={[
              [t('state'), name('finding', f.state)], [t('match.class'), <Tag key="c" tone={f.class === 'possible' ? 'open' : undefined}>{name('match', f.class)}</Tag>], ...(arr(f.counters).length > 0 ? [[t('counter.title'), <Counters key="n" counters={f.counters} />] as [ReactNode, ReactNode]] : []),
              [t('vulnerability'), <Go key="v" to={`/vulnerabilities/${f.vulnerability_id}`}>{f.vulnerability}</Go>], [t('component'), `${f.component.name} ${f.component.version}`],
              [t('component.identifier'), f.component.purl || f.component.cpe ? <code key="i">{f.component.purl || f.component.cpe}</code> : ''], [t('component.supplier'), f.component.supplier], [t('finding.since'), time(f.first_seen_at)],
            ]} />
          </Card>
          <Card title={t('vulnerability.sites', { n: f.sites })}>
            {sites.length === 0 ? <p className="sub">{t('vulnerability.sites.none')}</p> : <table className="list"><tbody>{sites.map((s) => <tr key={s.id}><td><Go to={`/sites/${s.site_id}`}>{s.site_name}</Go></td><td className="right num nowrap">{t('units.n', { n: s.units })}</td></tr>)}</tbody></table>}
            <p className="sub small num" style={{ marginTop: 6 }}>{t('sitesUnits.long', { sites: n(f.sites), units: n(f.units) })}</p>
          </Card>
        </div>
      </div>
      {assessing && <AssessDialog product={{ id: f.product_id, name: f.brand_name }} vulnerability={{ id: f.vulnerability_id, name: f.vulnerability }} before={current} onClose={() => setAssessing(false)} />}
    </Page>
  );
}

type Evidence = { class?: string; rule?: string; identifier?: string; version?: string; range?: string; kind?: string; status?: string; platform?: string; reason?: string; text?: string };

/** Why a component meets a record: what agreed, the version and the range it was held against, and what stays open. The program's own line is one click away. */
function EvidenceText({ text, evidence }: { text: string; evidence: unknown }) {
  const { t, name } = useI18n();
  const reason = useMatchReason();
  const list = (Array.isArray(evidence) ? evidence : [evidence]).filter((e): e is Evidence => !!e && typeof e === 'object');
  if (list.length === 0) return <>{text}</>;
  return (
    <>
      {list.map((e, i) => (
        <div key={i} className="evidenceitem">
          <Defs rows={([
            [t('evidence.rule'), e.rule && name('rule', e.rule)], [t('evidence.identifier'), e.identifier && <code>{e.identifier}</code>], [t('evidence.version'), e.version && <span className="num">{e.version}</span>],
            [t('evidence.range'), e.range && <><code>{e.range}</code>{e.kind && <span className="sub">　{e.kind}</span>}</>], [t('evidence.status'), e.status && name('csaf', e.status)], [t('evidence.platform'), e.platform],
            [t('evidence.reason'), e.reason && <span className="openwords">{reason(e.reason)}</span>],
          ] as [ReactNode, ReactNode][]).filter(([, v]) => v)} />
        </div>
      ))}
      <details><summary className="small sub">{t('evidence.all')}</summary>{list.map((e, i) => <code key={i} style={{ display: 'block' }}>{e.text ?? text}</code>)}</details>
    </>
  );
}
