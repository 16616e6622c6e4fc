import { Button } from '@mantine/core';
import { useState } from 'react';
import { address } from '../api/client';
import type { ReportAction, ReportView } from '../api/types';
import { useCan } from '../app/session';
import { useI18n } from '../i18n';
import { arr } from '../ui/kit';
import { NextIssueDialog, ReturnDialog, SignDialog, type Signing } from './reportDialogs';
import { closed, lifeSteps, newestSubmission, stepOf } from './reportLife';
import { AcknowledgeDialog, ResolveDialog, SubmitDialog } from './SubmissionDialogs';

type Props = { view: ReportView; formTitle: string; store: (next: ReportView) => void; flush: () => Promise<ReportView> };
type Open = Signing | 'return' | 'send' | 'acknowledge' | 'resolve' | 'next' | null;

/** 下書き → 確認待ち → 承認待ち → 承認済み → 提出済み → 受領: where the issue is, who signed it, and what can be done next by whom. */
export function ReportLife({ view, formTitle, store, flush }: Props) {
  const { t, name, time } = useI18n();
  const [open, setOpen] = useState<Open>(null);
  const r = view.report;
  const submission = newestSubmission(arr(view.issues));
  const step = stepOf(r.state, submission);
  const at = lifeSteps.indexOf(step);
  const close = () => setOpen(null);
  const props = { view, onClose: close, store: (next: ReportView) => { close(); store(next); } };
  const { can } = view;
  const may = useCan()('report.write');
  const signed = ([['made', view.submitted], ['checked', view.checked], ['approved', view.approval]] as const).flatMap(([meaning, mark]) => (mark ? [{ meaning, mark }] : []));
  const waits = r.state === 'sent' && submission?.state === 'sent';
  const mismatch = r.state === 'sent' && submission?.state === 'mismatch';
  return (
    <section className="card life" id="life">
      <ol className="steps" aria-label={t('report.life')}>
        {lifeSteps.map((s, i) => <li key={s} data-state={i < at ? 'done' : i === at ? 'now' : undefined} aria-current={i === at ? 'step' : undefined}>{name('report.step', s)}</li>)}
      </ol>
      <div className="lifenow">
        <div>
          <p>{mismatch ? <b>{t('report.now.mismatch')}</b> : name('report.now', r.state === 'returned' ? 'returned' : step)}</p>
          {r.state === 'returned' && view.returned && <div className="notice error" style={{ marginTop: 6 }}><b>{t('report.returned', { who: view.returned.by, at: time(view.returned.at) })}</b><p className="pre">{view.returned.reason}</p></div>}
          {signed.length > 0 && <ul className="signs">{signed.map(({ meaning, mark }) => <li key={meaning}><b>{name('signature', meaning)}</b>　{mark.by}　<span className="num sub">{time(mark.at)}</span></li>)}</ul>}
          <Closed view={view} at={step} />
        </div>
        <div className="buttons noprint">
          {can.review && <Button onClick={() => setOpen('review')}>{t('report.sign.review')}</Button>}
          {can.check && <Button onClick={() => setOpen('check')}>{t('report.sign.check')}</Button>}
          {can.approve && <Button onClick={() => setOpen('approve')}>{t('report.sign.approve')}</Button>}
          {can.send && <Button onClick={() => setOpen('send')}>{t('report.send')}</Button>}
          {mismatch && may && <Button onClick={() => setOpen('resolve')}>{t('report.resolve')}</Button>}
          {waits && may && <Button onClick={() => setOpen('acknowledge')}>{t('report.acknowledge')}</Button>}
          {can.next && <Button variant={waits || mismatch || r.completion !== 'incomplete' ? 'default' : 'filled'} onClick={() => setOpen('next')}>{t('report.next')}</Button>}
          {can.return && <Button variant="default" onClick={() => setOpen('return')}>{t('report.return')}</Button>}
          {(can.send || r.state === 'sent') && <Button component="a" variant="default" href={address(`/reports/${r.id}/package`)} download>{t('report.package')}</Button>}
        </div>
      </div>
      {(open === 'review' || open === 'check' || open === 'approve') && <SignDialog {...props} signing={open} formTitle={formTitle} flush={flush} />}
      {open === 'return' && <ReturnDialog {...props} />}
      {open === 'send' && <SubmitDialog {...props} />}
      {open === 'acknowledge' && submission && <AcknowledgeDialog {...props} submission={submission} />}
      {open === 'resolve' && submission && <ResolveDialog {...props} submission={submission} />}
      {open === 'next' && <NextIssueDialog {...props} />}
    </section>
  );
}

/** Why a button is not there, for what somebody could do at this step. */
function Closed({ view, at }: { view: ReportView; at: ReturnType<typeof stepOf> }) {
  const { t, say, name } = useI18n();
  const list = closed(at, view.can);
  const seen = new Set<string>();
  const once = list.filter(({ why }) => !seen.has(why.ja) && seen.add(why.ja));
  return once.length === 0 ? null : <ul className="plainlist small sub noprint">{once.map(({ action, why }) => <li key={action}>{t('report.closed', { action: name('report.action', action satisfies ReportAction), why: say(why) })}</li>)}</ul>;
}
