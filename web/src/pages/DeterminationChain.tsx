import type { ReactNode } from 'react';
import type { DeterminationRecord } from '../api/record';
import type { Assessment, FactView, RulebookRef } from '../api/types';
import { useI18n } from '../i18n';
import { arr, Tag } from '../ui/kit';
import { ProofLines } from './CaseProof';
import { useClockWords } from './DutySteps';
import { factWords } from './outcome';

type Props = { record: DeterminationRecord; assessment: Assessment | null; facts: FactView[] };

/** 評価 → 通知4(3) → 規則228条の20第2項 → 第一報・回収・措置: how one step leads to the next, with the words of every clause. */
export function Chain({ record, assessment, facts }: Props) {
  const { t, say, join, name } = useI18n();
  const clock = useClockWords();
  const { notice, answer } = record;
  const duties = arr(record.duties);
  const values = (fact: string, list: string[] | null) => { const w = factWords(facts, fact); return t('chain.fact', { fact: say(w.label), values: join(arr(list).map((v) => say(w.value(v)))) }); };
  return (
    <section className="card long chain">
      <h2>{t('chain')}</h2>
      <ol>
        <Step title={t('chain.assessment')}>
          {notice ? <p className="sub">{t('chain.assessment.used')}{assessment?.statement && <span className="pre">　{assessment.statement}</span>}</p> : <p className="sub">{t('chain.assessment.none')}</p>}
        </Step>
        {notice && (
          <Step title={t('chain.notice')} book={notice.rulebook}>
            <ul>{arr(notice.facts).filter((f) => !f.open).map((f) => <li key={f.fact}>{values(f.fact, f.possible)}</li>)}</ul>
            <ProofLines lines={arr(notice.proof)} />
          </Step>
        )}
        <Step title={t('chain.regulation')} book={answer.rulebook}>
          <p><b>{name('result', answer.result)}</b></p>
          <ProofLines lines={arr(answer.proof)} />
        </Step>
        {duties.map((d) => (
          <Step key={d.rulebook.id} title={say(d.title)} book={d.rulebook}>
            {arr(d.duties).length === 0 && <p className="sub">{t(d.named_person ? 'duties.namedPerson' : 'chain.noDuty')}</p>}
            <ul className="duties">{arr(d.duties).map((l) => <li key={l.duty.id} data-state={l.state}><b>{say(l.duty.label)}</b> {l.state === 'possible' && <Tag tone="open">{name('proof', 'possible')}</Tag>} <span className="small">{[say(l.duty.to) && t('duty.to', { to: say(l.duty.to) }), clock(l.duty.clock)].filter(Boolean).join(t('sep'))}</span></li>)}</ul>
            <ProofLines lines={arr(d.proof)} only />
          </Step>
        ))}
      </ol>
    </section>
  );
}

function Step({ title, book, children }: { title: string; book?: RulebookRef; children: ReactNode }) {
  return <li><h3>{title} {book && <span className="sub small code">{book.id} {book.version}</span>}</h3>{children}</li>;
}
