import { Button, Checkbox, Modal, NativeSelect, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { ApiError, http } from '../api/client';
import type { Answer, CasePage, Determination, Result } from '../api/types';
import { useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { Choice } from '../ui/Choice';
import { DayInput } from '../ui/DayInput';
import { FormFoot, PasswordField, useForm } from '../ui/form';
import { ErrorBox } from '../ui/kit';
import { answerVerdict, BothAnswers, Headline, Items, lawVerdict, type Verdict } from './answerWords';
import { laxer } from './laxer';

type Props = { page: CasePage; answer: Answer; store: (p: CasePage) => void; reload: () => void; onClose: () => void };

function Window({ title, size, onClose, children }: { title: string; size?: string; onClose: () => void; children: ReactNode }) {
  const { t } = useI18n();
  return <Modal opened onClose={onClose} size={size} title={<b>{title}</b>} closeButtonProps={{ 'aria-label': t('close') }}>{children}</Modal>;
}

/** The case is not as it was shown: nothing is signed that was not seen. */
function Stale({ error, reload, onClose }: { error: Error | null; reload: () => void; onClose: () => void }) {
  const { t } = useI18n();
  return <div className="notice error" role="alert"><b>{error?.message}</b><p>{t('confirm.stale.text')}</p><Button mt={8} variant="default" onClick={() => { onClose(); reload(); }}>{t('confirm.reload')}</Button></div>;
}

const moved = (error: unknown) => error instanceof ApiError && error.status === 409;

function Shown({ v }: { v: Verdict }) {
  const { t, fullDay } = useI18n();
  return (
    <div className="notice">
      <div className="big"><Headline v={v} /></div>
      {v.items.length > 0 && <Items items={v.items} />}
      {v.due && <p className="num">{t('statutory_day')} {fullDay(v.due)}</p>}
      {v.first_report && <p>{t('confirm.first')}</p>}
    </div>
  );
}

/** Confirms the determination as shown, or proposes it to the safety officer. */
export function DecideDialog({ kind, page, answer, store, reload, onClose }: Props & { kind: 'confirm' | 'propose' }) {
  const { t } = useI18n();
  const refresh = useRefresh();
  const [comment, setComment] = useState('');
  const send = useMutation({
    mutationFn: () => http.post<CasePage>(`/cases/${page.case.id}/${kind === 'confirm' ? 'determinations' : 'proposals'}`, { shown: answer.digest, comment }),
    onSuccess: (next) => { store(next); onClose(); void refresh(); },
  });
  const stale = moved(send.error);
  return (
    <Window title={t(kind === 'confirm' ? 'confirm.title' : 'propose.title')} onClose={onClose}>
      <div className="stack">
        <p>{t(kind === 'confirm' ? 'confirm.text' : 'propose.text')}</p>
        <Shown v={answerVerdict(answer)} />
        {answer.open_count > 0 && answer.result !== 'not_reportable' && <div className="notice open"><p>{t('confirm.open', { n: answer.open_count })}</p></div>}
        <Textarea label={t('confirm.comment')} description={t('confirm.comment.hint')} maxLength={4000} value={comment} onChange={(e) => setComment(e.currentTarget.value)} />
        {send.isError && (stale ? <Stale error={send.error} reload={reload} onClose={onClose} /> : <ErrorBox error={send.error} />)}
        <div className="buttons"><Button loading={send.isPending} disabled={stale} onClick={() => send.mutate()}>{t(kind === 'confirm' ? 'confirm.do' : 'propose.do')}</Button><Button variant="default" onClick={onClose}>{t('cancel')}</Button></div>
      </div>
    </Window>
  );
}

const forms = ['form8', 'form9', 'form10', 'form11', 'form12'];

/** To decide otherwise than the law: what instead, why, and the first of two signatures. */
export function OverrideDialog({ page, answer, law, store, reload, onClose }: Props & { law: Verdict }) {
  const { t, name } = useI18n();
  const refresh = useRefresh();
  const form = useForm({
    draft: `override:${page.case.id}`, secret: ['password'],
    initial: { result: '' as Result | '', form: law.form, due_on: law.due, first_report: law.first_report, reason: '', password: '' },
    check: (v) => ({
      ...(v.result ? {} : { '/result': t('required.choice') }),
      ...(v.result === 'report' && !v.form ? { '/form': t('required.choice') } : {}), ...(v.result === 'report' && !v.due_on ? { '/due_on': t('required') } : {}),
      ...(v.reason.trim() ? {} : { '/reason': t('override.reason.missing') }), ...(v.password ? {} : { '/password': t('password.missing') }),
    }),
    submit: (v) => http.post<CasePage>(`/cases/${page.case.id}/overrides`, {
      shown: answer.digest, result: v.result, reason: v.reason, password: v.password,
      form: v.result === 'report' ? v.form : '', due_on: v.result === 'report' ? v.due_on : '', first_report: v.result === 'report' && v.first_report,
    }),
    done: (next) => { store(next); onClose(); void refresh(); },
  });
  const v = form.values;
  const less = v.result ? laxer(law, { result: v.result, due_on: v.due_on, first_report: v.result === 'report' && v.first_report }) : [];
  const stale = moved(form.mutation.error);
  return (
    <Window title={t('override')} size="lg" onClose={onClose}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <p className="sub">{t('override.text')}</p>
        <div><div className="sub">{t('override.law')}</div><Shown v={law} /></div>
        <Choice label={t('override.instead')} options={(['report', 'not_reportable'] as const).map((r) => ({ value: r, label: t(`override.${r}`) }))} value={v.result} onChange={(r) => form.set('result', r as Result)} error={form.errors['/result']} />
        {v.result === 'report' && (
          <div className="formgrid">
            <NativeSelect label={t('override.form')} withAsterisk data={[{ value: '', label: t('pick') }, ...forms.map((f) => ({ value: f, label: name('form', f) }))]} value={v.form} onChange={(e) => form.set('form', e.currentTarget.value)} error={form.errors['/form']} />
            <DayInput label={t('override.due')} withAsterisk {...form.text('due_on')} />
            <Checkbox className="wide" label={t('override.first')} checked={v.first_report} onChange={(e) => form.set('first_report', e.currentTarget.checked)} />
          </div>
        )}
        {less.length > 0 && <div className="notice error" role="alert"><b>{t('laxer')}</b><ul>{less.map((l) => <li key={l}>{t(`laxer.${l}`)}</li>)}</ul><p>{t('laxer.text')}</p></div>}
        <Textarea label={t('override.reason')} withAsterisk description={t('override.reason.hint')} {...form.text('reason')} />
        <PasswordField label={t('sign.password')} hint={t('sign.hint')} {...form.text('password')} />
        {stale ? <Stale error={form.mutation.error} reload={reload} onClose={onClose} /> : <FormFoot form={form} label={t('override.ask')} />}
      </form>
    </Window>
  );
}

/** The second of two signatures; both answers are on the screen. */
export function CountersignDialog({ d, done, onClose }: { d: Determination; done: () => void; onClose: () => void }) {
  const { t, time } = useI18n();
  const refresh = useRefresh();
  const law = lawVerdict(d);
  const form = useForm({
    draft: `countersign:${d.id}`, secret: ['password'], initial: { comment: '', password: '' },
    check: (v) => (v.password ? {} : { '/password': t('password.missing') }),
    submit: (v) => http.post<unknown>(`/determinations/${d.id}/countersign`, v),
    done: () => { onClose(); done(); void refresh(); },
  });
  const less = d.override ? laxer(law, d.override) : [];
  return (
    <Window title={t('override.countersign')} size="lg" onClose={onClose}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <p>{t('override.countersign.text', { who: d.made_by, at: time(d.made_at) })}</p>
        {d.override && <BothAnswers law={law} instead={d.override} />}
        {less.length > 0 && <div className="notice error"><b>{t('laxer')}</b><ul>{less.map((l) => <li key={l}>{t(`laxer.${l}`)}</li>)}</ul></div>}
        <Textarea label={t('confirm.comment')} description={t('confirm.comment.hint')} {...form.text('comment')} />
        <PasswordField label={t('sign.password')} hint={t('sign.hint')} {...form.text('password')} />
        <FormFoot form={form} label={t('override.countersign')} />
      </form>
    </Window>
  );
}

/** A proposal or an asked override is not taken; it stays in the record. */
export function RefuseDialog({ d, own, done, onClose }: { d: Determination; own: boolean; done: () => void; onClose: () => void }) {
  const { t } = useI18n();
  const refresh = useRefresh();
  const title = t(d.status === 'proposed' ? 'propose.refuse' : own ? 'override.withdraw' : 'override.refuse');
  const form = useForm({
    draft: `refuse:${d.id}`, initial: { reason: '' }, check: (v) => (v.reason.trim() ? {} : { '/reason': t('refuse.reason.missing') }),
    submit: (v) => http.post<unknown>(`/determinations/${d.id}/refuse`, v),
    done: () => { onClose(); done(); void refresh(); },
  });
  return (
    <Window title={title} onClose={onClose}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <p className="sub">{t('refuse.text')}</p>
        <Textarea label={t('ledger.reason')} withAsterisk {...form.text('reason')} />
        <FormFoot form={form} label={title} />
      </form>
    </Window>
  );
}
