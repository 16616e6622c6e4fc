import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { http } from '../api/client';
import type { CasePage, ReportView } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { citation } from '../lib/citation';
import { hasTime } from '../lib/dates';
import { Go, useGo } from '../ui/go';
import { arr, Card, DayText, Empty, ErrorBox, Tag } from '../ui/kit';
import { Scroll } from '../ui/Scroll';
import { Headline, overrideVerdict } from './answerWords';
import { StatusTag } from './caseParts';
import { isWritten, ReportButton } from './makeReport';
import { useOutcome } from './outcome';

/** What was determined, newest first; older answers stay visible. */
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
              <tr key={d.id} className={d.superseded || d.status === 'not_taken' ? 'past' : undefined}>
                <td className="num nowrap"><Go to={`/determinations/${d.id}`}>{t('determination.n', { n: n(d.version) })}</Go><div className="tags"><StatusTag status={d.status} />{d.superseded && <Tag>{t('superseded')}</Tag>}</div></td>
                <td>
                  <b>{name('result', d.result)}</b><div>{outcome({ result: d.result, form: d.form, term_days: d.term_days || null, periodic: d.periodic, due: d.due_on, first_report: d.first_report }, true)}</div>
                  <div className="sub small">{join(arr(d.items).map((i) => citation(i, lang)))}</div>
                  {d.override && <div className="small">{t('override.instead')}{t('colon')}<Headline v={overrideVerdict(d.override)} /></div>}
                  {d.refused && <div className="small pre">{t('refused', { who: d.refused.by, at: time(d.refused.at) })}{t('colon')}{d.refused.reason}</div>}
                  {d.comment && <div className="small pre">{d.comment}</div>}
                </td>
                <td><DayText day={d.due_on} /></td>
                <td>{d.made_by || t('status.automatic')}<div className="sub small num">{time(d.made_at)}</div></td>
              </tr>
            ))}
          </tbody>
        </table></Scroll>
      )}
    </Card>
  );
}

/** The reports of the case, and one button for each that is due and not begun. */
export function Reports({ page }: { page: CasePage }) {
  const { t, name, time, n } = useI18n();
  const can = useCan();
  const go = useGo();
  const refresh = useRefresh();
  const list = arr(page.reports);
  const make = useMutation({
    mutationFn: () => http.post<ReportView>(`/cases/${page.case.id}/reports`, { form: 'form8' }),
    onSuccess: async (r) => { await refresh(); go(`/reports/${r.report.id}`); },
  });
  const due = arr(page.obligations).filter((o) => o.state === 'open' && isWritten(o) && !o.report_id);
  const voluntary = due.length === 0 && !list.some((r) => r.form === 'form8');
  return (
    <Card title={t('report.nav')} id="reports" aside={can('report.write') && voluntary && <Button variant="default" loading={make.isPending} onClick={() => make.mutate()}>{t('report.make', { form: name('form', 'form8') })}</Button>}>
      {make.isError && <ErrorBox error={make.error} />}
      {due.length > 0 && can('report.write') && <div className="buttons noprint" style={{ marginBottom: 10 }}>{due.map((o) => <ReportButton key={o.id} o={o} primary />)}</div>}
      {list.length === 0 ? <p className="sub">{t('reports.noneOfCase')}</p> : (
        <table className="list"><tbody>
          {list.map((r) => (
            <tr key={r.id}>
              <td><Go to={`/reports/${r.id}`}><span className="num">{r.number}</span>　{name('form', r.form)}</Go><div className="sub small">{[t('report.issueN', { n: n(r.issue) }), r.completion && name('report.completion', r.completion)].filter(Boolean).join('・')}</div></td>
              <td><Tag tone={r.state === 'sent' || r.state === 'approved' ? 'brand' : undefined}>{name('report.state', r.state)}</Tag></td>
              <td className="sub num">{hasTime(r.sent_at) ? t('report.sentAt', { at: time(r.sent_at) }) : `${r.maker}　${time(r.updated_at)}`}</td>
            </tr>
          ))}
        </tbody></table>
      )}
    </Card>
  );
}
