import { Checkbox, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { http } from '../api/client';
import type { DeviceClass, Known, Link, Product, ProductRow, Route } from '../api/types';
import { useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { Choice } from '../ui/Choice';
import { DayInput } from '../ui/DayInput';
import { FormFoot, useForm } from '../ui/form';
import { Go, GoButton, useGo, useId } from '../ui/go';
import { arr, Card, ErrorBox, PageLoading } from '../ui/kit';
import { Page } from '../ui/Page';

type Values = Pick<Product, 'brand_name' | 'generic_name' | 'jmdn_code' | 'licence_number' | 'licensed_on' | 'connectivity' | 'samd' | 'eol_on' | 'eos_on' | 'designated' | 'indication' | 'site_of_use' | 'note'> & { route: Route | ''; class: DeviceClass | '' };

const blank: Values = {
  brand_name: '', generic_name: '', jmdn_code: '', route: '', licence_number: '', licensed_on: '', class: '', connectivity: [], samd: false,
  eol_on: '', eos_on: '', designated: 'unknown', indication: '', site_of_use: '', note: '',
};

export function NewProduct() {
  const { t } = useI18n();
  return (
    <Page title={t('product.new')} crumbs={[<Go key="l" to="/products">{t('products.nav')}</Go>]} sub={t('product.new.sub')}>
      <ProductForm draft="product:new" initial={blank} submit={(v) => http.post<Product>('/products', v)} cancel="/products" />
    </Page>
  );
}

export function EditProduct() {
  const id = useId();
  const { t } = useI18n();
  const query = useQuery({ queryKey: ['/products', id], queryFn: () => http.get<{ product: ProductRow }>(`/products/${id}`) });
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <Page title={t('product.edit')}><ErrorBox error={query.error} retry={() => void query.refetch()} /></Page>;
  const p = query.data.product;
  const initial = Object.fromEntries(Object.keys(blank).map((k) => [k, p[k as keyof Values]])) as Values;
  return (
    <Page title={t('product.editOf', { name: p.brand_name })} crumbs={[<Go key="l" to="/products">{t('products.nav')}</Go>, <Go key="p" to={`/products/${id}`}>{p.brand_name}</Go>]}>
      <ProductForm draft={`product:${id}`} initial={{ ...initial, connectivity: arr(p.connectivity) }} submit={(v) => http.put<Product>(`/products/${id}`, { ...v, revision: p.revision })} cancel={`/products/${id}`} />
    </Page>
  );
}

function ProductForm({ draft, initial, submit, cancel }: { draft: string; initial: Values; submit: (v: Values) => Promise<Product>; cancel: string }) {
  const { t, name } = useI18n();
  const go = useGo();
  const refresh = useRefresh();
  const form = useForm({
    draft, initial, submit,
    check: (v) => ({
      ...(v.brand_name.trim() ? {} : { '/brand_name': t('required') }), ...(v.generic_name.trim() ? {} : { '/generic_name': t('required') }),
      ...(v.route ? {} : { '/route': t('required.choice') }), ...(v.class ? {} : { '/class': t('required.choice') }),
    }),
    done: async (p) => { await refresh(); go(`/products/${p.id}`); },
  });
  const v = form.values;
  const known = (['yes', 'no', 'unknown'] as Known[]).map((k) => ({ value: k, label: k === 'unknown' ? t('unknown') : t(k === 'yes' ? 'applies' : 'appliesNot'), unknown: k === 'unknown' }));
  const toggle = (link: Link) => {
    const rest = link === 'none' ? [] : v.connectivity.filter((l) => l !== 'none');
    form.set('connectivity', (v.connectivity.includes(link) ? v.connectivity.filter((l) => l !== link) : [...rest, link]).sort());
  };
  return (
    <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
      <Card title={t('product.part.name')}>
        <div className="formgrid">
          <TextInput label={t('product.brand_name')} withAsterisk {...form.text('brand_name')} />
          <TextInput label={t('product.generic_name')} withAsterisk {...form.text('generic_name')} />
          <TextInput label={t('product.jmdn_code')} description={t('product.jmdn_code.hint')} inputMode="numeric" maxLength={8} {...form.text('jmdn_code')} />
          <Choice label={t('product.class')} options={(['I', 'II', 'III', 'IV'] as const).map((c) => ({ value: c, label: c === 'I' ? 'Ⅰ' : c === 'II' ? 'Ⅱ' : c === 'III' ? 'Ⅲ' : 'Ⅳ' }))} value={v.class} onChange={(c) => form.set('class', c as DeviceClass)} error={form.errors['/class']} hint={v.class ? name('class', v.class) : undefined} />
        </div>
      </Card>
      <Card title={t('product.part.licence')}>
        <div className="formgrid">
          <Choice label={t('product.route')} options={(['approval', 'certification', 'notification'] as const).map((r) => ({ value: r, label: name('route', r) }))} value={v.route} onChange={(r) => form.set('route', r as Route)} error={form.errors['/route']} />
          <TextInput label={t('product.licence_number')} {...form.text('licence_number')} />
          <DayInput label={t('product.licensed_on')} hint={t('product.licensed_on.hint')} {...form.text('licensed_on')} />
          <Choice label={t('product.designated')} options={known} value={v.designated} onChange={(d) => form.set('designated', d as Known)} error={form.errors['/designated']} hint={t('product.designated.hint')} />
        </div>
      </Card>
      <Card title={t('product.part.cyber')}>
        <div className="formgrid">
          <fieldset className="group">
            <legend>{t('product.connectivity')}</legend>
            <div style={{ display: 'flex', gap: 18, flexWrap: 'wrap', paddingTop: 4 }}>
              {(['wired', 'wireless', 'media', 'none'] as Link[]).map((l) => <Checkbox key={l} label={name('link', l)} checked={v.connectivity.includes(l)} onChange={() => toggle(l)} />)}
            </div>
            <div className={form.errors['/connectivity'] ? 'fielderror' : 'hint'} style={{ marginTop: 4 }}>{form.errors['/connectivity'] ?? (v.connectivity.length === 0 ? t('product.connectivity.hint') : '')}</div>
          </fieldset>
          <fieldset className="group"><legend>{t('product.samd')}</legend><Checkbox style={{ paddingTop: 4 }} label={t('product.samd.label')} checked={v.samd} onChange={(e) => form.set('samd', e.currentTarget.checked)} /></fieldset>
          <DayInput label={t('product.eol_on')} {...form.text('eol_on')} />
          <DayInput label={t('product.eos_on')} hint={t('product.eos_on.hint')} {...form.text('eos_on')} />
        </div>
      </Card>
      <Card title={t('product.part.use')}>
        <div className="formgrid">
          <div className="wide"><Textarea label={t('product.indication')} {...form.text('indication')} /></div>
          <div className="wide"><TextInput label={t('product.site_of_use')} {...form.text('site_of_use')} /></div>
          <div className="wide"><Textarea label={t('note')} {...form.text('note')} /></div>
        </div>
        <FormFoot form={form} label={t('save')} cancel={<GoButton to={cancel} variant="default">{t('cancel')}</GoButton>} />
      </Card>
    </form>
  );
}
