import type { LedgerEntry } from '../api/types';
import { useI18n } from '../i18n';

/** What the record of an entry is called. Where the stored name holds a value of the program (kind or form of an obligation, the source of an import), it is put into the user's language. */
export function useSubjectName(): (e: LedgerEntry) => string {
  const { name, t } = useI18n();
  return (e) => {
    const [first = '', ...rest] = e.subject.name.split(' ');
    if (e.subject.kind === 'setting' && e.subject.name === 'marketing authorization holder') return t('setting.holder');
    if (e.subject.kind === 'setting' && e.subject.id === 'company-days') return t('companyDays');
    if (e.subject.kind === 'setting' && e.subject.id === 'mail-state') return t('mail');
    if (e.subject.kind === 'import' && rest.length > 0) return `${name('feed.short', first)} ${rest.join(' ')}`;
    if (e.subject.kind !== 'obligation' || rest.length === 0) return e.subject.name;
    const what = rest.join('_');
    return `${first} ${/^form\d+$/.test(what) ? name('form', what) : name('obligation', what)}`;
  };
}
