import { Button, Modal, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { CasePage, Obligation, ReportView } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { citation } from '../lib/citation';
import { hasTime } from '../lib/dates';
import { DayInput } from '../ui/DayInput';
import { FormFoot, useForm } from '../ui/form';
import { Go, useGo } from '../ui/go';
import { arr, Card, DayText, Empty, ErrorBox, Tag } from '../ui/kit';
import { useOutcome } from './outcome';
import { DaysLeft, useObligationName } from './worklist';
import { Scroll } from '../ui/Scroll';

/** What persons confirmed, newest first; older answers stay visible. */
export function Determinations({ page }: { page: CasePage }) {
  const { t, time, name, lang, n, join } = useI18n();
  const outcome = useOutcome();
  const list = arr(page.determinations);
  return (
    <Card title={t('determination')} id="determinations">
      {list.length === 0 ? <Empty title={t('determinations.none')}><p>{t('determinations.none.text')}</p></Empty> : (
        <Scroll><table className="list">
          <thead><tr><th scope="col">{t('determination.version')}</th><th scope="col">{t('determination.result')}</th><th scope="col">{t('statutory_day')}</th><th scope="col">{t('determination.by')}</th></tr></thead>
          <tbody>
            {list.map((d) => (
              <tr key={d.id} style={d.superseded ? { opacity: 0.75 } : undefined}>
                <td className="num nowrap">{t('determination.n', { n: n(d.version) })}{d.superseded && <div><Tag>{t('superseded')}</Tag></div>}</td>
                <td><b>{name('result', d.result)}</b><div>{outcome({ result: d.result, form: d.form, term_days: d.term_days || null, periodic: d.periodic, due: d.due_on, first_report: d.first_report }, true)}</div><div className="sub small">{join(arr(d.items).map((i) => citation(i, lang)))}</div>{d.comment && <div className="small pre">{d.comment}</div>}</td>
                <td><DayText day={d.due_on} /></td>
                <td>{d.confirmed_by}<div className="sub small num">{time(d.confirmed_at)}</div></td>
              </tr>
            ))}
          </tbody>
        </table></Scroll>
      )}
    </Card>
  );
}

/** What is due, with its clock. */
export function Obligations({ page, reload }: { page: CasePage; reload: () => void }) {
  const { t, lang, name, time, day, join } = useI18n();
  const can = useCan();
  const called = useObligationName();
  const [meeting, setMeeting] = useState<Obligation | null>(null);
  const all = arr(page.obligations);
  const list = all.filter((o) => o.state !== 'void');
  const replaced = all.filter((o) => o.state === 'void');
  return (
    <Card title={t('obligations')} id="obligations">
      {list.length === 0 ? <p className="sub">{t('obligations.none')}</p> : (
        <Scroll><table className="list">
          <thead><tr><th scope="col">{t('today.left')}</th><th scope="col">{t('obligation')}</th><th scope="col">{t('statutory_day')}</th><th scope="col">{t('last_office_day')}</th><th scope="col">{t('state')}</th></tr></thead>
          <tbody>
            {list.map((o) => (
              <tr key={o.id}>
                <td>{o.state === 'open' ? <DaysLeft days={o.days_left} urgency={o.urgency} /> : '—'}</td>
                <td><b>{called(o)}</b><div className="sub small">{join(arr(o.items).map((i) => citation(i, lang)))}</div></td>
                <td className="nowrap">{o.due_on ? <DayText day={o.due_on} /> : o.kind === 'periodic_report' ? t('periodic') : t('promptly')}{hasTime(o.target_at) && o.state === 'open' && <div className="sub small num">{t('today.target', { at: time(o.target_at) })}</div>}</td>
                <td><DayText day={o.last_office_day} /></td>
                <td>{o.state === 'open' ? (o.kind === 'decision' ? <span className="sub">{t('obligation.byConfirming')}</span> : can('case.determine') ? <Button variant="default" onClick={() => setMeeting(o)}>{t('obligation.meet')}</Button> : name('obligation.state', o.state)) : <>{name('obligation.state', o.state)}<div className="sub small">{day(o.met_on)}　{o.proof}</div></>}</td>
              </tr>
            ))}
          </tbody>
        </table></Scroll>
      )}
      {replaced.length > 0 && <details style={{ marginTop: 6 }}><summary className="sub">{t('obligations.replaced', { n: replaced.length })}</summary><ul>{replaced.map((o) => <li key={o.id} className="small">{called(o)}　<DayText day={o.due_on} /></li>)}</ul></details>}
      {meeting && <MeetDialog o={meeting} reload={reload} onClose={() => setMeeting(null)} />}
    </Card>
  );
}

function MeetDialog({ o, reload, onClose }: { o: Obligation; reload: () => void; onClose: () => void }) {
  const { t, today } = useI18n();
  const called = useObligationName();
  const refresh = useRefresh();
  const form = useForm({
    draft: `met:${o.id}`, initial: { met_on: today, proof: '' },
    check: (v) => ({ ...(v.met_on ? {} : { '/met_on': t('required') }), ...(v.proof.trim() ? {} : { '/proof': t('obligation.proof.missing') }) }),
    submit: (v) => http.post<Obligation>(`/obligations/${o.id}/met`, { ...v, revision: o.revision }),
    done: async () => { onClose(); reload(); await refresh(); },
  });
  return (
    <Modal opened onClose={onClose} title={<b>{t('obligation.meet.title', { name: called(o) })}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <DayInput label={t('obligation.met_on')} withAsterisk max={today} {...form.text('met_on')} />
        <Textarea label={t('obligation.proof')} withAsterisk description={t('obligation.proof.hint')} {...form.text('proof')} />
        <FormFoot form={form} label={t('obligation.meet')} />
      </form>
    </Modal>
  );
}

export function Reports({ page }: { page: CasePage }) {
  const { t, name, time, join } = useI18n();
  const can = useCan();
  const go = useGo();
  const refresh = useRefresh();
  const list = arr(page.reports);
  const make = useMutation({
    mutationFn: () => http.post<ReportView>(`/cases/${page.case.id}/reports`, { form: 'form8' }),
    onSuccess: async (r) => { await refresh(); go(`/reports/${r.report.id}`); },
  });
  const open = arr(page.obligations).filter((o) => o.state === 'open' && o.form);
  const due = open.some((o) => o.form === 'form8');
  const others = [...new Set(open.filter((o) => o.form !== 'form8').map((o) => o.form))];
  return (
    <Card title={t('report.nav')} id="reports" aside={can('report.write') && !list.some((r) => r.form === 'form8') && (due || others.length === 0) && <Button variant={due ? 'filled' : 'default'} loading={make.isPending} onClick={() => make.mutate()}>{t('report.make8')}</Button>}>
      {make.isError && <ErrorBox error={make.error} />}
      {others.length > 0 && <p className="sub" style={{ marginBottom: 6 }}>{t('reports.otherForms', { forms: join(others.map((f) => name('form', f))) })}</p>}
      {list.length === 0 ? <p className="sub">{t('reports.noneOfCase')}</p> : (
        <table className="list"><tbody>
          {list.map((r) => <tr key={r.id}><td><Go to={`/reports/${r.id}`}><span className="num">{r.number}</span>　{name('form', r.form)}</Go></td><td><Tag tone={r.state === 'approved' ? 'brand' : undefined}>{name('report.state', r.state)}</Tag></td><td className="sub num">{t('report.versionN', { n: r.version })}　{r.maker}　{time(r.updated_at)}</td></tr>)}
        </tbody></table>
      )}
    </Card>
  );
}
