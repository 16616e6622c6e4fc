import type { Confidence, ProofLine } from '../api/types';
import { useI18n } from '../i18n';
import { Go } from '../ui/go';
import { Tag } from '../ui/kit';

/** How sure we are of a rule: its text was seen, it follows from the text, or it is told from memory. */
export function ConfidenceTag({ confidence }: { confidence: Confidence | string }) {
  const { name } = useI18n();
  return <Tag tone={confidence === 'recall' ? 'open' : undefined}>{name('confidence', confidence)}</Tag>;
}

export function ReadingLink({ id }: { id: string }) {
  const { t } = useI18n();
  return <Go to={`/readings/${encodeURIComponent(id)}`}>{t('proof.reading', { reading: id })}</Go>;
}

/** One clause: its words, whether it applies, why, and how sure we are of it. */
export function ProofLineView({ p }: { p: ProofLine }) {
  const { t, say, name } = useI18n();
  return (
    <div className="law" data-state={p.state}>
      <div><div className="strong">{say(p.citation)}</div><div className="state">{p.state === 'applies' ? '○ ' : p.state === 'possible' ? '？ ' : '− '}{name('proof', p.state)}</div></div>
      <div>
        {p.quote && <q lang="ja">{p.quote}</q>}
        <div className="sub small">{say(p.reason)}</div>
        <div className="marks small">
          <ConfidenceTag confidence={p.confidence} />
          {p.rulebook && <Tag>{t('proof.extension', { id: p.rulebook })}</Tag>}
          {p.reading && <ReadingLink id={p.reading} />}
        </div>
      </div>
    </div>
  );
}

/** Says plainly when the answer rests on a clause whose text was not seen or does not say it in so many words. */
export function Unsure({ lines }: { lines: ProofLine[] }) {
  const { t, say } = useI18n();
  const unsure = lines.filter((p) => p.state !== 'excluded' && p.confidence !== 'confirmed');
  if (unsure.length === 0) return null;
  const first = [...new Map(unsure.map((p) => [say(p.citation), p])).values()];
  return (
    <details className="unsure small">
      <summary>{t('answer.unsure')}</summary>
      <ul>{first.map((p) => <li key={p.rule}>{say(p.citation)} <ConfidenceTag confidence={p.confidence} /> {p.reading && <ReadingLink id={p.reading} />}</li>)}</ul>
    </details>
  );
}
