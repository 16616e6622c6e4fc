import type { SourceHealth } from '../api/types';
import { useI18n } from '../i18n';
import { hasTime } from '../lib/dates';

/** Days left, as the reader needs to see them. */
export function DaysLeft({ days, urgency }: { days: number | null; urgency: string }) {
  const { t } = useI18n();
  const text = days === null ? (urgency === 'ok' ? '—' : t('days.now')) : days < 0 ? t('days.over', { n: -days }) : days === 0 ? t('days.today') : t('days.left', { n: days });
  return <span className={`days ${urgency}`}>{text}</span>;
}

/** What an obligation is called: the form where there is one, else its kind. */
export function useObligationName(): (o: { kind: string; form: string }) => string {
  const { name, t } = useI18n();
  return (o) => {
    if (o.kind === 'report' && o.form) return name('form', o.form);
    if (o.kind === 'periodic_report' && o.form) return t('obligation.periodicForm', { form: name('form', o.form) });
    return name('obligation', o.kind);
  };
}

/** How old the last good import of a source is. */
export function useAge(): (s: SourceHealth) => string {
  const { t } = useI18n();
  return (s) => !hasTime(s.last_good_at) ? t('source.never') : s.age_h < 1 ? t('source.justNow') : s.age_h < 48 ? t('source.hours', { n: Math.floor(s.age_h) }) : t('source.days', { n: Math.floor(s.age_h / 24) });
}
