import { NativeSelect, Textarea, TextInput } from '@mantine/core';
import { http } from '../api/client';
import type { Intake, IntakeSource } from '../api/types';
import { useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { DayInput } from '../ui/DayInput';
import { FormFoot, useForm } from '../ui/form';
import { Go, GoButton, useGo } from '../ui/go';
import { Card } from '../ui/kit';
import { Page } from '../ui/Page';
import { ProductPicker, ReleasePicker, SitePicker, VulnerabilityPicker } from '../ui/pickers';

export const intakeSources: IntakeSource[] = ['hospital', 'finder', 'foreign_measure', 'foreign_case', 'authority', 'literature', 'supplier', 'internal', 'other'];

/** Records safety information as it came; its awareness date starts every clock. */
export function NewIntake() {
  const { t, name, today } = useI18n();
  const go = useGo();
  const refresh = useRefresh();
  const form = useForm({
    draft: 'intake:new',
    initial: { source: '' as IntakeSource | '', from: '', aware_on: '', occurred_on: '', title: '', text: '', product_id: '', release_id: '', site_id: '', vulnerability_id: '' },
    check: (v) => ({
      ...(v.source ? {} : { '/source': t('required.choice') }), ...(v.from.trim() ? {} : { '/from': t('required') }), ...(v.aware_on ? {} : { '/aware_on': t('aware_on.missing') }),
      ...(v.title.trim() ? {} : { '/title': t('required') }), ...(v.text.trim() ? {} : { '/text': t('required') }),
    }),
    submit: (v) => http.post<Intake>('/intakes', v),
    done: async (i) => { await refresh(); go(`/intakes/${i.id}`); },
  });
  const v = form.values;
  return (
    <Page title={t('intake.new')} sub={t('intake.new.sub')} crumbs={[<Go key="l" to="/intakes">{t('intake')}</Go>]}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <Card title={t('intake.part.arrival')}>
          <div className="formgrid">
            <NativeSelect label={t('intake.source')} withAsterisk value={v.source} onChange={(e) => form.set('source', e.currentTarget.value as IntakeSource)} error={form.errors['/source']} data={[{ value: '', label: t('pick') }, ...intakeSources.map((s) => ({ value: s, label: name('intake.source', s) }))]} />
            <TextInput label={t('intake.from')} withAsterisk description={t('intake.from.hint')} inputWrapperOrder={['label', 'input', 'description', 'error']} {...form.text('from')} />
            <DayInput label={t('aware_on')} withAsterisk max={today} hint={t('aware_on.hint')} {...form.text('aware_on')} />
            <DayInput label={t('intake.occurred_on')} max={today} {...form.text('occurred_on')} />
          </div>
        </Card>
        <Card title={t('intake.part.content')}>
          <div className="stack">
            <TextInput label={t('intake.title')} withAsterisk {...form.text('title')} />
            <Textarea label={t('intake.text')} withAsterisk description={t('intake.text.hint')} minRows={6} {...form.text('text')} />
          </div>
        </Card>
        <Card title={t('intake.part.about')}>
          <p className="sub" style={{ marginBottom: 12 }}>{t('intake.part.about.text')}</p>
          <div className="formgrid">
            <ProductPicker label={t('product')} value={v.product_id} onChange={(id) => { form.set('product_id', id); form.set('release_id', ''); }} error={form.errors['/product_id']} />
            <ReleasePicker key={v.product_id} product={v.product_id} label={t('release')} value={v.release_id} onChange={(id) => form.set('release_id', id)} error={form.errors['/release_id']} />
            <SitePicker label={t('site')} value={v.site_id} onChange={(id) => form.set('site_id', id)} error={form.errors['/site_id']} />
            <VulnerabilityPicker label={t('vulnerability')} value={v.vulnerability_id} onChange={(id) => form.set('vulnerability_id', id)} error={form.errors['/vulnerability_id']} />
          </div>
          <FormFoot form={form} label={t('intake.save')} cancel={<GoButton to="/intakes" variant="default">{t('cancel')}</GoButton>} />
        </Card>
      </form>
    </Page>
  );
}
