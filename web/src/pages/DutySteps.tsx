import { useQuery } from '@tanstack/react-query';
import { http } from '../api/client';
import type { Duty, DutyClock, DutyStep, OpenValue } from '../api/types';
import { useI18n } from '../i18n';
import { Go } from '../ui/go';
import { arr, Card, Tag } from '../ui/kit';
import { ProofLines } from './CaseProof';

/** 速やかに, 30日以内, 継続して: how much time a duty gives. */
export function useClockWords(): (c: DutyClock) => string {
  const { t } = useI18n();
  return (c) => c.continuing ? t('clock.continuing') : c.promptly ? t('promptly') : c.days ? t('clock.days', { n: c.days }) : c.yearly_within_months ? t('clock.yearly', { n: c.yearly_within_months }) : c.months ? t('clock.months', { n: c.months }) : '';
}

/** Which values the company has not confirmed yet, by id. */
export function useOpenValues(enabled: boolean): Map<string, OpenValue> {
  const query = useQuery({ queryKey: ['/open-values'], enabled, queryFn: () => http.get<{ items: OpenValue[] }>('/open-values') });
  return new Map(arr(query.data?.items).filter((v) => v.state === 'to_be_confirmed').map((v) => [v.id, v]));
}

/** What else has to be done: recall, letters, measures. Each with addressee, time and clause; what only may be due is marked. */
export function DutyList({ steps, title, empty }: { steps: DutyStep[]; title: string; empty: string }) {
  const { t, say, n } = useI18n();
  const weight = (s: DutyStep) => (s.named_person || arr(s.duties).some((d) => d.state === 'applies') ? 0 : 1);
  const due = steps.filter((s) => arr(s.duties).length > 0 || s.named_person).sort((a, b) => weight(a) - weight(b));
  const unconfirmed = useOpenValues(steps.some((s) => arr(s.duties).some((d) => d.value)));
  const certain = due.reduce((sum, s) => sum + arr(s.duties).filter((d) => d.state === 'applies').length, 0);
  const possible = due.reduce((sum, s) => sum + arr(s.duties).filter((d) => d.state === 'possible').length, 0);
  return (
    <Card title={title} className="long" id="duties" aside={due.length > 0 && <span className="sub small">{t('duties.count', { certain: n(certain), possible: n(possible) })}</span>}>
      {due.length === 0 ? <p className="sub">{empty}</p> : due.map((s) => (
        <div key={s.rulebook.id} className="dutystep">
          <h3>{say(s.title)}</h3>
          {s.named_person && <p className="sub small">{t('duties.namedPerson')}</p>}
          <Lines list={arr(s.duties).filter((d) => d.state === 'applies')} step={s} unconfirmed={unconfirmed} />
          <Possible list={arr(s.duties).filter((d) => d.state === 'possible')} step={s} unconfirmed={unconfirmed} />
          <details><summary className="sub small">{t('duties.why')}</summary><ProofLines lines={arr(s.proof)} /></details>
        </div>
      ))}
    </Card>
  );
}

type LinesProps = { list: Duty[]; step: DutyStep; unconfirmed: Map<string, OpenValue> };

function Lines({ list, step, unconfirmed }: LinesProps) {
  return list.length > 0 && <ul className="duties">{list.map((d) => <DutyLine key={d.id} d={d} s={step} value={unconfirmed.get(d.value)} />)}</ul>;
}

/** What only may be due stays folded: it becomes certain or goes away with the answers. */
function Possible(props: LinesProps) {
  const { t } = useI18n();
  if (props.list.length === 0) return null;
  return <details><summary className="small openwords">{t('duties.possible', { n: props.list.length })}</summary><Lines {...props} /></details>;
}

function DutyLine({ d, s, value }: { d: Duty; s: DutyStep; value?: OpenValue }) {
  const { t, say, name, join } = useI18n();
  const clock = useClockWords();
  const citations = [...new Set(arr(s.proof).filter((p) => arr(d.rules).includes(p.rule)).map((p) => say(p.citation)))];
  const from = d.clock.continuing || d.from === 'none' ? '' : name('clock.from', d.from);
  return (
    <li data-state={d.state}>
      <div><b>{say(d.label)}</b> {d.state === 'possible' && <Tag tone="open">{name('proof', 'possible')}</Tag>} {value && <Tag tone="open">{t('openValue.mark')}</Tag>}</div>
      <div className="small">{[say(d.to) && t('duty.to', { to: say(d.to) }), clock(d.clock) + (from && t('parens', { text: from })), d.form && name('form', d.form)].filter(Boolean).join(t('sep'))}</div>
      {citations.length > 0 && <div className="sub small">{join(citations)}</div>}
      {value && <div className="small"><Go to={`/settings#value-${value.id}`}>{t('openValue.confirm', { value: say(value.label) })}</Go></div>}
    </li>
  );
}
