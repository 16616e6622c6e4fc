import type { DutyOutcome, DutyStep, FactView } from '../api/types';
import { useI18n } from '../i18n';
import { arr } from '../ui/kit';
import { useOutcome } from './outcome';

/** What to find out next, and why: which answer leads to what, in a sentence. */
export function NextQuestion({ fact, step }: { fact: FactView; /** Of a duty rulebook: what an answer leads to is told by its duties. */ step?: DutyStep }) {
  const { t, say } = useI18n();
  const outcome = useOutcome();
  const duties = useDutyOutcome(step, arr(fact.duty_outcomes));
  const label = (value: string) => t('quoted', { text: say(arr(fact.values).find((v) => v.value === value)?.label) || value });
  const leads: [string, string][] = step ? arr(fact.duty_outcomes).map((o) => [o.value, duties(o)]) : arr(fact.outcomes).map((o) => [o.value, outcome(o).trim()]);
  const cases = [...Map.groupBy(leads, ([, words]) => words).entries()];
  const jump = () => {
    const row = document.getElementById(`fact-${fact.name}`);
    row?.scrollIntoView({ block: 'center' });
    row?.querySelector<HTMLElement>('input:checked, input')?.focus({ preventScroll: true });
  };
  return (
    <div className="next">
      <div><b className="openwords">{t('next.question')}</b> {say(fact.question)}</div>
      {cases.length > 1 && <ul className="small">{cases.map(([words, list]) => <li key={words}>{t('next.case', { values: list.map(([value]) => label(value)).join(t('next.or')), outcome: words })}</li>)}</ul>}
      {cases.length === 1 && leads.length > 1 && <p className="small">{t('next.same')}</p>}
      {!step && <button type="button" className="plain small noprint" onClick={jump}>{t('next.jump', { fact: say(fact.label) })}</button>}
    </div>
  );
}

/** What an answer to a question of a duty rulebook brings beyond the other answers, by the names of the duties. */
function useDutyOutcome(step: DutyStep | undefined, outcomes: DutyOutcome[]): (o: DutyOutcome) => string {
  const { t, say, join } = useI18n();
  const always = (ids: (o: DutyOutcome) => string[]) => new Set(outcomes.flatMap(ids).filter((id) => outcomes.every((o) => ids(o).includes(id))));
  const certain = always((o) => arr(o.certain));
  const possible = always((o) => arr(o.possible));
  const names = (ids: string[]) => join(ids.slice(0, 3).map((id) => say(arr(step?.duties).find((d) => d.id === id)?.label) || id)) + (ids.length > 3 ? t('next.others', { n: ids.length - 3 }) : '');
  return (o) => {
    const sure = names(arr(o.certain).filter((id) => !certain.has(id)));
    const maybe = names(arr(o.possible).filter((id) => !possible.has(id)));
    if (sure && maybe) return t('next.both', { certain: sure, possible: maybe });
    return sure || (maybe ? t('next.possible', { possible: maybe }) : t(o.named_person ? 'next.person' : certain.size + possible.size > 0 ? 'next.nothingMore' : 'next.nothing'));
  };
}
