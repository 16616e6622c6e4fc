import { useI18n } from '../i18n';
import { GoButton } from '../ui/go';

/** An advisory may mean a product of ours: nothing that arrives is more important, and only a person can tell. */
export function NamedAlarm({ n }: { n: number }) {
  const { t } = useI18n();
  return (
    <div className="notice error lead" role="alert">
      <div><b>{t('named.alarm', { n })}</b><p className="sub">{t('named.alarm.text')}</p></div>
      <GoButton to="/unmatched/names">{t('named.see')}</GoButton>
    </div>
  );
}
