import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { http } from '../api/client';
import type { ReportView, TodayObligation } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { GoButton, useGo } from '../ui/go';
import { ErrorBox } from '../ui/kit';
import { reportsOf } from './todayNext';

/** What is done by sending a report that is written here. */
export function isWritten(o: Pick<TodayObligation, 'kind' | 'form'>): boolean {
  return o.kind === 'first_report' || (!!o.form && (o.kind === 'report' || o.kind === 'periodic_report' || o.kind === 'report_followup'));
}

/** The one button of what is due: writes the report from everything known, or opens the one that is there. */
export function ReportButton({ o, primary = false }: { o: TodayObligation; primary?: boolean }) {
  const { t, name } = useI18n();
  const can = useCan();
  const go = useGo();
  const refresh = useRefresh();
  const make = useMutation({
    mutationFn: () => http.post<ReportView>(`/obligations/${o.id}/report`),
    onSuccess: async (r) => { await refresh(); go(`/reports/${r.report.id}`); },
  });
  const variant = primary ? 'filled' : 'default';
  if (o.report_id) return <GoButton to={`/reports/${o.report_id}`} variant={variant}>{t(o.next === 'next_issue' && can('report.write') ? 'next.next_issue' : 'next.seeReport')}</GoButton>;
  if (o.kind === 'report_followup') return <GoButton to={reportsOf(o)} variant={variant}>{t(o.next === 'numbers' ? 'next.numbers' : 'next.next_issue')}</GoButton>;
  if (!can('report.write')) return null;
  return (
    <>
      <Button variant={variant} loading={make.isPending} onClick={() => make.mutate()}>{o.kind === 'first_report' ? t('report.makeFirst') : t('report.make', { form: name('form', o.form) })}</Button>
      {make.isError && <ErrorBox error={make.error} />}
    </>
  );
}
