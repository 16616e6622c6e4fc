import { Button, Modal, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { ApiError, http } from '../api/client';
import type { Answer, CasePage, FactView } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { citation } from '../lib/citation';
import { daysBetween } from '../lib/dates';
import { arr, ErrorBox } from '../ui/kit';
import { factWords, useOutcome } from './outcome';
import { Scroll } from '../ui/Scroll';

type Props = {
  page: CasePage; facts: FactView[]; answer: Answer; trial: Record<string, string[]> | null; setTrial: (t: Record<string, string[]> | null) => void;
  busy: boolean; error: unknown; store: (p: CasePage) => void; reload: () => void;
};

/** The answer as it stands on the facts now. */
export function AnswerCard({ page, facts, answer, trial, setTrial, busy, error, store, reload }: Props) {
  const { t, day, time, today, name } = useI18n();
  const can = useCan();
  const [confirming, setConfirming] = useState(false);
  const card = useRef<HTMLElement>(null);
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    if (!card.current) return;
    const watch = new IntersectionObserver(([e]) => setPassed(!!e && !e.isIntersecting && e.boundingClientRect.top < 0));
    watch.observe(card.current);
    return () => watch.disconnect();
  }, []);
  const trying = trial !== null;
  const g = answer.governing;
  const left = g?.due ? daysBetween(today, g.due) : null;
  const tone = answer.result === 'not_reportable' ? 'none' : left === null ? 'brand' : left <= 3 ? 'late' : left <= 7 ? 'soon' : 'brand';
  const changed = !trying && page.moved;
  const last = arr(page.determinations)[0];
  const confirmed = !trying && last?.digest === answer.digest ? last : null;
  const unsettled = facts.some((f) => f.decisive && f.state !== 'known');
  return (
    <section ref={card} className="card answer" data-tone={tone} data-trial={trying || undefined} aria-live="polite" aria-busy={busy}>
      <div className="sub">{trying ? <b>{t('trial.title')}</b> : answer.open_count > 0 && unsettled ? t('answer.open', { n: answer.open_count }) : answer.open_count > 0 ? t('answer.settledOpen', { n: answer.open_count }) : t('answer.settled')}</div>
      <div className="big" id="answer"><Headline answer={answer} /></div>
      <p>
        {g?.first_report && <>{unsettled ? t('answer.firstPossible') : t('answer.first')}</>}
        {g?.last_office_day && <>{t('answer.lastOfficeDay', { day: day(g.last_office_day) })}{left !== null && (left < 0 ? t('answer.over', { n: -left }) : t('answer.left', { n: left }))}</>}
        {answer.result === 'not_reportable' && t('answer.none')}
        {g?.periodic && t('answer.periodic')}{g?.named_person && t('answer.namedPerson')}
      </p>
      {g && arr(g.items).length > 0 && <p className="sub"><Items items={arr(g.items)} /></p>}
      <Grid answer={answer} facts={facts} />
      {error ? <div style={{ marginTop: 10 }}><ErrorBox error={error} /></div> : null}
      {changed && <div className="notice" style={{ marginTop: 12 }}><b>{t('answer.moved')}</b><p>{t('answer.moved.text')}</p></div>}
      {confirmed && <p className="sub" style={{ marginTop: 12 }}><b>{t('answer.confirmed', { n: confirmed.version })}</b>　{confirmed.confirmed_by}　{time(confirmed.confirmed_at)}</p>}
      <div style={{ marginTop: 16, display: 'flex', gap: 8, flexWrap: 'wrap' }} className="noprint">
        {trying ? <Button onClick={() => setTrial(null)}>{t('trial.end')}</Button> : (
          <>
            {can('case.determine') && !confirmed && <Button variant={last && !changed ? 'default' : 'filled'} onClick={() => setConfirming(true)}>{t(last ? 'answer.confirmAgain' : 'answer.confirm')}</Button>}
            <Button variant="default" onClick={() => setTrial(Object.fromEntries(facts.filter((f) => f.state !== 'open').map((f) => [f.name, arr(f.possible)])))}>{t('trial.start')}</Button>
            <Button variant="default" onClick={() => window.print()}>{t('print')}</Button>
          </>
        )}
      </div>
      {confirming && <ConfirmDialog page={page} answer={answer} store={store} reload={reload} onClose={() => setConfirming(false)} />}
      <span className="visually-hidden">{name('result', answer.result)}</span>
      {passed && <a className="answerbar noprint" href="#answer" aria-live="off" onClick={(e) => { e.preventDefault(); window.scrollTo({ top: 0 }); }}><span className="sub small">{trying ? t('trial.title') : t('answer.now')}</span><b><Headline answer={answer} /></b></a>}
    </section>
  );
}

function Items({ items }: { items: string[] }) {
  const { t, lang, join } = useI18n();
  return <>{t('answer.items')}{t('colon')}{join(items.map((i) => citation(i, lang)))}</>;
}

/** 様式第8　15日以内　12月8日（火）まで */
function Headline({ answer }: { answer: Answer }) {
  const { t, name, day } = useI18n();
  const g = answer.governing;
  if (!g) return <>{name('result', answer.result)}</>;
  if (g.periodic) return <>{t('headline.periodic', { form: name('form', g.form) })}</>;
  return <>{g.form && `${name('form', g.form)}${t('gap')}`}{g.term_days ? `${t('headline.days', { n: g.term_days })}${t('gap')}` : ''}{g.due && <span className="num nowrap">{t('headline.until', { day: day(g.due) })}</span>}</>;
}

/** What the two most decisive open facts would change. */
function Grid({ answer, facts }: { answer: Answer; facts: FactView[] }) {
  const { t, say } = useI18n();
  const outcome = useOutcome();
  const grid = answer.grid;
  if (!grid) return null;
  const rows = factWords(facts, grid.rows_fact);
  const cols = factWords(facts, grid.cols_fact);
  const colValues = grid.cols_fact ? arr(grid.cols) : [''];
  return (
    <Scroll>
      <table className="grid">
        <caption className="visually-hidden">{t('grid.caption')}</caption>
        <thead><tr><th scope="col">{say(rows.label)}{grid.cols_fact && <span className="sub"> ＼ {say(cols.label)}</span>}</th>{colValues.map((v) => <th key={v} scope="col">{v ? say(cols.value(v)) : t('answer')}</th>)}</tr></thead>
        <tbody>{arr(grid.cells).map((row, i) => <tr key={i}><th scope="row">{say(rows.value(grid.rows[i] ?? ''))}</th>{row.map((cell, j) => <td key={j}>{outcome(cell)}</td>)}</tr>)}</tbody>
      </table>
    </Scroll>
  );
}

function ConfirmDialog({ page, answer, store, reload, onClose }: { page: CasePage; answer: Answer; store: (p: CasePage) => void; reload: () => void; onClose: () => void }) {
  const { t, fullDay } = useI18n();
  const refresh = useRefresh();
  const [comment, setComment] = useState('');
  const confirm = useMutation({
    mutationFn: () => http.post<CasePage>(`/cases/${page.case.id}/determinations`, { shown: answer.digest, comment }),
    onSuccess: (next) => { store(next); onClose(); void refresh(); },
  });
  const g = answer.governing;
  const stale = confirm.error instanceof ApiError && confirm.error.status === 409;
  return (
    <Modal opened onClose={onClose} title={<b>{t('confirm.title')}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <div className="stack">
        <p>{t('confirm.text')}</p>
        <div className="notice">
          <div className="big"><Headline answer={answer} /></div>
          {g && <Items items={arr(g.items)} />}
          {g?.due && <p className="num">{t('statutory_day')} {fullDay(g.due)}<br />{t('last_office_day')} {fullDay(g.last_office_day)}</p>}
          {g?.first_report && <p>{t('confirm.first')}</p>}
        </div>
        {answer.open_count > 0 && answer.result !== 'not_reportable' && <div className="notice open"><p>{t('confirm.open', { n: answer.open_count })}</p></div>}
        <Textarea label={t('confirm.comment')} description={t('confirm.comment.hint')} maxLength={4000} value={comment} onChange={(e) => setComment(e.currentTarget.value)} />
        {confirm.isError && (stale ? <div className="notice error" role="alert"><b>{t('confirm.stale')}</b><p>{t('confirm.stale.text')}</p><Button mt={8} variant="default" onClick={() => { onClose(); reload(); }}>{t('confirm.reload')}</Button></div> : <ErrorBox error={confirm.error} />)}
        <div style={{ display: 'flex', gap: 8 }}><Button loading={confirm.isPending} disabled={stale} onClick={() => confirm.mutate()}>{t('confirm.do')}</Button><Button variant="default" onClick={onClose}>{t('cancel')}</Button></div>
      </div>
    </Modal>
  );
}
