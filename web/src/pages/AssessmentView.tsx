import type { Assessment } from '../api/types';
import { useI18n } from '../i18n';
import { Defs, NotKnown, StatusTag } from '../ui/kit';

/** What was judged, answer by answer. */
export function AssessmentView({ a }: { a: Assessment }) {
  const { t, name, time } = useI18n();
  const known = (v: string) => (v === 'unknown' || v === '' ? <NotKnown /> : name('known', v));
  return (
    <div className="assessment">
      <Defs rows={[
        [t('assess.status'), <StatusTag key="s" status={a.status} />],
        ...(a.justification ? [[t('assess.justification'), name('justification', a.justification)] as [string, string]] : []),
        ...(a.statement ? [[t('assess.statement'), <span key="t" className="pre">{a.statement}</span>] as [string, React.JSX.Element]] : []),
        [t('assess.present'), known(a.present)], [t('assess.used'), known(a.used)], [t('assess.function'), known(a.function_affected)], [t('assess.exploited'), known(a.exploited)],
        [t('assess.harm'), a.harm === 'unknown' || !a.harm ? <NotKnown key="h" /> : name('harm', a.harm)],
        [t('assess.controlsSuffice'), known(a.controls_suffice)],
        ...(a.controls ? [[t('assess.controls'), <span key="c" className="pre">{a.controls}</span>] as [string, React.JSX.Element]] : []),
        [t('assess.confidential'), known(a.confidential_only)],
      ]} />
      <p className="sub small" style={{ marginTop: 6 }}>{t('assess.by', { who: a.made_by, at: time(a.made_at) })}{a.superseded && `　${t('superseded')}`}</p>
    </div>
  );
}
