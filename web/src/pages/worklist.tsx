import type { SourceHealth, TodayObligation, Words } from '../api/types';
import { useI18n } from '../i18n';
import { hasTime } from '../lib/dates';

/** Days left, as the reader needs to see them. */
export function DaysLeft({ days, urgency }: { days: number | null; urgency: string }) {
  const { t } = useI18n();
  const text = days === null ? (urgency === 'ok' ? '—' : t('days.now')) : days < 0 ? t('days.over', { n: -days }) : days === 0 ? t('days.today') : t('days.left', { n: days });
  return <span className={`days ${urgency}`}>{text}</span>;
}

/** What an obligation is called: the server's words where they are at hand, else its form or kind. */
export function useObligationName(): (o: { kind: string; form: string; label?: Words | null }) => string {
  const { name, t, say } = useI18n();
  return (o) => {
    if (say(o.label)) return say(o.label);
    if (o.kind === 'report' && o.form) return name('form', o.form);
    if (o.kind === 'periodic_report' && o.form) return t('obligation.periodicForm', { form: name('form', o.form) });
    return name('obligation', o.kind);
  };
}

/** What an obligation hangs on, in words: number and title of its case or intake record; "" for a product. */
export function matter(o: { case_number: string; case_title: string }): string {
  return [o.case_number, o.case_title].filter(Boolean).join('　');
}

/** The page where an obligation is worked on: its case, its intake record or its product. */
export function obligationPage(o: { case_id: string; intake_id: string; product_id: string }): string {
  if (o.case_id) return `/cases/${o.case_id}`;
  return o.intake_id ? `/intakes/${o.intake_id}` : `/products/${o.product_id}`;
}

/** The statutory day, or 速やかに; an internal target is marked as one, since the law names none. */
export function DueWords({ o }: { o: Pick<TodayObligation, 'due_on' | 'kind' | 'target_at' | 'state'> }) {
  const { t, day, time } = useI18n();
  return (
    <>
      <span className="num nowrap">{o.due_on ? day(o.due_on) : o.kind === 'periodic_report' ? t('periodic') : t('promptly')}</span>
      {hasTime(o.target_at) && o.state === 'open' && <div className="sub small num">{t('today.target', { at: time(o.target_at) })}</div>}
    </>
  );
}

/** How old the last good import of a source is. */
export function useAge(): (s: SourceHealth) => string {
  const { t } = useI18n();
  return (s) => !hasTime(s.last_good_at) ? t('source.never') : s.age_h < 1 ? t('source.justNow') : s.age_h < 48 ? t('source.hours', { n: Math.floor(s.age_h) }) : t('source.days', { n: Math.floor(s.age_h / 24) });
}
