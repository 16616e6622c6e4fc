import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { http } from '../api/client';
import type { CasePage, DutyStep, FactView } from '../api/types';
import { useI18n } from '../i18n';
import { Choice, ChoiceMany } from '../ui/Choice';
import { arr, Card, ErrorBox, Tag } from '../ui/kit';
import { NextQuestion } from './CaseNext';
import { useOutcome } from './outcome';

type Props = {
  caseId: string; facts: FactView[]; steps: DutyStep[]; /** The further duties are worth asking about. */ matters: boolean; askNext: string; may: boolean; trial: Record<string, string[]> | null; setTrial: (t: Record<string, string[]> | null) => void;
  store: (page: CasePage) => void; current: () => CasePage;
};

/** What the rulebook asks. What nobody knows stays unknown; what does not matter for the answer stands apart. */
export function Facts({ caseId, facts, steps, matters, askNext, may, trial, setTrial, store, current }: Props) {
  const { t } = useI18n();
  const trying = trial !== null;
  const save = useMutation({
    scope: { id: `facts:${caseId}` }, // one after the other, each on the revision before it
    mutationFn: (v: { fact: string; possible: string[]; evidence: string }) => http.put<CasePage>(`/cases/${caseId}/facts/${v.fact}`, { possible: v.possible, evidence: v.evidence, revision: current().case.revision }),
    onSuccess: store,
  });
  const accept = useMutation({ scope: { id: `facts:${caseId}` }, mutationFn: () => http.post<CasePage>(`/cases/${caseId}/facts/accept`, { revision: current().case.revision }), onSuccess: store });
  const change = (fact: FactView, possible: string[], evidence: string) => {
    if (trying) setTrial({ ...trial, [fact.name]: possible });
    else save.mutate({ fact: fact.name, possible, evidence });
  };
  const suggested = facts.filter((f) => f.suggested && f.state === 'open');
  const relevant = facts.filter((f) => f.relevant);
  const quiet = facts.filter((f) => !f.relevant);
  const asked = facts.find((f) => f.name === askNext);
  const row = (f: FactView, ask = askNext) => <Fact key={f.name} fact={f} ask={f.name === ask} may={may || trying} trying={trying} failed={save.isError} change={change} />;
  return (
    <Card
      title={t('facts')} className="long" id="facts"
      aside={may && !trying && suggested.length > 0 ? <Button variant="default" loading={accept.isPending} onClick={() => accept.mutate()}>{t('facts.acceptAll', { n: suggested.length })}</Button> : <span className="sub small" aria-live="polite">{save.isPending ? t('saving') : save.isSuccess && !trying ? t('saved') : ''}</span>}
    >
      <p className="sub">{trying ? t('facts.trying') : t('facts.text')}</p>
      {(save.isError || accept.isError) && <div style={{ marginTop: 8 }}><ErrorBox error={save.error ?? accept.error} retry={() => location.reload()} /></div>}
      {asked && <NextQuestion fact={asked} />}
      {relevant.map((f) => row(f))}
      {quiet.length > 0 && <details className="quietfacts"><summary className="sub">{t('facts.irrelevant', { n: quiet.length })}</summary>{quiet.map((f) => row(f))}</details>}
      <DutyQuestions steps={steps} ready={matters && !asked} row={row} />
    </Card>
  );
}

/** What the rulebooks of further duties ask: recall, letters, measures. Folded until the main facts are known. */
function DutyQuestions({ steps, ready, row }: { steps: DutyStep[]; ready: boolean; row: (f: FactView, ask?: string) => React.JSX.Element }) {
  const { t, say } = useI18n();
  const asking = steps.filter((s) => arr(s.facts).length > 0);
  const open = asking.reduce((n, s) => n + arr(s.facts).filter((f) => f.relevant && f.state !== 'known').length, 0);
  if (asking.length === 0) return null;
  return (
    <details className="quietfacts" id="duty-questions" open={(ready && open > 0) || undefined}>
      <summary className="sub">{t('dutyQuestions')}{t('gap')}{open > 0 ? <span className="openwords">{t('dutyQuestions.open', { n: open })}</span> : t('dutyQuestions.none')}</summary>
      <p className="sub small">{t('dutyQuestions.text')}</p>
      {asking.map((s) => {
        // One question at a time: what was answered and what comes next; the others can be opened.
        const relevant = arr(s.facts).filter((f) => f.relevant || f.state !== 'open');
        const next = relevant.find((f) => f.name === s.next);
        const shown = relevant.filter((f) => f.state !== 'open' || f === next);
        const later = relevant.filter((f) => !shown.includes(f));
        return (
          <section key={s.rulebook.id} className="dutyquestions">
            <h3>{say(s.title)}</h3>
            {next && <NextQuestion fact={next} step={s} />}
            {shown.map((f) => row(f, s.next))}
            {relevant.length === 0 && <p className="sub small">{t('dutyQuestions.notNow')}</p>}
            {later.length > 0 && <details><summary className="sub small prooffold">{t('dutyQuestions.later', { n: later.length })}</summary>{later.map((f) => row(f, s.next))}</details>}
          </section>
        );
      })}
    </details>
  );
}

function Fact({ fact, ask, may, trying, failed, change }: { fact: FactView; ask: boolean; may: boolean; trying: boolean; failed: boolean; change: (f: FactView, possible: string[], evidence: string) => void }) {
  const { t, say, time, join } = useI18n();
  const outcome = useOutcome();
  const all = arr(fact.values);
  const possible = arr(fact.possible);
  const [several, setSeveral] = useState(fact.state === 'partial');
  useEffect(() => { if (fact.state === 'partial') setSeveral(true); }, [fact.state]);
  const [evidence, setEvidence] = useState(fact.evidence);
  useEffect(() => setEvidence(fact.evidence), [fact.evidence]);
  const open = fact.state === 'open';
  const ofDuty = arr(fact.duty_outcomes).length > 0;
  const stored = open || possible.length !== 1 ? '' : possible[0] ?? '';
  // What was chosen shows at once, until the server answered. A value that an arrow key only passes on its way is not recorded.
  const [passing, setPassing] = useState<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  useEffect(() => setPassing(null), [fact, failed]);
  const choose = (value: string, byKeyboard: boolean) => {
    clearTimeout(timer.current);
    setPassing(value);
    timer.current = setTimeout(() => change(fact, value === '' ? [] : [value], evidence), byKeyboard ? 700 : 0);
  };
  const label = say(fact.label);
  const outcomes = arr(fact.outcomes);
  return (
    <div className="fact" data-ask={ask || undefined} data-quiet={!fact.relevant || undefined} id={`fact-${fact.name}`}>
      <div className="facthead">{label}{fact.decisive && fact.state !== 'known' && <div><Tag tone="open">{t(ofDuty ? 'fact.decisiveDuty' : 'fact.decisive')}</Tag></div>}</div>
      <div className="body">
        {several ? (
          <ChoiceMany label={label} disabled={!may} options={all.map((v) => ({ value: v.value, label: say(v.label) }))} values={possible} onChange={(values) => { if (values.length > 0) change(fact, values, evidence); }} />
        ) : (
          <Choice
            label={label} hideLabel disabled={!may} value={passing ?? stored}
            options={[...all.map((v) => ({ value: v.value, label: say(v.label) })), { value: '', label: t('unknown'), unknown: true }]}
            onChange={choose}
          />
        )}
      </div>
      <div className="below">
        {several && <div className="hint">{t('fact.several.hint')}</div>}
        {open && fact.relevant && !(ask && ofDuty) && <div className="small">{say(fact.question)}</div>}
        {say(fact.hint) && (open || ask) && <div className="hint">{say(fact.hint)}</div>}
        {fact.suggested && open && (
          <div className="suggest">
            <span>{t('fact.suggested', { value: join(arr(fact.suggested.possible).map((v) => say(all.find((x) => x.value === v)?.label))) })}</span> <span className="sub small">{say(fact.suggested.why)}</span>
            {may && <Button size="compact-sm" variant="default" onClick={() => change(fact, arr(fact.suggested?.possible), say(fact.suggested?.why))}>{t('fact.accept')}</Button>}
          </div>
        )}
        {!trying && may && !open && (
          <textarea
            rows={1} className="evidence noprint" value={evidence} aria-label={t('fact.evidenceOf', { fact: label })} placeholder={t('fact.evidence')} maxLength={2000} onChange={(e) => setEvidence(e.currentTarget.value)}
            onBlur={() => { if (evidence !== fact.evidence) change(fact, possible, evidence); }} onKeyDown={(e) => { if (e.key === 'Enter' && !e.shiftKey && !e.nativeEvent.isComposing) { e.preventDefault(); e.currentTarget.blur(); } }}
          />
        )}
        {fact.evidence && !trying && may && !open && <div className="hint printonly">{t('fact.evidence.is')}{t('colon')}{fact.evidence}</div>}
        {fact.evidence && (trying || !may || open) && <div className="hint">{t('fact.evidence.is')}{t('colon')}{fact.evidence}</div>}
        <div className="hint num factfoot">
          {fact.by && !open && <span>{fact.by}　{time(fact.at)}</span>}
          {may && all.length > 2 && (
            <button type="button" className="plain small noprint" onClick={() => { if (several && fact.state === 'partial') change(fact, [], evidence); setSeveral(!several); }}>
              {several ? t('fact.one') : t('fact.several')}
            </button>
          )}
        </div>
        {fact.state !== 'known' && fact.decisive && outcomes.length > 0 && (
          <details className="small noprint"><summary className="sub">{t('fact.outcomes')}</summary><ul style={{ margin: '4px 0 0', paddingLeft: 18 }}>{outcomes.map((o) => <li key={o.value}>{say(all.find((x) => x.value === o.value)?.label)}{t('colon')}{outcome(o)}</li>)}</ul></details>
        )}
      </div>
    </div>
  );
}
