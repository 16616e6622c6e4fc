import { useElementSize } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { CalendarDay, InstallationRow, List, ProductRow, ReleaseRow, SourceHealth, TodayObligation, TodayPage, User } from '../api/types';
import { useCan } from '../app/session';
import { useI18n, type Key } from '../i18n';
import { citation } from '../lib/citation';
import { daysBetween, formatShortDay } from '../lib/dates';
import { Go, GoButton } from '../ui/go';
import { arr, Card, DayText, Empty, ErrorBox, Loading, PageLoading, Tag } from '../ui/kit';
import { Page } from '../ui/Page';
import { ReportButton } from './makeReport';
import { NamedAlarm } from './NamedAlarm';
import { nextStep } from './todayNext';
import { workRows, type WorkRow } from './todayRows';
import { DaysLeft, DueWords, matter, obligationPage, useAge, useObligationName } from './worklist';
import { Scroll } from '../ui/Scroll';
import { StateWord } from '../ui/SourceState';

/** 今日: what is due, why, what to press. */
export function Today() {
  const { t } = useI18n();
  const today = useQuery({ queryKey: ['/today'], queryFn: () => http.get<TodayPage>('/today'), refetchInterval: 60_000 });
  if (today.isPending) return <PageLoading />;
  if (today.isError) return <Page title={t('today')}><ErrorBox error={today.error} retry={() => void today.refetch()} /></Page>;
  const page = today.data;
  const { rows, later, coming } = workRows(arr(page.obligations));
  return (
    <Page doubts title={t('today')} sub={<Summary page={page} rows={rows} />}>
      <div className="stack">
        {page.named > 0 && <NamedAlarm n={page.named} />}
        {rows.length > 0 && <Strip page={page} />}
        <div className="cols side">
          <div className="stack">
            {rows.length > 0 ? <Worklist rows={rows} later={later} coming={coming} more={page.open - arr(page.obligations).length} /> : <FirstSteps page={page} />}
          </div>
          <div className="stack">
            <Changes page={page} />
            <Sources sources={arr(page.sources)} />
            <EndOfSupport page={page} />
          </div>
        </div>
      </div>
    </Page>
  );
}

function Summary({ page, rows }: { page: TodayPage; rows: WorkRow[] }) {
  const { t } = useI18n();
  const dated = rows.map((r) => r.o).filter((o) => o.days_left !== null).sort((a, b) => (a.days_left ?? 0) - (b.days_left ?? 0));
  if (rows.length === 0) return <>{t('today.none')}</>;
  const n = page.open;
  const first = dated[0]?.days_left;
  const prompt = rows.filter(({ o }) => o.days_left === null && o.urgency === 'now').length;
  return (
    <>
      {t('today.count', { n })}{prompt > 0 && <b>{t('today.prompt', { n: prompt })}</b>}
      {first === undefined || first === null ? null : first < 0 ? <b>{t('today.overdue', { n: -first })}</b> : first === 0 ? <b>{t('today.dueToday')}</b> : <>{t('today.nearest.a')}<b className="num">{t('today.nearest.b', { n: first })}</b>{t('today.nearest.c')}</>}
    </>
  );
}

/** One thing that is due, with the one button that brings it forward. */
function Row({ row: { o, beside } }: { row: WorkRow }) {
  const { t, lang, say, day, join } = useI18n();
  const called = useObligationName();
  const can = useCan();
  const next = nextStep(o, can);
  const primary = next.may && o.kind !== 'duty' && (o.urgency === 'late' || o.urgency === 'now');
  return (
    <tr>
      <td className="w-days"><DaysLeft days={o.days_left} urgency={o.urgency} /></td>
      <td className="w-what"><b>{called(o)}</b>{beside.length > 0 && <span className="small" title={beside.map(called).join('\n')}>{t('today.beside', { n: beside.length })}</span>}<div className="sub small">{o.kind === 'decision' ? t('today.strictest') : o.kind === 'triage' ? t('today.triage') : join(arr(o.items).map((i) => citation(i, lang)))}{o.kind === 'duty' && beside.length === 0 && say(o.to) && <div>{t('duty.to', { to: say(o.to) })}</div>}</div></td>
      <td className="w-case"><Go to={obligationPage(o)}>{matter(o) || o.brand_name}</Go>{matter(o) && <div className="sub">{o.brand_name}</div>}{o.period_to && <div className="sub small num">{t('period', { from: day(o.period_from), to: day(o.period_to) })}</div>}</td>
      <td className="num w-due">
        <DueWords o={o} />
        {o.last_office_day && o.last_office_day !== o.due_on && <div className="sub small only-tight">{t('last_office_day.short', { day: day(o.last_office_day) })}</div>}
      </td>
      <td className="num hide-tight w-last">{day(o.last_office_day) || '—'}</td>
      <td className="right w-go">{next.make ? <ReportButton o={o} primary={primary} /> : <GoButton to={next.to} variant={primary ? 'filled' : 'default'}>{t(next.label)}</GoButton>}</td>
    </tr>
  );
}

/** What is due, what presses first; what does not press yet waits below. */
function Worklist({ rows, later, coming, more }: { rows: WorkRow[]; later: WorkRow[]; coming: TodayObligation[]; more: number }) {
  const { t, day } = useI18n();
  const called = useObligationName();
  const table = (list: WorkRow[]) => (
    <Scroll>
      <table className="list work">
        <thead><tr>
          <th scope="col">{t('today.left')}</th><th scope="col">{t('obligation')}</th><th scope="col">{t('today.case')}</th>
          <th scope="col">{t('statutory_day')}</th><th scope="col" className="hide-tight">{t('last_office_day')}</th><th scope="col"><span className="visually-hidden">{t('today.action')}</span></th>
        </tr></thead>
        <tbody>{list.map((row) => <Row key={row.o.id} row={row} />)}</tbody>
      </table>
    </Scroll>
  );
  return (
    <Card title={t('today.next')} className="long">
      {table(rows)}
      {later.length > 0 && <details style={{ marginTop: 8 }}><summary className="sub">{t('today.later', { n: later.length })}</summary>{table(later)}</details>}
      {coming.length > 0 && <details style={{ marginTop: 8 }}><summary className="sub">{t('today.coming', { n: coming.length })}</summary><ul className="small">{coming.map((o) => <li key={o.id}><Go to={obligationPage(o)}>{o.brand_name}</Go>{t('sep')}{called(o)}{t('sep')}<span className="num">{day(o.due_on)}</span></li>)}</ul></details>}
      {more > 0 && <p className="sub" style={{ marginTop: 8 }}>{t('today.more', { n: more })} <Go to="/cases?sort=due_on">{t('today.more.see')}</Go></p>}
    </Card>
  );
}

/** The next 30 days: closed office days shaded, one mark per due day; the same as a table for those who cannot see it. */
function Strip({ page }: { page: TodayPage }) {
  const { t, lang, say, day } = useI18n();
  const called = useObligationName();
  const [table, setTable] = useState(false);
  const days: CalendarDay[] = arr(page.strip);
  const n = days.length || 30;
  const { ref, width: measured } = useElementSize();
  const width = Math.max(measured, 320);
  const step = width / n;
  const tone: Record<string, string> = { late: 'var(--mimamori-late)', now: 'var(--mimamori-late)', soon: 'var(--mimamori-soon)', ok: 'var(--mimamori-ok)', open: 'var(--mimamori-open)' };
  const marks = arr(page.obligations).filter((o) => !o.coming && o.due_on && daysBetween(page.date, o.due_on) >= 0 && daysBetween(page.date, o.due_on) < n);
  const byDay = Map.groupBy(marks, (o) => o.due_on);
  const rank = ['late', 'now', 'soon', 'open', 'ok'];
  const placed = [...byDay.entries()].sort(([a], [b]) => a.localeCompare(b)).map(([date, list]) => {
    const sorted = [...list].sort((a, b) => rank.indexOf(a.urgency) - rank.indexOf(b.urgency));
    const at = daysBetween(page.date, date);
    return { date, list: sorted, x: at * step + step / 2, tone: tone[sorted[0]?.urgency ?? 'ok'] ?? '' };
  });
  // Labels stand below and above in turn, so that neighbours do not run into each other; what would still collide shows its mark only.
  const ends = [-Infinity, -Infinity];
  const labelled = placed.map((p, i) => {
    const first = p.list[0];
    const text = first ? `${shortNumber(first.case_number) || first.brand_name} ${first.kind === 'decision' ? t('strip.decision') : first.kind === 'triage' ? t('strip.triage') : called(first)}${p.list.length > 1 ? t('strip.more', { n: p.list.length - 1 }) : ''}` : '';
    const half = [...text].reduce((w, c) => w + (c.charCodeAt(0) > 255 ? 12 : 7.4), 0) / 2;
    const x = Math.min(Math.max(p.x, half + 6), width - half - 2);
    const side = [i % 2, 1 - (i % 2)].find((s) => (ends[s] ?? 0) < x - half - 8);
    if (side !== undefined) ends[side] = x + half;
    return { ...p, text, textX: x, side };
  });
  const nearest = placed[0];
  return (
    <Card title={t('strip.title')} aside={<button type="button" className="plain small noprint" aria-expanded={table} onClick={() => setTable(!table)}>{t(table ? 'strip.hideTable' : 'strip.showTable')}</button>}>
      <div ref={ref}><svg className="strip" viewBox={`0 0 ${width} 92`} width="100%" height={92} role="img" aria-label={t('strip.alt', { n: marks.length, day: nearest ? day(nearest.date) : '—' })}>
        {days.map((d, i) => (d.closed || d.company) && <rect key={d.date} x={i * step} y={20} width={step + 0.5} height={66} fill="var(--mimamori-shade)"><title>{`${day(d.date)} ${say(d.holiday) || (d.company ? t('strip.company', { name: d.company }) : t('strip.closed'))}`}</title></rect>)}
        <line x1={0} x2={width} y1={53} y2={53} stroke="var(--mantine-color-default-border)" />
        {days.map((d, i) => (i === 0 || new Date(`${d.date}T00:00:00Z`).getUTCDay() === 1) && (i === 0 || i > 2) && (
          <g key={d.date}><line x1={i * step} x2={i * step} y1={20} y2={86} stroke="var(--mimamori-line)" /><text x={i * step + 3} y={12} fontSize={12} fill="var(--mantine-color-dimmed)">{formatShortDay(d.date, lang)}{i === 0 ? ` ${t('strip.today')}` : ''}</text></g>
        ))}
        <line x1={1} x2={1} y1={18} y2={88} stroke="var(--mimamori-brand)" strokeWidth={2.5} />
        {labelled.map((p) => (
          <g key={p.date}>
            <title>{p.list.map((o) => `${day(p.date)} ${o.case_number || o.brand_name} ${called(o)}`).join('\n')}</title>
            <circle cx={p.x} cy={53} r={p.list.length > 1 ? 9 : 7} fill={p.tone} />
            {p.list.length > 1 && <text x={p.x} y={57} fontSize={11} textAnchor="middle" fill="var(--mimamori-card)" fontWeight={700}>{p.list.length}</text>}
            {p.side !== undefined && <text x={p.textX} y={p.side === 0 ? 80 : 36} fontSize={12} textAnchor="middle" fill={p.tone}>{p.text}</text>}
          </g>
        ))}
      </svg></div>
      <div className={table ? 'tablewrap' : 'visually-hidden'}>
        <table className="list">
          <caption className="visually-hidden">{t('strip.title')}</caption>
          <thead><tr><th scope="col">{t('statutory_day')}</th><th scope="col">{t('obligation')}</th><th scope="col">{t('case')}</th></tr></thead>
          <tbody>{placed.flatMap((p) => p.list.map((o) => <tr key={o.id}><td className="num nowrap">{day(p.date)}</td><td>{called(o)}</td><td>{matter(o) || o.brand_name}</td></tr>))}</tbody>
        </table>
      </div>
    </Card>
  );
}

/** "C-2026-0042" → "C-0042": the year is on the axis. */
function shortNumber(number: string): string {
  return number.replace(/-\d{4}-/, '-');
}

function Changes({ page }: { page: TodayPage }) {
  const { t, say, time, name } = useI18n();
  const changes = arr(page.changes);
  return (
    <Card title={t('today.changes')} aside={<Go to="/changes">{t('changes.see')}</Go>}>
      {changes.length === 0 ? <p className="sub">{t('today.changes.none')}</p> : (
        <div className="stack" style={{ gap: 10 }}>
          {changes.slice(0, 8).map((c, i) => (
            <div key={i}><Tag tone={c.kind === 'reopened' ? 'strong' : undefined}>{name('change', c.kind)}</Tag> {c.link ? <Go to={c.link}>{say(c.text)}</Go> : say(c.text)}<div className="sub small num">{time(c.at)}</div></div>
          ))}
        </div>
      )}
    </Card>
  );
}

function Sources({ sources }: { sources: SourceHealth[] }) {
  const { t, name } = useI18n();
  const age = useAge();
  return (
    <Card title={t('sources.nav')} aside={<Go to="/sources" className="small">{t('sources.all')}</Go>}>
      {sources.length === 0 ? <p className="sub">{t('sources.none')}</p> : (
        <table className="list"><tbody>
          {sources.map((s) => (
            <tr key={s.name}>
              <td>{name('feed.short', s.name)}</td><td className="sub num right">{age(s)}</td>
              <td className="right nowrap"><StateWord state={s.state} /></td>
            </tr>
          ))}
        </tbody></table>
      )}
    </Card>
  );
}

function EndOfSupport({ page }: { page: TodayPage }) {
  const { t } = useI18n();
  const rows = arr(page.eos);
  if (rows.length === 0) return null;
  return (
    <Card title={t('eos.soon')}>
      <table className="list"><tbody>
        {rows.map((e) => (
          <tr key={e.product_id}><td><Go to={`/products/${e.product_id}`}>{e.brand_name}</Go><div className="sub small"><DayText day={e.eos_on} /></div></td><td className="right num nowrap">{e.days < 0 ? t('eos.past') : t('days.left.long', { n: e.days })}</td></tr>
        ))}
      </tbody></table>
    </Card>
  );
}

/** What a new system needs first, in order; what is done already is marked. */
function FirstSteps({ page }: { page: TodayPage }) {
  const { t } = useI18n();
  const can = useCan();
  const products = useQuery({ queryKey: ['/products', 'first'], queryFn: () => http.get<List<ProductRow>>('/products', { limit: 1 }) });
  const releases = useQuery({ queryKey: ['/releases', 'first'], queryFn: () => http.get<List<ReleaseRow>>('/releases', { limit: 1, sort: '-updated_at' }) });
  const installations = useQuery({ queryKey: ['/installations', 'first'], queryFn: () => http.get<List<InstallationRow>>('/installations', { limit: 1 }) });
  const users = useQuery({ queryKey: ['/users'], enabled: can('users.manage'), queryFn: () => http.get<{ items: User[] }>('/users') });
  if (products.isPending || releases.isPending || installations.isPending) return <Card title={t('today.next')}><Loading rows={4} /></Card>;
  const product = products.data?.items[0];
  const managing = can('users.manage') && can('settings.manage');
  const release = releases.data?.items[0];
  const steps: { label: Key; text: Key; to: string; may: boolean; done: boolean }[] = [
    ...(managing ? [{ label: 'steps.people', text: 'steps.people.text', to: '/settings', may: true, done: (users.data?.items.length ?? 0) > 1 } as const] : []),
    { label: 'steps.product', text: 'steps.product.text', to: '/products/new', may: can('register.edit'), done: !!product },
    { label: 'steps.release', text: 'steps.release.text', to: product ? `/products/${product.id}` : '/products', may: can('register.edit'), done: !!release },
    { label: 'steps.sbom', text: 'steps.sbom.text', to: release ? `/releases/${release.id}` : '/products', may: can('register.edit'), done: !!release?.sbom },
    { label: 'steps.import', text: 'steps.import.text', to: '/sources', may: can('feeds.import'), done: arr(page.sources).some((s) => s.records > 0) },
    { label: 'steps.site', text: 'steps.site.text', to: '/sites/new', may: can('register.edit'), done: (installations.data?.total ?? 0) > 0 },
  ];
  const next = steps.findIndex((s) => !s.done);
  if (next < 0) return <Card title={t('today.next')}><Empty title={t('today.empty')}><p>{t('today.empty.text')}</p><p className="nextlinks">{can('intake.record') && <GoButton to="/intakes/new">{t('intake.new')}</GoButton>}<GoButton to="/findings?state=open&assessed=no" variant="default">{t('vulnerabilities.todo.see')}</GoButton></p></Empty></Card>;
  return (
    <Card title={t('steps')}>
      <p className="sub" style={{ marginBottom: 10 }}>{t('steps.text')}</p>
      <ol className="firststeps">
        {steps.map((s, i) => (
          <li key={s.label}>
            <div><b>{t(s.label)}</b><div className="sub">{t(s.text)}</div></div>
            {s.done ? <Tag tone="brand">{t('steps.done')}</Tag> : s.may && <GoButton to={s.to} variant={i === next ? 'filled' : 'default'}>{t('steps.go')}</GoButton>}
          </li>
        ))}
      </ol>
    </Card>
  );
}
