import { useQuery } from '@tanstack/react-query';
import { http } from '../api/client';
import type { FormDefinition, ReportDiff } from '../api/types';
import { useI18n } from '../i18n';
import { arr, ErrorBox, Loading } from '../ui/kit';
import { Scroll } from '../ui/Scroll';
import { useFieldText } from './fieldText';
import { Window } from './reportDialogs';

/** What differs between two versions of a report, field by field in the order of the form. */
export function ReportDifference({ id, form, from, to, onClose }: { id: string; form: FormDefinition; from: number; to: number; onClose: () => void }) {
  const { t, say } = useI18n();
  const shown = useFieldText();
  const diff = useQuery({ queryKey: ['/reports', id, 'diff', from, to], queryFn: () => http.get<ReportDiff>(`/reports/${id}/diff`, { from, to }) });
  const changes = arr(diff.data?.changes);
  return (
    <Window title={t('report.diff', { from, to })} onClose={onClose} size="xl">
      {diff.isPending ? <Loading rows={4} /> : diff.isError ? <ErrorBox error={diff.error} retry={() => void diff.refetch()} /> : changes.length === 0 ? <p className="sub">{t('report.diff.none')}</p> : (
        <Scroll>
          <table className="diff">
            <thead><tr><th scope="col">{t('ledger.field')}</th><th scope="col">{t('report.versionN', { n: from })}</th><th scope="col">{t('report.versionN', { n: to })}</th></tr></thead>
            <tbody>
              {changes.map((c) => {
                const field = form.fields.find((f) => f.key === c.field);
                const text = (value: string) => (value && field ? shown(form, field, value) : value || <span className="sub">—</span>);
                return <tr key={c.field}><th scope="row">{[c.number, say(field?.label)].filter(Boolean).join(' ')}</th><td className="pre">{c.was ? <del>{text(c.was)}</del> : text('')}</td><td className="pre">{c.is ? <ins>{text(c.is)}</ins> : text('')}</td></tr>;
              })}
            </tbody>
          </table>
        </Scroll>
      )}
    </Window>
  );
}
