import { Checkbox, FileInput, Textarea, TextInput } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { CasePage, Channel, IntakePage, ReportView, Submission } from '../api/types';
import { useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { inTokyo } from '../lib/dates';
import { fromTokyo, toTokyo } from '../lib/instants';
import { Choice } from '../ui/Choice';
import { FormFoot, useForm } from '../ui/form';
import { arr } from '../ui/kit';
import { Window, type DialogProps } from './reportDialogs';

const channels: Channel[] = ['fax', 'pmda_electronic', 'mail', 'portal', 'hand'];

/** Texts and files in one request, files under the name of their kind. */
function asForm(texts: Record<string, string | string[]>, files: Record<string, File[]>): FormData {
  const body = new FormData();
  for (const [key, value] of Object.entries(texts)) for (const one of Array.isArray(value) ? value : [value]) if (one !== '') body.append(key, one);
  for (const [kind, list] of Object.entries(files)) for (const file of list) body.append(kind, file, file.name);
  return body;
}

/** How the approved content was given to the authority. The reason for being late is asked after the day only. */
export function SubmitDialog({ view, store, onClose }: DialogProps) {
  const { t, name, day } = useI18n();
  const refresh = useRefresh();
  const [proofs, setProofs] = useState<File[]>([]);
  const [attached, setAttached] = useState<File[]>([]);
  const [opened] = useState(() => toTokyo(new Date().toISOString()));
  const text = (key: string) => view.values?.[key]?.text ?? '';
  const first = view.report.form === 'firstreport';
  const missed = (sentAt: string) => arr(view.due).filter((o) => o.due_on && sentAt.slice(0, 10) > o.due_on).map((o) => o.due_on).sort()[0];
  const form = useForm({
    draft: `send:${view.report.id}:${view.issue}`,
    initial: { channel: (first ? 'fax' : 'pmda_electronic') as Channel, sent_at: opened, recipient: [text('to_office') || text('addressee'), text('to_fax')].filter(Boolean).join('　'), proof: '', late_reason: '', attachments: [] as string[] },
    check: (v) => ({
      ...(v.sent_at ? {} : { '/sent_at': t('required') }), ...(v.recipient.trim() ? {} : { '/recipient': t('required') }),
      ...(v.proof.trim() || proofs.length > 0 ? {} : { '/proof': t('send.proof.missing') }), ...(missed(v.sent_at) && !v.late_reason.trim() ? { '/late_reason': t('late.missing') } : {}),
    }),
    submit: (v) => http.post<ReportView>(`/reports/${view.report.id}/submissions`, asForm(
      { ...v, sent_at: fromTokyo(v.sent_at), late_reason: missed(v.sent_at) ? v.late_reason : '', digest: view.digest }, { proof: proofs, attachment: attached },
    )),
    done: async (next) => { store(next); await refresh(); },
  });
  const late = missed(form.values.sent_at);
  return (
    <Window title={t('send.title', { number: view.report.number })} onClose={onClose} size="lg">
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <p className="sub">{t('send.text')}</p>
        <Choice label={t('send.channel')} options={channels.map((c) => ({ value: c, label: name('channel', c) }))} value={form.values.channel} onChange={(c) => form.set('channel', c as Channel)} error={form.errors['/channel']} />
        <div className="formgrid">
          <TextInput type="datetime-local" label={t('send.at')} description={t('zone')} withAsterisk max={`${opened.slice(0, 10)}T23:59`} {...form.text('sent_at')} />
          <TextInput label={t('send.recipient')} description={t('send.recipient.hint')} withAsterisk {...form.text('recipient')} />
        </div>
        <Textarea label={t('send.proof')} description={t('send.proof.hint')} {...form.text('proof')} />
        <FileInput label={t('send.proof.file')} multiple clearable value={proofs} onChange={setProofs} clearButtonProps={{ 'aria-label': t('clear') }} placeholder={t('file.choose')} />
        <CaseAttachments caseID={view.report.case_id} chosen={form.values.attachments} onChange={(ids) => form.set('attachments', ids)} />
        <FileInput label={t('send.attachment')} multiple clearable value={attached} onChange={setAttached} clearButtonProps={{ 'aria-label': t('clear') }} placeholder={t('file.choose')} />
        {late && <Textarea label={t('late.reason')} withAsterisk description={t('late.hint', { day: day(late) })} {...form.text('late_reason')} />}
        <FormFoot form={form} label={t('report.send')} />
      </form>
    </Window>
  );
}

/** Files of the case's intake records that went with the report. */
function CaseAttachments({ caseID, chosen, onChange }: { caseID: string; chosen: string[]; onChange: (ids: string[]) => void }) {
  const { t } = useI18n();
  const file = useQuery({ queryKey: ['/cases', caseID], enabled: caseID !== '', queryFn: () => http.get<CasePage>(`/cases/${caseID}`) });
  const intakes = useQueries({ queries: arr(file.data?.intakes).map((i) => ({ queryKey: ['/intakes', i.id], queryFn: () => http.get<IntakePage>(`/intakes/${i.id}`) })) });
  const files = intakes.flatMap((q) => arr(q.data?.attachments));
  if (files.length === 0) return null;
  return (
    <Checkbox.Group label={t('send.attachments')} value={chosen} onChange={onChange}>
      <div className="stack" style={{ gap: 6, marginTop: 4 }}>{files.map((f) => <Checkbox key={f.id} value={f.id} label={f.name} />)}</div>
    </Checkbox.Group>
  );
}

/** What the authority sent back: its numbers, words or a file. */
export function AcknowledgeDialog({ view, store, onClose, submission }: DialogProps & { submission: Submission }) {
  const { t } = useI18n();
  const refresh = useRefresh();
  const [files, setFiles] = useState<File[]>([]);
  const [opened] = useState(() => toTokyo(new Date().toISOString()));
  const form = useForm({
    draft: `acknowledge:${submission.id}`, initial: { registration_number: '', identification_number: '', text: '', received_at: opened },
    check: (v) => ({
      ...(v.received_at ? {} : { '/received_at': t('required') }),
      ...(v.registration_number.trim() || v.identification_number.trim() || v.text.trim() || files.length > 0 ? {} : { '/registration_number': t('acknowledge.missing') }),
    }),
    submit: (v) => http.post<ReportView>(`/submissions/${submission.id}/acknowledgement`, asForm({ ...v, received_at: fromTokyo(v.received_at) }, { acknowledgement: files })),
    done: async (next) => { store(next); await refresh(); },
  });
  const known = (label: string, number: string) => (number ? t('acknowledge.known', { label, number }) : '');
  return (
    <Window title={t('report.acknowledge')} onClose={onClose}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <p className="sub">{t('acknowledge.text')}</p>
        <TextInput label={t('registration_number')} description={known(t('registration_number'), view.report.registration_number)} {...form.text('registration_number')} />
        <TextInput label={t('identification_number')} description={known(t('identification_number'), view.report.identification_number)} {...form.text('identification_number')} />
        <TextInput type="datetime-local" label={t('acknowledge.at')} description={t('zone')} withAsterisk max={`${inTokyo(new Date().toISOString())?.day ?? ''}T23:59`} {...form.text('received_at')} />
        <Textarea label={t('acknowledge.words')} {...form.text('text')} />
        <FileInput label={t('acknowledge.file')} multiple clearable value={files} onChange={setFiles} clearButtonProps={{ 'aria-label': t('clear') }} placeholder={t('file.choose')} />
        <FormFoot form={form} label={t('acknowledge.do')} />
      </form>
    </Window>
  );
}

/** Numbers of the report and of what came back, side by side: which are right, and why. */
export function ResolveDialog({ view, store, onClose, submission }: DialogProps & { submission: Submission }) {
  const { t } = useI18n();
  const refresh = useRefresh();
  const numbers = (['registration_number', 'identification_number'] as const).map((key) => ({ key, here: view.report[key], there: submission[key] }));
  const start = (key: 'registration_number' | 'identification_number') => {
    const [here, there] = [view.report[key], submission[key]];
    return here && there && here !== there ? '' : here || there;
  };
  const form = useForm({
    draft: `resolve:${submission.id}`, initial: { registration_number: start('registration_number'), identification_number: start('identification_number'), reason: '' },
    check: (v) => ({
      ...Object.fromEntries(numbers.filter((x) => (x.here || x.there) && !v[x.key]).map((x) => [`/${x.key}`, t('resolve.missing')])), ...(v.reason.trim() ? {} : { '/reason': t('resolve.reason.missing') }),
    }),
    submit: (v) => http.post<ReportView>(`/submissions/${submission.id}/resolve`, v),
    done: async (next) => { store(next); await refresh(); },
  });
  return (
    <Window title={t('report.resolve')} onClose={onClose} size="lg">
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <p className="sub">{t('resolve.text')}</p>
        <table className="list">
          <thead><tr><th scope="col">{t('number')}</th><th scope="col">{t('resolve.here')}</th><th scope="col">{t('resolve.there')}</th></tr></thead>
          <tbody>{numbers.filter((x) => x.here || x.there).map((x) => <tr key={x.key}><th scope="row">{t(x.key)}</th><td className="num">{x.here || '—'}</td><td className="num">{x.there || '—'}</td></tr>)}</tbody>
        </table>
        {numbers.filter((x) => x.here && x.there && x.here !== x.there).map((x) => (
          <Choice key={x.key} label={t('resolve.which', { label: t(x.key) })} options={[{ value: x.here, label: `${x.here}（${t('resolve.here')}）` }, { value: x.there, label: `${x.there}（${t('resolve.there')}）` }]} value={form.values[x.key]} onChange={(v) => form.set(x.key, v)} error={form.errors[`/${x.key}`]} />
        ))}
        <Textarea label={t('ledger.reason')} withAsterisk description={t('resolve.reason.hint')} {...form.text('reason')} />
        <FormFoot form={form} label={t('resolve.do')} />
      </form>
    </Window>
  );
}
