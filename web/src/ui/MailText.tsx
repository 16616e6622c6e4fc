import type { MailState } from '../api/types';
import { useI18n } from '../i18n';
import { hasTime } from '../lib/dates';

/** Whether notifications go out by mail as well, and since when that fails. */
export function MailText({ mail }: { mail: MailState }) {
  const { t, time } = useI18n();
  if (!mail.configured) return <p className="sub small">{t('mail.none')}</p>;
  if (hasTime(mail.failed_since)) return <div className="notice error"><b>{t('mail.failed', { at: time(mail.failed_since) })}</b><p className="small">{t('mail.failed.text')}</p><p className="small code">{mail.problem}</p></div>;
  return <p className="sub small">{t('mail.good')}{hasTime(mail.last_good_at) && `${t('gap')}${t('mail.last', { at: time(mail.last_good_at) })}`}</p>;
}
