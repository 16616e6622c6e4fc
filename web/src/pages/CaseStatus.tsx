import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Answer, CasePage, Determination } from '../api/types';
import { useCan, useSession } from '../app/session';
import { useI18n } from '../i18n';
import { Go } from '../ui/go';
import { answerVerdict, BothAnswers, lawVerdict } from './answerWords';
import { CountersignDialog, DecideDialog, OverrideDialog, RefuseDialog } from './decideDialogs';
import { decided, sameOutcome } from './decided';

/** 仮の判断 → 提案 → 確定 → 変更（二名署名）: how far the determination is, who made it so, and what can be done next. */
export function StatusLine({ governing, pending }: { governing?: Determination; pending?: Determination }) {
  const { t, name } = useI18n();
  const now = pending ?? governing;
  const changed = now?.status === 'override_asked' || now?.status === 'overridden';
  const steps = ['provisional', 'proposed', 'confirmed', ...(changed ? ['overridden'] : [])];
  const at = changed ? 3 : steps.indexOf(now?.status ?? 'provisional');
  return (
    <ol className="steps small" aria-label={t('status.line')}>
      {steps.map((s, i) => <li key={s} data-state={i < at ? 'done' : i === at ? 'now' : undefined} aria-current={i === at ? 'step' : undefined}>{name('status.step', s)}</li>)}
    </ol>
  );
}

type Props = { page: CasePage; answer: Answer; store: (p: CasePage) => void; reload: () => void; /** Further buttons. */ children: ReactNode };
type Open = 'confirm' | 'propose' | 'override' | 'countersign' | 'refuse' | null;

export function CaseStatus({ page, answer, store, reload, children }: Props) {
  const { t, time } = useI18n();
  const can = useCan();
  const me = useSession().user?.id;
  const [open, setOpen] = useState<Open>(null);
  const { governing, pending } = decided(page.determinations);
  const signed = governing && governing.status !== 'provisional' ? governing : undefined;
  const same = signed?.digest === answer.digest;
  const asked = pending?.status === 'override_asked' ? pending : undefined;
  const proposed = pending?.status === 'proposed' ? pending : undefined;
  const overridden = signed?.status === 'overridden' ? signed : undefined;
  const who = (d: Determination) => ({ who: d.made_by, at: time(d.made_at) });
  const close = () => setOpen(null);
  const props = { page, answer, store, reload, onClose: close };
  return (
    <div className="status">
      <StatusLine governing={governing} pending={pending} />
      {asked?.override ? (
        <div className="notice">
          <b>{t('override.asked', who(asked))}</b>
          <p className="sub">{t(asked.made_by_id === me ? 'override.asked.own' : 'override.asked.text')}</p>
          <BothAnswers law={lawVerdict(asked)} instead={asked.override} />
          {can('determination.override') && (
            <div className="buttons noprint">
              {asked.made_by_id !== me && <Button onClick={() => setOpen('countersign')}>{t('override.countersign')}</Button>}
              <Button variant="default" onClick={() => setOpen('refuse')}>{t(asked.made_by_id === me ? 'override.withdraw' : 'override.refuse')}</Button>
            </div>
          )}
        </div>
      ) : overridden?.override ? (
        <div className="notice"><b>{t('override.governs')}</b><BothAnswers law={lawVerdict(overridden)} instead={overridden.override} /></div>
      ) : proposed ? (
        <p className="sub"><b>{t('status.proposed.by', who(proposed))}</b>{proposed.comment && <span className="pre">　{proposed.comment}</span>}{proposed.digest !== answer.digest && <>　{t('status.proposed.moved')}</>}</p>
      ) : same && signed ? (
        <p className="sub"><b>{t('answer.confirmed', { n: signed.version })}</b>　{signed.made_by}　{time(signed.made_at)}</p>
      ) : !signed && <p className="sub">{t('status.provisional.text')}</p>}
      {page.moved && (signed && sameOutcome(signed, answer) ? <p className="sub">{t('answer.movedDuties')}</p> : <div className="notice"><b>{t('answer.moved')}</b><p>{t('answer.moved.text')}</p></div>)}
      <div className="buttons noprint">
        {can('case.determine') && !same && !asked && <Button onClick={() => setOpen('confirm')}>{t(signed ? 'answer.confirmAgain' : 'answer.confirm')}</Button>}
        {can('case.work') && !can('case.determine') && !same && !asked && proposed?.digest !== answer.digest && <Button onClick={() => setOpen('propose')}>{t('propose')}</Button>}
        {proposed && can('determination.override') && <Button variant="default" onClick={() => setOpen('refuse')}>{t('propose.refuse')}</Button>}
        {children}
      </div>
      <div className="buttons small noprint">
        {(pending ?? governing) && <Go to={`/determinations/${(pending ?? governing)?.id}`}>{t('determination.see')}</Go>}
        {can('determination.override') && !asked && <button type="button" className="plain" onClick={() => setOpen('override')}>{t('override')}</button>}
      </div>
      {open === 'confirm' && <DecideDialog {...props} kind="confirm" />}
      {open === 'propose' && <DecideDialog {...props} kind="propose" />}
      {open === 'override' && <OverrideDialog {...props} law={answerVerdict(answer)} />}
      {open === 'countersign' && asked && <CountersignDialog d={asked} done={reload} onClose={close} />}
      {open === 'refuse' && pending && <RefuseDialog d={pending} own={pending.made_by_id === me} done={reload} onClose={close} />}
    </div>
  );
}
