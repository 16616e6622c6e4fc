import { Button } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { Answer, CasePage, FactView } from '../api/types';
import { useI18n } from '../i18n';
import { daysBetween } from '../lib/dates';
import { arr, ErrorBox } from '../ui/kit';
import { Scroll } from '../ui/Scroll';
import { answerVerdict, Headline, Items } from './answerWords';
import { CaseStatus } from './CaseStatus';
import { factWords, useOutcome } from './outcome';
import { Unsure } from './proofLine';

type Props = {
  page: CasePage; facts: FactView[]; answer: Answer; trial: Record<string, string[]> | null; setTrial: (t: Record<string, string[]> | null) => void;
  busy: boolean; error: unknown; store: (p: CasePage) => void; reload: () => void;
};

/** The answer as it stands on the facts now, and how far the determination is. */
export function AnswerCard({ page, facts, answer, trial, setTrial, busy, error, store, reload }: Props) {
  const { t, day, today, name } = useI18n();
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
  const unsettled = facts.some((f) => f.decisive && f.state !== 'known');
  const verdict = answerVerdict(answer);
  return (
    <section ref={card} className="card answer" data-tone={tone} data-trial={trying || undefined} aria-live="polite" aria-busy={busy}>
      <div className="sub">{trying ? <b>{t('trial.title')}</b> : answer.open_count > 0 && unsettled ? t('answer.open', { n: answer.open_count }) : answer.open_count > 0 ? t('answer.settledOpen', { n: answer.open_count }) : t('answer.settled')}</div>
      <div className="big" id="answer"><Headline v={verdict} /></div>
      <p>
        {g?.first_report && <>{unsettled ? t('answer.firstPossible') : t('answer.first')}</>}
        {g?.last_office_day && <>{t('answer.lastOfficeDay', { day: day(g.last_office_day) })}{left !== null && (left < 0 ? t('answer.over', { n: -left }) : left === 0 ? t('answer.today') : t('answer.left', { n: left }))}</>}
        {answer.result === 'not_reportable' && t('answer.none')}
        {g?.periodic && t('answer.periodic')}{g?.named_person && t('answer.namedPerson')}
      </p>
      {verdict.items.length > 0 && <p className="sub"><Items items={verdict.items} /></p>}
      <Unsure lines={[...arr(answer.proof), ...arr(page.notice?.proof)]} />
      <Grid answer={answer} facts={facts} />
      {error ? <div style={{ marginTop: 10 }}><ErrorBox error={error} /></div> : null}
      {trying ? <div className="buttons noprint"><Button onClick={() => setTrial(null)}>{t('trial.end')}</Button></div> : (
        <CaseStatus page={page} answer={answer} store={store} reload={reload}>
          <Button variant="default" onClick={() => setTrial(Object.fromEntries(facts.filter((f) => f.state !== 'open').map((f) => [f.name, arr(f.possible)])))}>{t('trial.start')}</Button>
          <Button variant="default" onClick={() => window.print()}>{t('print')}</Button>
        </CaseStatus>
      )}
      <span className="visually-hidden">{name('result', answer.result)}</span>
      {passed && <a className="answerbar noprint" href="#answer" aria-live="off" onClick={(e) => { e.preventDefault(); window.scrollTo({ top: 0 }); }}><span className="sub small">{trying ? t('trial.title') : t('answer.now')}</span><b><Headline v={verdict} /></b></a>}
    </section>
  );
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
