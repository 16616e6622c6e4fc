import type { DeterminationStatus, Stage } from '../api/types';
import { useI18n } from '../i18n';
import { Tag } from '../ui/kit';

export function StageTag({ stage }: { stage: string }) {
  const { name } = useI18n();
  return <Tag tone={stage === 'watch' ? undefined : 'brand'}>{name('stage', stage)}</Tag>;
}

/** The confirmed determination in a list. */
export function CaseResult({ result }: { result: string }) {
  const { name, t } = useI18n();
  return result ? <Tag tone={result === 'undetermined' ? 'open' : result === 'report' ? 'strong' : undefined}>{name('result', result)}</Tag> : <Tag tone="open">{t('case.notDetermined')}</Tag>;
}

/** How far a determination is; violet while it waits for a person. */
export function StatusTag({ status }: { status: DeterminationStatus }) {
  const { name } = useI18n();
  return <Tag tone={status === 'confirmed' || status === 'overridden' ? 'brand' : status === 'not_taken' ? undefined : 'open'}>{name('determination.status', status)}</Tag>;
}

const order = ['intake', 'assess', 'determine', 'report', 'watch'] as const;

/** The life of a case: 受付 → 評価 → 判断 → 報告・措置 → 監視. */
export function Life({ stage }: { stage: Stage }) {
  const { name, t } = useI18n();
  const at = order.indexOf(stage);
  return (
    <ol className="steps" aria-label={t('case.life')}>
      {order.map((s, i) => <li key={s} data-state={i < at ? 'done' : i === at ? 'now' : undefined} aria-current={i === at ? 'step' : undefined}>{name('stage', s)}</li>)}
    </ol>
  );
}
