import { Modal, TextInput } from '@mantine/core';
import { http } from '../api/client';
import type { CaseRow } from '../api/types';
import { useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { DayInput } from '../ui/DayInput';
import { FormFoot, useForm } from '../ui/form';
import { useGo } from '../ui/go';
import { ProductPicker, ReleasePicker, VulnerabilityPicker } from '../ui/pickers';

export type CaseOrigin = { title: string; product_id: string; release_id: string; vulnerability_id: string; intake_id?: string; assessment_id?: string; aware_on?: string };

/** Opens a case from an intake record or an assessment. */
export function OpenCaseDialog({ from, onClose }: { from: CaseOrigin; onClose: () => void }) {
  const { t, fullDay, today } = useI18n();
  const refresh = useRefresh();
  const go = useGo();
  const form = useForm({
    draft: `case:${from.intake_id ?? ''}${from.assessment_id ?? ''}${from.product_id}${from.vulnerability_id}`,
    initial: { title: from.title, product_id: from.product_id, release_id: from.release_id, vulnerability_id: from.vulnerability_id, aware_on: from.aware_on ?? '' },
    check: (v) => ({ ...(v.title.trim() ? {} : { '/title': t('required') }), ...(v.product_id ? {} : { '/product_id': t('required.choice') }), ...(v.aware_on ? {} : { '/aware_on': t('aware_on.missing') }) }),
    submit: (v) => http.post<CaseRow>('/cases', {
      title: v.title, product_id: v.product_id, release_id: v.release_id, vulnerability_id: v.vulnerability_id,
      ...(from.intake_id ? { intake_id: from.intake_id } : { aware_on: v.aware_on }), ...(from.assessment_id ? { assessment_id: from.assessment_id } : {}),
    }),
    done: async (c) => { onClose(); await refresh(); go(`/cases/${c.id}`); },
  });
  const v = form.values;
  return (
    <Modal opened onClose={onClose} title={<b>{t('case.open')}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <p className="sub">{t('case.open.text')}</p>
        <TextInput label={t('case.title')} withAsterisk {...form.text('title')} />
        <ProductPicker label={t('product')} required value={v.product_id} onChange={(id) => { form.set('product_id', id); form.set('release_id', ''); }} error={form.errors['/product_id']} />
        <ReleasePicker key={v.product_id} product={v.product_id} label={t('release')} value={v.release_id} onChange={(id) => form.set('release_id', id)} error={form.errors['/release_id']} />
        <VulnerabilityPicker label={t('vulnerability')} value={v.vulnerability_id} onChange={(id) => form.set('vulnerability_id', id)} error={form.errors['/vulnerability_id']} />
        {from.intake_id ? <p>{t('aware_on')}{t('colon')}<b className="num">{fullDay(from.aware_on ?? '')}</b></p> : <DayInput label={t('aware_on')} hint={t('aware_on.hint')} withAsterisk max={today} {...form.text('aware_on')} />}
        <FormFoot form={form} label={t('case.open')} />
      </form>
    </Modal>
  );
}
