import { Button } from '@mantine/core';
import { useState } from 'react';
import type { CasePage, TodayObligation } from '../api/types';
import { useCan } from '../app/session';
import { useI18n } from '../i18n';
import { citation } from '../lib/citation';
import { Go } from '../ui/go';
import { arr, Card, DayText, Tag } from '../ui/kit';
import { Scroll } from '../ui/Scroll';
import { isWritten, ReportButton } from './makeReport';
import { MeetDialog, RebaseDialog } from './ObligationDialogs';
import { DaysLeft, DueWords, useObligationName } from './worklist';

/** What is due, with its clock. A clock that was moved shows both days and why. */
export function Obligations({ page, reload }: { page: CasePage; reload: () => void }) {
  const { t } = useI18n();
  const called = useObligationName();
  const all = arr(page.obligations);
  const list = all.filter((o) => o.state !== 'void');
  const replaced = all.filter((o) => o.state === 'void');
  return (
    <Card title={t('obligations')} id="obligations">
      {list.length === 0 ? <p className="sub">{t('obligations.none')}</p> : <ObligationTable list={list} reload={reload} />}
      {replaced.length > 0 && <details style={{ marginTop: 6 }}><summary className="sub">{t('obligations.replaced', { n: replaced.length })}</summary><ul>{replaced.map((o) => <li key={o.id} className="small">{called(o)}　<DayText day={o.due_on} /></li>)}</ul></details>}
    </Card>
  );
}

export function ObligationTable({ list, reload }: { list: TodayObligation[]; reload: () => void }) {
  const { t, lang, name, day, join, say } = useI18n();
  const can = useCan();
  const called = useObligationName();
  const [meeting, setMeeting] = useState<TodayObligation | null>(null);
  const [rebasing, setRebasing] = useState<TodayObligation | null>(null);
  const may = can('case.determine');
  return (
    <Scroll>
      <table className="list">
        <thead><tr><th scope="col">{t('today.left')}</th><th scope="col">{t('obligation')}</th><th scope="col">{t('statutory_day')}</th><th scope="col" className="hide-tight">{t('last_office_day')}</th><th scope="col">{t('state')}</th></tr></thead>
        <tbody>
          {list.map((o) => (
            <tr key={o.id}>
              <td>{o.state !== 'open' ? '—' : o.coming ? <span className="sub">{t('period.running')}</span> : <DaysLeft days={o.days_left} urgency={o.urgency} />}</td>
              <td>
                <b>{called(o)}</b>
                {say(o.to) && <div className="small">{t('duty.to', { to: say(o.to) })} {o.to_be_confirmed && <Tag tone="open">{t('openValue.mark')}</Tag>}</div>}
                {o.period_to && <div className="small num">{t('period', { from: day(o.period_from), to: day(o.period_to) })}</div>}
                <div className="sub small">{join(arr(o.items).map((i) => citation(i, lang)))}</div>
              </td>
              <td><DueWords o={o} /><Changes o={o} /></td>
              <td className="hide-tight"><DayText day={o.last_office_day} />{o.last_company_day && o.last_company_day !== o.last_office_day && <div className="sub small">{t('last_company_day', { day: day(o.last_company_day) })}</div>}</td>
              <td>
                {o.state !== 'open' ? <>{name('obligation.state', o.state)}<div className="sub small">{day(o.met_on)}　{o.proof}</div>{o.report_id && <Go to={`/reports/${o.report_id}`} className="small">{t('next.seeReport')}</Go>}{o.late_reason && <div className="small pre">{t('late.reason')}{t('colon')}{o.late_reason}</div>}</> : (
                  <div className="buttons">
                    {o.kind === 'decision' ? <span className="sub">{t('obligation.byConfirming')}</span> : isWritten(o) ? <ReportButton o={o} primary={!o.coming && !o.report_id} /> : may ? <Button variant="default" onClick={() => setMeeting(o)}>{t('obligation.meet')}</Button> : name('obligation.state', o.state)}
                    {may && isWritten(o) && o.kind !== 'report_followup' && !o.report_id && !o.coming && <button type="button" className="plain small" onClick={() => setMeeting(o)}>{t('obligation.meetElsewhere')}</button>}
                    {may && o.due_on && !o.period_to && <button type="button" className="plain small" onClick={() => setRebasing(o)}>{t('rebase')}</button>}
                  </div>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {meeting && <MeetDialog o={meeting} reload={reload} onClose={() => setMeeting(null)} />}
      {rebasing && <RebaseDialog o={rebasing} reload={reload} onClose={() => setRebasing(null)} />}
    </Scroll>
  );
}

/** Days that a clock had before, struck through, with who moved it and why. */
function Changes({ o }: { o: TodayObligation }) {
  const { t, day, time } = useI18n();
  return arr(o.changes).map((c) => (
    <div key={c.id} className="small clockchange">
      <del className="num">{day(c.from_due_on) || t('promptly')}</del> <span className="sub">{t('rebase.was', { from: day(c.from_aware_on), to: day(c.to_aware_on) })}</span>
      <div className="pre">{t('ledger.reason')}{t('colon')}{c.reason}</div><div className="sub num">{c.by}　{time(c.at)}</div>
    </div>
  ));
}

