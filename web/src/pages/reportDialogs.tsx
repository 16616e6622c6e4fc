import { Modal, Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { http } from '../api/client';
import type { ReportKind, ReportView } from '../api/types';
import { useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { Choice } from '../ui/Choice';
import { DayInput } from '../ui/DayInput';
import { FormFoot, PasswordField, useForm } from '../ui/form';
import { arr, Defs } from '../ui/kit';

export type DialogProps = { view: ReportView; store: (next: ReportView) => void; onClose: () => void };
export type Signing = 'review' | 'check' | 'approve';

export function Window({ title, onClose, size, children }: { title: string; onClose: () => void; size?: string; children: ReactNode }) {
  const { t } = useI18n();
  return <Modal opened onClose={onClose} size={size} title={<b>{title}</b>} closeButtonProps={{ 'aria-label': t('close') }}>{children}</Modal>;
}

/** A signature: what it means, what exactly is signed, and the password. */
export function SignDialog({ view, store, onClose, signing, formTitle, flush }: DialogProps & { signing: Signing; formTitle: string; flush: () => Promise<ReportView> }) {
  const { t, name, n, fullDay } = useI18n();
  const refresh = useRefresh();
  const meaning = { review: 'made', check: 'checked', approve: 'approved' }[signing];
  const r = view.report;
  const form = useForm({
    draft: `sign:${r.id}`, secret: ['password'], initial: { password: '' }, check: (v) => (v.password ? {} : { '/password': t('password.missing') }),
    submit: async (v) => {
      // The maker signs what was typed; everybody else exactly what stands on the screen.
      if (signing === 'review') return http.post<ReportView>(`/reports/${r.id}/review`, { revision: (await flush()).report.revision, password: v.password });
      return http.post<ReportView>(`/reports/${r.id}/${signing}`, { revision: r.revision, digest: view.digest, password: v.password });
    },
    done: async (next) => { store(next); await refresh(); },
  });
  return (
    <Window title={t('report.sign.title', { meaning: name('signature', meaning) })} onClose={onClose}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <p>{name('report.sign.means', meaning)}</p>
        <div className="signed">
          <Defs rows={[
            [t('report'), <span key="r"><span className="num">{r.number}</span>　{formTitle}</span>],
            [t('report.issue'), [t('report.issueN', { n: n(view.issue) }), r.issue_kind && name('report.kind', r.issue_kind), r.completion && name('report.completion', r.completion)].filter(Boolean).join('　')],
            [t('product'), r.brand_name],
            ...(r.due_on ? [[t('statutory_day'), <span key="d" className="num">{fullDay(r.due_on)}</span>] as [ReactNode, ReactNode]] : []),
            ...(signing === 'review' ? [] : [[t('report.digest'), <code key="c" className="digest">{view.digest}</code>] as [ReactNode, ReactNode]]),
          ]} />
        </div>
        <p className="sub small">{t('report.sign.exactly')}</p>
        <PasswordField label={t('sign.password')} hint={t('sign.hint')} {...form.text('password')} />
        <FormFoot form={form} label={name('report.sign.do', meaning)} />
      </form>
    </Window>
  );
}

export function ReturnDialog({ view, store, onClose }: DialogProps) {
  const { t } = useI18n();
  const refresh = useRefresh();
  const form = useForm({
    draft: `return:${view.report.id}`, initial: { reason: '' }, check: (v) => (v.reason.trim() ? {} : { '/reason': t('report.return.missing') }),
    submit: (v) => http.post<ReportView>(`/reports/${view.report.id}/return`, { ...v, revision: view.report.revision }),
    done: async (next) => { store(next); await refresh(); },
  });
  return (
    <Window title={t('report.return')} onClose={onClose}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <p className="sub">{t('report.return.text')}</p>
        <Textarea label={t('report.return.reason')} withAsterisk description={t('report.return.hint')} maxLength={4000} minRows={3} data-autofocus {...form.text('reason')} />
        <FormFoot form={form} label={t('report.return')} />
      </form>
    </Window>
  );
}

/** The next issue of a report that was sent: 追加報告, 取下げ or 報告区分の変更. */
export function NextIssueDialog({ view, store, onClose }: DialogProps) {
  const { t, name, n } = useI18n();
  const refresh = useRefresh();
  const kinds = arr(view.next_kinds);
  const form = useForm({
    draft: `next:${view.report.id}`, initial: { kind: (kinds[0] ?? 'additional') as ReportKind },
    submit: (v) => http.post<ReportView>(`/reports/${view.report.id}/issues`, v),
    done: async (next) => { store(next); await refresh(); },
  });
  return (
    <Window title={t('report.next')} onClose={onClose}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <Choice label={t('report.issue.kind')} options={kinds.map((k) => ({ value: k, label: name('report.kind', k) }))} value={form.values.kind} onChange={(k) => form.set('kind', k as ReportKind)} error={form.errors['/kind']} />
        <p>{name('report.next.text', form.values.kind)}</p>
        <p className="sub small">{t('report.next.keeps', { n: n(view.issue) })}</p>
        <FormFoot form={form} label={t('report.next.do', { n: n(view.issue + 1) })} />
      </form>
    </Window>
  );
}

/** That the report agrees with what the hospital reports itself. */
export function AgreementDialog({ view, store, onClose }: DialogProps) {
  const { t, today } = useI18n();
  const refresh = useRefresh();
  const [started] = useState(today);
  const form = useForm({
    draft: `agree:${view.report.id}`, initial: { on: started, with: '', note: '' },
    check: (v) => ({ ...(v.on ? {} : { '/on': t('required') }), ...(v.with.trim() ? {} : { '/with': t('required') }) }),
    submit: (v) => http.post<ReportView>(`/reports/${view.report.id}/agreements`, v),
    done: async (next) => { store(next); await refresh(); },
  });
  return (
    <Window title={t('agreement.record')} onClose={onClose}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <p className="sub">{t('agreement.text')}</p>
        <DayInput label={t('agreement.on')} withAsterisk max={today} {...form.text('on')} />
        <Textarea label={t('agreement.with')} withAsterisk {...form.text('with')} />
        <Textarea label={t('note')} {...form.text('note')} />
        <FormFoot form={form} label={t('agreement.record')} />
      </form>
    </Window>
  );
}
