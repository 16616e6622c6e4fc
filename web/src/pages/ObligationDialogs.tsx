import { Modal, Textarea } from '@mantine/core';
import { http } from '../api/client';
import type { Obligation, TodayObligation } from '../api/types';
import { useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { DayInput } from '../ui/DayInput';
import { FormFoot, PasswordField, useForm } from '../ui/form';
import { useObligationName } from './worklist';

type Props = { o: TodayObligation; reload: () => void; onClose: () => void };

/** That something due was done, and how. After its day the reason for being late is asked, never before. */
export function MeetDialog({ o, reload, onClose }: Props) {
  const { t, today, day } = useI18n();
  const called = useObligationName();
  const refresh = useRefresh();
  const late = (met: string) => !!o.due_on && met > o.due_on;
  const form = useForm({
    draft: `met:${o.id}`, initial: { met_on: today, proof: '', late_reason: '' },
    check: (v) => ({
      ...(v.met_on ? {} : { '/met_on': t('required') }), ...(v.proof.trim() ? {} : { '/proof': t('obligation.proof.missing') }),
      ...(late(v.met_on) && !v.late_reason.trim() ? { '/late_reason': t('late.missing') } : {}),
    }),
    submit: (v) => http.post<Obligation>(`/obligations/${o.id}/met`, { ...v, late_reason: late(v.met_on) ? v.late_reason : '', revision: o.revision }),
    done: async () => { onClose(); reload(); await refresh(); },
  });
  return (
    <Modal opened onClose={onClose} title={<b>{t('obligation.meet.title', { name: called(o) })}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <DayInput label={t('obligation.met_on')} withAsterisk max={today} {...form.text('met_on')} />
        <Textarea label={t('obligation.proof')} withAsterisk description={t('obligation.proof.hint')} {...form.text('proof')} />
        {late(form.values.met_on) && <Textarea label={t('late.reason')} withAsterisk description={t('late.hint', { day: day(o.due_on) })} {...form.text('late_reason')} />}
        <FormFoot form={form} label={t('obligation.meet')} />
      </form>
    </Modal>
  );
}

/** Counts a clock from another day: with a reason and a signature; both days stay visible. */
export function RebaseDialog({ o, reload, onClose }: Props) {
  const { t, today, day, fullDay } = useI18n();
  const called = useObligationName();
  const refresh = useRefresh();
  const form = useForm({
    draft: `rebase:${o.id}`, secret: ['password'], initial: { aware_on: '', reason: '', password: '' },
    check: (v) => ({
      ...(v.aware_on ? (v.aware_on === o.aware_on ? { '/aware_on': t('rebase.same') } : {}) : { '/aware_on': t('required') }),
      ...(v.reason.trim() ? {} : { '/reason': t('rebase.reason.missing') }), ...(v.password ? {} : { '/password': t('password.missing') }),
    }),
    submit: (v) => http.post<unknown>(`/obligations/${o.id}/rebase`, { ...v, revision: o.revision }),
    done: async () => { onClose(); reload(); await refresh(); },
  });
  return (
    <Modal opened onClose={onClose} title={<b>{t('rebase.title', { name: called(o) })}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <p>{t('rebase.text')}</p>
        <p className="sub num">{t('rebase.now', { aware: fullDay(o.aware_on), due: day(o.due_on) })}</p>
        <DayInput label={t('rebase.aware')} withAsterisk max={today} {...form.text('aware_on')} />
        {form.values.aware_on > o.aware_on && <p className="notice error small">{t('rebase.later')}</p>}
        <Textarea label={t('ledger.reason')} withAsterisk description={t('rebase.reason.hint')} {...form.text('reason')} />
        <PasswordField label={t('sign.password')} hint={t('sign.hint')} {...form.text('password')} />
        <FormFoot form={form} label={t('rebase.do')} />
      </form>
    </Modal>
  );
}
