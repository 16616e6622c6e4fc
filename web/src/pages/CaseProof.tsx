import type { Answer, NoticeStep } from '../api/types';
import { useI18n } from '../i18n';
import { Go } from '../ui/go';
import { arr, Card } from '../ui/kit';
import { ProofLineView } from './proofLine';

/** Clause by clause: what the notice concluded from the assessment, then what the law says about the facts. */
export function Proof({ answer, notice }: { answer: Answer; notice: NoticeStep | null }) {
  const { t, n } = useI18n();
  return (
    <Card title={t('proof')} className="long" id="proof" aside={<Go to="/law" className="small noprint">{t('law.see')}</Go>}>
      <p className="sub" style={{ marginBottom: 8 }}>{t('proof.rulebook', { id: answer.rulebook.id, version: answer.rulebook.version, worlds: n(answer.worlds) })}</p>
      <ProofLines lines={arr(answer.proof)} />
      {notice && <details><summary className="sub prooffold">{t('proof.notice', { id: notice.rulebook.id, version: notice.rulebook.version })}</summary><ProofLines lines={arr(notice.proof)} /></details>}
    </Card>
  );
}

/** What applies or could; what does not apply stands folded below, with the reason. only: what only could apply is folded, too. */
export function ProofLines({ lines, only = false }: { lines: Answer['proof']; only?: boolean }) {
  const { t } = useI18n();
  const near = lines.filter((p) => (only ? p.state === 'applies' : p.state !== 'excluded'));
  const possible = only ? lines.filter((p) => p.state === 'possible') : [];
  const excluded = lines.filter((p) => p.state === 'excluded');
  const fold = (label: string, list: Answer['proof']) => list.length > 0 && <details><summary className="sub prooffold">{label}</summary>{list.map((p) => <ProofLineView key={p.rule} p={p} />)}</details>;
  return (
    <>
      {near.map((p) => <ProofLineView key={p.rule} p={p} />)}
      {near.length + possible.length === 0 && <p className="sub">{t('proof.nothing')}</p>}
      {fold(t('proof.possibles', { n: possible.length }), possible)}
      {fold(t('proof.others', { n: excluded.length }), excluded)}
    </>
  );
}
