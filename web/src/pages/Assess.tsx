import { Modal, NativeSelect, Textarea } from '@mantine/core';
import { http } from '../api/client';
import type { Assessment, Harm, Known, Status } from '../api/types';
import { useRefresh } from '../app/session';
import { useI18n, type Key } from '../i18n';
import { Choice } from '../ui/Choice';
import { FormFoot, useForm } from '../ui/form';

const justifications = ['component_not_present', 'vulnerable_code_not_present', 'vulnerable_code_not_in_execute_path', 'vulnerable_code_cannot_be_controlled_by_adversary', 'inline_mitigations_already_exist'];

/** The questions of the CS notice 4(3): present? used? function affected? exploited? harm? controls? */
export function AssessDialog({ product, vulnerability, before, onClose }: { product: { id: string; name: string }; vulnerability: { id: string; name: string }; before: Assessment | null; onClose: () => void }) {
  const { t, name } = useI18n();
  const refresh = useRefresh();
  const form = useForm({
    draft: `assess:${product.id}:${vulnerability.id}`,
    initial: {
      status: before?.status ?? 'under_investigation', justification: before?.justification ?? '', statement: before?.statement ?? '', present: before?.present ?? 'unknown', used: before?.used ?? 'unknown',
      function_affected: before?.function_affected ?? 'unknown', exploited: before?.exploited ?? 'unknown', harm: before?.harm ?? 'unknown', controls: before?.controls ?? '',
      controls_suffice: before?.controls_suffice ?? 'unknown', confidential_only: before?.confidential_only ?? 'unknown',
    },
    check: (v) => ({
      ...(v.status === 'not_affected' && !v.justification ? { '/justification': t('assess.justification.missing') } : {}),
      ...(v.status === 'not_affected' && !v.statement.trim() ? { '/statement': t('assess.statement.missing') } : {}),
      ...(v.controls_suffice === 'yes' && !v.controls.trim() ? { '/controls': t('assess.controls.missing') } : {}),
    }),
    submit: (v) => http.post<Assessment>('/assessments', { product_id: product.id, vulnerability_id: vulnerability.id, ...v, justification: v.status === 'not_affected' ? v.justification : '' }),
    done: async () => { onClose(); await refresh(); },
  });
  const v = form.values;
  const yesNo = (['yes', 'no', 'unknown'] as Known[]).map((k) => ({ value: k, label: name('known', k), unknown: k === 'unknown' }));
  const question = (field: 'present' | 'used' | 'function_affected' | 'exploited' | 'controls_suffice' | 'confidential_only', label: Key, hint?: Key) => (
    <Choice label={t(label)} options={yesNo} value={v[field]} onChange={(k) => form.set(field, k as Known)} error={form.errors[`/${field}`]} hint={hint && t(hint)} />
  );
  return (
    <Modal opened onClose={onClose} size="lg" title={<b>{t('assess.title', { product: product.name, vulnerability: vulnerability.name })}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <p className="sub">{t('assess.text')}</p>
        {question('present', 'assess.present.q')}
        {question('used', 'assess.used.q')}
        {question('function_affected', 'assess.function.q')}
        {question('exploited', 'assess.exploited.q')}
        <Choice label={t('assess.harm.q')} options={(['death', 'serious', 'non_serious', 'none', 'unknown'] as Harm[]).map((h) => ({ value: h, label: name('harm', h), unknown: h === 'unknown' }))} value={v.harm} onChange={(h) => form.set('harm', h as Harm)} error={form.errors['/harm']} />
        {question('confidential_only', 'assess.confidential.q', 'assess.confidential.hint')}
        <Textarea label={t('assess.controls')} description={t('assess.controls.hint')} {...form.text('controls')} />
        {question('controls_suffice', 'assess.controlsSuffice.q')}
        <Choice label={t('assess.status.q')} options={(['under_investigation', 'affected', 'not_affected', 'fixed'] as Status[]).map((s) => ({ value: s, label: name('status', s), unknown: s === 'under_investigation' }))} value={v.status} onChange={(s) => form.set('status', s as Status)} error={form.errors['/status']} />
        {v.status === 'not_affected' && (
          <NativeSelect label={t('assess.justification')} withAsterisk data={[{ value: '', label: t('pick') }, ...justifications.map((j) => ({ value: j, label: name('justification', j) }))]} value={v.justification} onChange={(e) => form.set('justification', e.currentTarget.value)} error={form.errors['/justification']} />
        )}
        <Textarea label={t('assess.statement')} withAsterisk={v.status === 'not_affected'} description={t('assess.statement.hint')} {...form.text('statement')} />
        <FormFoot form={form} label={t('assess.save')} />
      </form>
    </Modal>
  );
}
