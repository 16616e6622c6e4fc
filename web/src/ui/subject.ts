import type { LedgerEntry } from '../api/types';
import { useI18n } from '../i18n';

/** What the record of an entry is called. The name of an obligation ends with its kind or form, which is put into the user's language. */
export function useSubjectName(): (e: LedgerEntry) => string {
  const { name } = useI18n();
  return (e) => {
    const [first = '', ...rest] = e.subject.name.split(' ');
    if (e.subject.kind !== 'obligation' || rest.length === 0) return e.subject.name;
    const what = rest.join('_');
    return `${first} ${/^form\d+$/.test(what) ? name('form', what) : name('obligation', what)}`;
  };
}
