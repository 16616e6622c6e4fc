import { Button, Menu } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { address, http } from '../api/client';
import type { FormDefinition, OpenValue, ReportProblem, ReportView } from '../api/types';
import { useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { Go, useId } from '../ui/go';
import { arr, Card, ErrorBox, PageLoading } from '../ui/kit';
import { Page } from '../ui/Page';
import { ExceedanceCard } from './ExceedanceCard';
import { FormEditor } from './FormEditor';
import { MarkTag } from './FormMark';
import { useReportDraft, type ReportDraft } from './reportDraft';
import { ReportDifference } from './ReportDifference';
import { told } from './ReportField';
import { Agreements, ReportIssues } from './ReportIssues';
import { ReportLife } from './ReportLife';

/** One report on its official form: written, signed three times, sent, acknowledged, and its further issues. */
export function ReportPage() {
  const id = useId();
  const { t } = useI18n();
  const report = useQuery({ queryKey: ['/reports', id], queryFn: () => http.get<ReportView>(`/reports/${id}`) });
  const { form: kind = '', edition = '' } = report.data?.report ?? {};
  const form = useQuery({ queryKey: ['form', kind, edition], enabled: kind !== '', staleTime: Infinity, queryFn: () => http.get<FormDefinition>(`/forms/${kind}`, { edition }) });
  if (report.isError) return <Page title={t('report')}><ErrorBox error={report.error} retry={() => void report.refetch()} /></Page>;
  if (form.isError) return <Page title={t('report')}><ErrorBox error={form.error} retry={() => void form.refetch()} /></Page>;
  if (!report.data || !form.data) return <PageLoading />;
  return <Editor view={report.data} form={form.data} />;
}

function Editor({ view, form }: { view: ReportView; form: FormDefinition }) {
  const { t, lang, say, name, fullDay, day, n } = useI18n();
  const client = useQueryClient();
  const refresh = useRefresh();
  const r = view.report;
  const key = ['/reports', r.id];
  const store = (next: ReportView) => client.setQueryData(key, next);
  const draft = useReportDraft(view, store, () => client.fetchQuery({ queryKey: key, queryFn: () => http.get<ReportView>(`/reports/${r.id}`), staleTime: 0 }));
  const take = useMutation({
    mutationFn: async (field: string) => http.post<ReportView>(`/reports/${r.id}/values/${field}/take`, { revision: (await draft.flush()).report.revision }),
    onSuccess: (next) => { store(next); void refresh(); },
  });
  const title = `${lang === 'ja' ? form.heading : name('form', r.form)}　${say(form.title)}`;
  const sent = r.state === 'sent';
  // Once somebody signed, the page shows what was signed; whoever wants to change it says so first.
  const [unlocked, setUnlocked] = useState(0);
  const editing = view.can.edit && (r.state === 'draft' || r.state === 'returned' || unlocked === r.revision || draft.dirty);
  const shown: ReportView = editing ? view : { ...view, can: { ...view.can, edit: false } };
  const issues = <ReportIssues view={view} form={form} store={store} />;
  return (
    <Page
      title={title} ledger={{ kind: 'report', id: r.id }}
      crumbs={[<Go key="l" to="/reports">{t('report.nav')}</Go>, r.case_id ? <Go key="c" to={`/cases/${r.case_id}`}>{r.case_number}</Go> : <Go key="c" to={`/products/${r.product_id}`}>{r.brand_name}</Go>, <span key="n" className="num">{r.number}</span>]}
      sub={
        <>
          <div>{[r.case_title, r.brand_name].filter(Boolean).join('　')}{r.period_to && <>　<span className="num">{t('period', { from: day(r.period_from), to: day(r.period_to) })}</span></>}</div>
          <div className="num">{[t('report.issueN', { n: n(view.issue) }), r.issue_kind && name('report.kind', r.issue_kind), r.completion && name('report.completion', r.completion)].filter(Boolean).join('・')}{r.due_on && <>　{t('statutory_day')} <b>{fullDay(r.due_on)}</b></>}{r.registration_number && `　${t('registration_number')} ${r.registration_number}`}{r.identification_number && `　${t('identification_number')} ${r.identification_number}`}</div>
        </>
      }
      actions={<Downloads id={r.id} />}
    >
      <div className="stack">
        <ReportLife view={view} formTitle={title} store={store} flush={draft.flush} />
        {take.isError && <ErrorBox error={take.error} />}
        <div className="cols side">
          <div className="stack">
            {sent && issues}
            {view.exceedance && <ExceedanceCard e={view.exceedance} />}
            <FormEditor form={form} view={shown} draft={draft} take={(field) => take.mutate(field)} taking={take.isPending ? take.variables : ''} />
            {!sent && issues}
          </div>
          <Aside view={view} form={form} draft={draft} store={store} editing={editing} unlock={() => setUnlocked(r.revision)} />
        </div>
      </div>
    </Page>
  );
}

/** The report as files: PDF in one step, everything else below. */
function Downloads({ id }: { id: string }) {
  const { t } = useI18n();
  return (
    <>
      <Button component="a" variant="default" href={address(`/reports/${id}/pdf`)} download>PDF</Button>
      <Menu position="bottom-end" transitionProps={{ duration: 0 }}>
        <Menu.Target><Button variant="default">{t('report.files')}</Button></Menu.Target>
        <Menu.Dropdown>
          {(['xlsx', 'xml', 'json'] as const).map((f) => <Menu.Item key={f} component="a" href={address(`/reports/${id}/${f}`)} download>{f.toUpperCase()}</Menu.Item>)}
          <Menu.Item component="a" href={address(`/reports/${id}/package`)} download>{t('report.package')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

type AsideProps = { view: ReportView; form: FormDefinition; draft: ReportDraft; store: (next: ReportView) => void; editing: boolean; unlock: () => void };

function Aside({ view, form, draft, store, editing, unlock }: AsideProps) {
  const { t, say, time } = useI18n();
  const [compare, setCompare] = useState(0);
  const { can, report: r } = view;
  const problems = arr(view.problems);
  const stop = problems.filter((p) => !told(p));
  const moved = form.fields.filter((f) => view.moved?.[f.key]);
  const label = (key: string) => { const f = form.fields.find((x) => x.key === key); return [f?.number, say(f?.label)].filter(Boolean).join(' '); };
  const list = (items: ReportProblem[]) => <ul className="problems">{items.map((p, i) => <li key={i}><button type="button" className="plain" onClick={() => jump(p.field)}>{label(p.field)}</button><div className="small sub">{say(p)}</div></li>)}</ul>;
  return (
    <div className="stack toc noprint">
      <Card title={t(editing ? 'report.writing' : 'report.readOnly')} className="quiet">
        <p className="small" aria-live="polite" id="savestate">{editing ? <SaveState draft={draft} /> : can.edit ? t('report.editResets') : say(can.why?.edit)}</p>
        {can.edit && !editing && <Button variant="default" size="xs" mt={8} onClick={unlock}>{t('report.unlock')}</Button>}
        {editing && r.state !== 'draft' && r.state !== 'returned' && <p className="sub small" style={{ marginTop: 6 }}>{t('report.editResets')}</p>}
        {draft.error ? <div style={{ marginTop: 8 }}><ErrorBox error={draft.error} retry={() => void draft.flush().catch(() => undefined)}><p>{t('report.kept')}</p></ErrorBox></div> : null}
      </Card>
      {r.state !== 'sent' && <Card title={t('report.problems', { n: stop.length })} id="problems">{stop.length === 0 ? <p className="sub">{t('report.problems.none')}</p> : list(stop)}</Card>}
      {problems.length > stop.length && <Card title={t('report.told', { n: problems.length - stop.length })} className="quiet">{list(problems.filter(told))}</Card>}
      {moved.length > 0 && <Card title={t('report.movedFields', { n: moved.length })} className="quiet"><ul className="problems">{moved.map((f) => <li key={f.key}><button type="button" className="plain" onClick={() => jump(f.key)}>{label(f.key)}</button></li>)}</ul></Card>}
      <OpenValuesOf form={r.form} />
      <Card title={t('report.sections')} className="later">
        <ul className="problems">{form.sections.map((s) => <li key={s.number}><a href={`#section-${s.number}`}>{s.number}　{say(s.label)}</a></li>)}<li><a href="#section-end">{t('report.reporter')}</a></li><li><a href="#issues">{t('report.issues')}</a></li></ul>
      </Card>
      <Agreements view={view} store={store} />
      <Card title={t('report.versions')} className="later">
        <ul className="problems">{arr(view.versions).slice(0, 8).map((v) => <li key={v.version} className="small num">{t('report.versionN', { n: v.version })}　{v.by}{v.version < r.version && <>　<button type="button" className="plain" onClick={() => setCompare(v.version)}>{t('report.diff.since')}</button></>}<div className="sub">{time(v.at)}</div></li>)}</ul>
      </Card>
      <Card title={t('report.form')} className="later"><p className="small">{t('report.edition', { edition: form.edition })} <MarkTag mark={form.source.mark} /></p><p className="sub small">{form.source.document}</p></Card>
      {compare > 0 && <ReportDifference id={r.id} form={form} from={compare} to={r.version} onClose={() => setCompare(0)} />}
    </div>
  );
}

/** Whether what was typed is stored. */
function SaveState({ draft }: { draft: ReportDraft }) {
  const { t } = useI18n();
  if (draft.error) return <span style={{ color: 'var(--mantine-color-error)' }}>{t('report.notSaved')}</span>;
  if (draft.saving) return t('saving');
  if (draft.dirty) return t('report.unsaved');
  return draft.savedAt ? t('report.savedAt', { at: draft.savedAt }) : t('report.autosave');
}

/** 要確認: what this form rests on and the company did not confirm yet. */
function OpenValuesOf({ form }: { form: string }) {
  const { t, say } = useI18n();
  const query = useQuery({ queryKey: ['/open-values'], staleTime: 60_000, queryFn: () => http.get<{ items: OpenValue[] | null }>('/open-values') });
  const uses = [form, ...(form === 'firstreport' ? ['jp/first-report'] : [])];
  const open = arr(query.data?.items).filter((v) => v.state === 'to_be_confirmed' && arr(v.used_in).some((u) => uses.includes(u)));
  if (open.length === 0) return null;
  return (
    <Card title={t('report.openValues')} className="quiet">
      <ul className="problems">{open.map((v) => <li key={v.id} className="small"><Go to={`/settings#value-${v.id}`}>{say(v.label)}</Go></li>)}</ul>
    </Card>
  );
}

/** Brings a field into view and puts the cursor in it. */
function jump(field: string) {
  const box = document.getElementById(`field-${field}`) ?? document.getElementById(`box-${field}`);
  box?.scrollIntoView({ block: 'center' });
  box?.querySelector<HTMLElement>('input,textarea,select')?.focus({ preventScroll: true });
}
