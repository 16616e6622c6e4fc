import { useI18n } from '../i18n';
import { Tag } from '../ui/kit';

/** How sure we are of a statement about a form; what was read in the official text needs no mark. */
export function MarkTag({ mark }: { mark: string }) {
  const { name } = useI18n();
  return mark === 'C' ? null : <Tag tone={mark === 'R' || mark === 'not_seen' ? 'open' : undefined}>{name('form.mark', mark)}</Tag>;
}
