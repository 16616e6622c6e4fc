import type { Assessment } from '../api/types';
import { useI18n } from '../i18n';
import { Defs, NotKnown, StatusTag } from '../ui/kit';
import { consequences, expected } from './consequences';

/** What was judged, answer by answer. */
export function AssessmentView({ a }: { a: Assessment }) {
  const { t, name, time, join } = useI18n();
  const known = (v: string) => (v === 'unknown' || v === '' ? <NotKnown /> : name('known', v));
  const answers = expected(a);
  const answered = (value: string) => consequences.filter((c) => answers[c] === value).map((c) => name('consequence', c));
  return (
    <div className="assessment">
      <Defs rows={[
        [t('assess.status'), <StatusTag key="s" status={a.status} />],
        ...(a.justification ? [[t('assess.justification'), name('justification', a.justification)] as [string, string]] : []),
        ...(a.statement ? [[t('assess.statement'), <span key="t" className="pre">{a.statement}</span>] as [string, React.JSX.Element]] : []),
        [t('assess.present'), known(a.present)], [t('assess.used'), known(a.used)], [t('assess.function'), known(a.function_affected)], 
        [t('assess.consequences'), answered('unknown').length === consequences.length ? <NotKnown key="q" /> : <div key="q">
          {['yes', 'no', 'unknown'].map((value) => answered(value).length > 0 && <div key={value}>{value === 'unknown' ? <NotKnown /> : <b>{name('known', value)}</b>}{t('colon')}{join(answered(value))}</div>)}
        </div>],
        [t('assess.malfunctions'), a.malfunctions?.length ? join(a.malfunctions.map((m) => name('malfunction', m))) : <NotKnown key="m" />],
        [t('assess.exploited'), known(a.exploited)],
        [t('assess.harm'), a.harm === 'unknown' || !a.harm ? <NotKnown key="h" /> : name('harm', a.harm)],
        [t('assess.controlsSuffice'), known(a.controls_suffice)], [t('assess.controlsApplied'), known(a.controls_applied)],
        ...(a.controls ? [[t('assess.controls'), <span key="c" className="pre">{a.controls}</span>] as [string, React.JSX.Element]] : []),
      ]} />
      <p className="sub small" style={{ marginTop: 6 }}>{t('assess.by', { who: a.made_by, at: time(a.made_at) })}{a.superseded && `　${t('superseded')}`}</p>
    </div>
  );
}
