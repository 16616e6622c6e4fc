import { Button, Modal, Textarea } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { address, http } from '../api/client';
import type { FormDefinition, ReportView } from '../api/types';
import { useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { Go, useId } from '../ui/go';
import { arr, Card, DayText, ErrorBox, PageLoading, Tag } from '../ui/kit';
import { Page } from '../ui/Page';
import { FormEditor } from './FormEditor';
import { useReportDraft } from './reportDraft';

/** One report on its official form: written, checked, approved by another person, printed. */
export function ReportPage() {
  const id = useId();
  const { t } = useI18n();
  const report = useQuery({ queryKey: ['/reports', id], queryFn: () => http.get<ReportView>(`/reports/${id}`) });
  const kind = report.data?.report.form ?? '';
  const form = useQuery({ queryKey: ['form', kind], enabled: kind !== '', staleTime: Infinity, queryFn: () => http.get<FormDefinition>(`/forms/${kind}`) });
  if (report.isError) return <Page title={t('report')}><ErrorBox error={report.error} retry={() => void report.refetch()} /></Page>;
  if (form.isError) return <Page title={t('report')}><ErrorBox error={form.error} retry={() => void form.refetch()} /></Page>;
  if (!report.data || !form.data) return <PageLoading />;
  return <Editor view={report.data} form={form.data} />;
}

function Editor({ view, form }: { view: ReportView; form: FormDefinition }) {
  const { t, lang, say, name, time, fullDay } = useI18n();
  const client = useQueryClient();
  const refresh = useRefresh();
  const [returning, setReturning] = useState(false);
  const [approving, setApproving] = useState(false);
  const r = view.report;
  const key = ['/reports', r.id];
  const draft = useReportDraft(view, (next) => client.setQueryData(key, next), () => client.fetchQuery({ queryKey: key, queryFn: () => http.get<ReportView>(`/reports/${r.id}`), staleTime: 0 }));
  const act = useMutation({
    mutationFn: async (v: { step: 'review' | 'approve' | 'return'; reason?: string }) => {
      const now = v.step === 'review' ? await draft.flush() : view;
      return http.post<ReportView>(`/reports/${r.id}/${v.step}`, { revision: now.report.revision, ...(v.step === 'approve' ? { digest: view.digest } : {}), ...(v.step === 'return' ? { reason: v.reason } : {}) });
    },
    onSuccess: (next) => { client.setQueryData(key, next); setApproving(false); setReturning(false); void refresh(); },
  });
  const problems = arr(view.problems);
  const field = (k: string) => form.fields.find((f) => f.key === k);
  const can = view.can;
  const files = (
    <>
      <Button component="a" variant="default" href={address(`/reports/${r.id}/pdf`)} download={`${r.number}.pdf`}>PDF</Button>
      <Button component="a" variant="default" href={address(`/reports/${r.id}/json`)} download={`${r.number}.json`}>JSON</Button>
    </>
  );
  return (
    <Page
      title={`${lang === 'ja' ? form.heading : name('form', r.form)}　${say(form.title)}`} ledger={{ kind: 'report', id: r.id }}
      crumbs={[<Go key="l" to="/reports">{t('report.nav')}</Go>, <Go key="c" to={`/cases/${r.case_id}`}>{r.case_number}</Go>, <span key="n" className="num">{r.number}</span>]}
      sub={<>{r.case_title}　{r.brand_name}{r.due_on && <>　{t('statutory_day')} <b className="num">{fullDay(r.due_on)}</b></>}</>}
      actions={
        <>
          {can.review && <Button loading={act.isPending && act.variables.step === 'review'} onClick={() => act.mutate({ step: 'review' })}>{t('report.review')}</Button>}
          {can.approve && <Button onClick={() => setApproving(true)}>{t('report.approve')}</Button>}
          {can.return && <Button variant="default" onClick={() => setReturning(true)}>{t('report.return')}</Button>}
          {files}
        </>
      }
    >
      <div className="stack">
        {act.isError && <ErrorBox error={act.error} />}
        {view.returned && r.state !== 'approved' && r.state !== 'in_review' && <div className="notice error"><b>{t('report.returned', { who: view.returned.by, at: time(view.returned.at) })}</b><p className="pre">{view.returned.reason}</p></div>}
        {view.approval && <div className="notice"><b>{t('report.approved', { who: view.approval.by, at: time(view.approval.at) })}</b><p className="sub small">{t('report.digest')} <code>{view.approval.digest}</code></p></div>}
        {r.state === 'in_review' && !can.approve && <div className="notice"><b>{t('report.waiting')}</b><p>{t('report.waiting.text')}</p></div>}
        <div className="cols side">
          <div className="stack">
            <FormEditor form={form} view={view} draft={draft} />
            {(can.approve || can.return) && (
              <div className="notice lead noprint">
                <div><b>{t('report.decide')}</b><p className="sub">{t('report.decide.text')}</p></div>
                <div style={{ display: 'flex', gap: 8 }}>{can.approve && <Button onClick={() => setApproving(true)}>{t('report.approve.toDialog')}</Button>}{can.return && <Button variant="default" onClick={() => setReturning(true)}>{t('report.return.toDialog')}</Button>}</div>
              </div>
            )}
          </div>
          <div className="stack toc noprint">
            <Card title={t('report.progress')}>
              <p><Tag tone={r.state === 'approved' ? 'brand' : 'strong'}>{name('report.state', r.state)}</Tag> <span className="sub small num">{t('report.versionN', { n: r.version })}</span></p>
              <p className="small" aria-live="polite" style={{ marginTop: 6 }} id="savestate">{can.edit ? draft.error ? <span style={{ color: 'var(--mantine-color-error)' }}>{t('report.notSaved')}</span> : draft.saving ? t('saving') : draft.dirty ? t('report.unsaved') : draft.savedAt ? t('report.savedAt', { at: draft.savedAt }) : t('report.autosave') : t('report.readOnly')}</p>
              {can.edit && (r.state === 'in_review' || r.state === 'approved') && <p className="sub small" style={{ marginTop: 6 }}>{t('report.editResets')}</p>}
              {can.edit && !can.review && problems.length > 0 && <p className="sub small" style={{ marginTop: 6 }}>{t('report.mendFirst')}</p>}
              {draft.error ? <div style={{ marginTop: 8 }}><ErrorBox error={draft.error} retry={() => void draft.flush().catch(() => undefined)}><p>{t('report.kept')}</p></ErrorBox></div> : null}
            </Card>
            <Card title={t('report.problems', { n: problems.length })}>
              {problems.length === 0 ? <p className="sub">{t('report.problems.none')}</p> : (
                <ul className="problems">
                  {problems.map((p, i) => <li key={i}><button type="button" className="plain" onClick={() => jump(p.field)}>{[field(p.field)?.number, say(field(p.field)?.label)].filter(Boolean).join(' ')}</button><div className="small sub">{say(p)}</div></li>)}
                </ul>
              )}
            </Card>
            <Card title={t('report.sections')}>
              <ul className="problems">{form.sections.map((s) => <li key={s.number}><a href={`#section-${s.number}`}>{s.number}　{say(s.label)}</a></li>)}<li><a href="#section-end">{t('report.reporter')}</a></li></ul>
            </Card>
            <Card title={t('report.versions')} className="later">
              <ul className="problems">{arr(view.versions).slice(0, 8).map((v) => <li key={v.version} className="small num">{t('report.versionN', { n: v.version })}　{v.by}<div className="sub">{time(v.at)}</div></li>)}</ul>
            </Card>
            <Card title={t('report.form')} className="later"><p className="small">{t('report.edition', { edition: form.edition })}</p><p className="sub small">{form.source.document}</p></Card>
          </div>
        </div>
      </div>
      {approving && (
        <Modal opened onClose={() => setApproving(false)} title={<b>{t('report.approve')}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
          <div className="stack">
            <p>{t('report.approve.text', { number: r.number, version: r.version })}</p>
            <p className="sub small">{t('report.digest')} <code>{view.digest}</code></p>
            {r.due_on && <p>{t('statutory_day')}{t('colon')}<DayText day={r.due_on} /></p>}
            {problems.length > 0 && <div className="notice open"><p>{t('report.approve.problems', { n: problems.length })}</p></div>}
            {act.isError && <ErrorBox error={act.error} />}
            <div style={{ display: 'flex', gap: 8 }}><Button loading={act.isPending} onClick={() => act.mutate({ step: 'approve' })}>{t('report.approve.do')}</Button><Button variant="default" onClick={() => setApproving(false)}>{t('cancel')}</Button></div>
          </div>
        </Modal>
      )}
      {returning && <ReturnDialog busy={act.isPending} error={act.error} onReturn={(reason) => act.mutate({ step: 'return', reason })} onClose={() => setReturning(false)} />}
    </Page>
  );
}

/** Brings a field into view and puts the cursor in it. */
function jump(field: string) {
  const box = document.getElementById(`field-${field}`) ?? document.getElementById(`box-${field}`);
  box?.scrollIntoView({ block: 'center' });
  box?.querySelector<HTMLElement>('input,textarea,select')?.focus({ preventScroll: true });
}

function ReturnDialog({ busy, error, onReturn, onClose }: { busy: boolean; error: unknown; onReturn: (reason: string) => void; onClose: () => void }) {
  const { t } = useI18n();
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  return (
    <Modal opened onClose={onClose} title={<b>{t('report.return')}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <form className="stack" onSubmit={(e) => { e.preventDefault(); setMissing(!reason.trim()); if (reason.trim()) onReturn(reason); }}>
        <Textarea label={t('report.return.reason')} withAsterisk description={t('report.return.hint')} value={reason} onChange={(e) => setReason(e.currentTarget.value)} error={missing && t('report.return.missing')} maxLength={4000} minRows={3} data-autofocus />
        {error ? <ErrorBox error={error} /> : null}
        <div style={{ display: 'flex', gap: 8 }}><Button type="submit" loading={busy}>{t('report.return')}</Button><Button variant="default" onClick={onClose}>{t('cancel')}</Button></div>
      </form>
    </Modal>
  );
}
