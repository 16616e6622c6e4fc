import type { Answer, ProofLine } from '../api/types';
import { useI18n } from '../i18n';
import { arr, Card, Tag } from '../ui/kit';

/** Clause by clause: its words, whether it applies, why, and how sure we are of the reading. */
export function Proof({ answer }: { answer: Answer }) {
  const { t, n } = useI18n();
  const lines = arr(answer.proof);
  const near = lines.filter((p) => p.state !== 'excluded');
  const excluded = lines.filter((p) => p.state === 'excluded');
  return (
    <Card title={t('proof')} className="long">
      <p className="sub" style={{ marginBottom: 8 }}>{t('proof.rulebook', { id: answer.rulebook.id, version: answer.rulebook.version, worlds: n(answer.worlds) })}</p>
      {near.map((p) => <Line key={p.rule} p={p} />)}
      {near.length === 0 && <p>{t('proof.nothing')}</p>}
      {excluded.length > 0 && <details><summary className="sub" style={{ padding: '6px 0' }}>{t('proof.others', { n: excluded.length })}</summary>{excluded.map((p) => <Line key={p.rule} p={p} />)}</details>}
    </Card>
  );
}

function Line({ p }: { p: ProofLine }) {
  const { t, say, name } = useI18n();
  return (
    <div className="law" data-state={p.state}>
      <div><div className="strong">{say(p.citation)}</div><div className="state">{p.state === 'applies' ? '○ ' : p.state === 'possible' ? '？ ' : '− '}{name('proof', p.state)}</div></div>
      <div>
        {p.quote && <q>{p.quote}</q>}
        <div className="sub small">{say(p.reason)}</div>
        <div style={{ marginTop: 2 }}><Tag tone={p.confidence === 'recall' ? 'open' : undefined}>{name('confidence', p.confidence)}</Tag>{p.reading && <> <Tag>{t('proof.reading', { reading: p.reading })}</Tag></>}</div>
      </div>
    </div>
  );
}
