import { Checkbox, Modal, NativeSelect, Textarea } from '@mantine/core';
import { http } from '../api/client';
import type { Assessment, Harm, Known, Status } from '../api/types';
import { useRefresh } from '../app/session';
import { useI18n, type Key } from '../i18n';
import { Choice } from '../ui/Choice';
import { FormFoot, useForm } from '../ui/form';
import { consequences, expected, leakOnly, malfunctions, type Consequence } from './consequences';
import { justifications } from './justifications';

/** The questions of the CS notice 4(3): present? used? function affected? what follows from exploitation? exploited? harm? controls? */
export function AssessDialog({ product, vulnerability, before, onClose }: { product: { id: string; name: string }; vulnerability: { id: string; name: string }; before: Assessment | null; onClose: () => void }) {
  const { t, name } = useI18n();
  const refresh = useRefresh();
  const form = useForm({
    draft: `assess:${product.id}:${vulnerability.id}`,
    initial: {
      status: before?.status ?? 'under_investigation', justification: before?.justification ?? '', statement: before?.statement ?? '', present: before?.present ?? 'unknown', used: before?.used ?? 'unknown',
      function_affected: before?.function_affected ?? 'unknown', exploited: before?.exploited ?? 'unknown', harm: before?.harm ?? 'unknown', controls: before?.controls ?? '',
      controls_suffice: before?.controls_suffice ?? 'unknown', controls_applied: before?.controls_applied ?? 'unknown', consequences: expected(before), malfunctions: before?.malfunctions ?? [],
    },
    check: (v) => ({
      ...(v.status === 'not_affected' && !v.justification ? { '/justification': t('assess.justification.missing') } : {}),
      ...(v.status === 'not_affected' && !v.statement.trim() ? { '/statement': t('assess.statement.missing') } : {}),
      ...((v.controls_suffice === 'yes' || v.controls_applied === 'yes') && !v.controls.trim() ? { '/controls': t('assess.controls.missing') } : {}),
    }),
    submit: (v) => http.post<Assessment>('/assessments', { product_id: product.id, vulnerability_id: vulnerability.id, ...v, justification: v.status === 'not_affected' ? v.justification : '' }),
    done: async () => { onClose(); await refresh(); },
  });
  const v = form.values;
  const yesNo = (['yes', 'no', 'unknown'] as Known[]).map((k) => ({ value: k, label: name('known', k), unknown: k === 'unknown' }));
  const question = (field: 'present' | 'used' | 'function_affected' | 'exploited' | 'controls_suffice' | 'controls_applied', label: Key, hint?: Key) => (
    <Choice label={t(label)} options={yesNo} value={v[field]} onChange={(k) => form.set(field, k as Known)} error={form.errors[`/${field}`]} hint={hint && t(hint)} />
  );
  const consequence = (c: Consequence) => (
    <div key={c} style={{ display: 'flex', flexWrap: 'wrap', justifyContent: 'space-between', alignItems: 'center', gap: '2px 16px' }}>
      <span aria-hidden style={{ flex: '1 1 12em' }}>{name('consequence', c)}</span>
      <Choice label={name('consequence', c)} hideLabel options={yesNo} value={v.consequences[c]} onChange={(k) => form.set('consequences', { ...v.consequences, [c]: k })} error={form.errors[`/consequences/${c}`]} />
    </div>
  );
  const toggle = (kind: string) => form.set('malfunctions', v.malfunctions.includes(kind) ? v.malfunctions.filter((k) => k !== kind) : [...v.malfunctions, kind]);
  return (
    <Modal opened onClose={onClose} size="lg" title={<b>{t('assess.title', { product: product.name, vulnerability: vulnerability.name })}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <p className="sub">{t('assess.text')}</p>
        {question('present', 'assess.present.q')}
        {question('used', 'assess.used.q')}
        {question('function_affected', 'assess.function.q')}
        <fieldset className="group">
          <legend>{t('assess.consequences.q')}</legend>
          <div style={{ display: 'grid', gap: 6 }}>{consequences.map(consequence)}</div>
          {leakOnly(v.consequences) && <div className="hint" style={{ marginTop: 4 }}>{t('assess.leakOnly.hint')}</div>}
          {v.consequences.spread === 'yes' && <div className="hint" style={{ marginTop: 4 }}>{t('assess.spread.hint')}</div>}
        </fieldset>
        <fieldset className="group">
          <legend>{t('assess.malfunctions.q')}</legend>
          <div style={{ display: 'flex', gap: '6px 18px', flexWrap: 'wrap', paddingTop: 2 }}>
            {malfunctions.map((kind) => <Checkbox key={kind} label={name('malfunction', kind)} checked={v.malfunctions.includes(kind)} onChange={() => toggle(kind)} />)}
          </div>
          {v.malfunctions.length === 0 && <div className="hint" style={{ marginTop: 4 }}>{t('assess.malfunctions.hint')}</div>}
        </fieldset>
        {question('exploited', 'assess.exploited.q')}
        <Choice label={t('assess.harm.q')} options={(['death', 'serious', 'non_serious', 'none', 'unknown'] as Harm[]).map((h) => ({ value: h, label: name('harm', h), unknown: h === 'unknown' }))} value={v.harm} onChange={(h) => form.set('harm', h as Harm)} error={form.errors['/harm']} hint={t('assess.harm.hint')} />
        <Textarea label={t('assess.controls')} description={t('assess.controls.hint')} {...form.text('controls')} />
        {question('controls_suffice', 'assess.controlsSuffice.q')}
        {question('controls_applied', 'assess.controlsApplied.q', 'assess.controlsApplied.hint')}
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
