import { Button, Modal, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { Installation, InstallationRow, Site, SiteRow } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { DataTable } from '../ui/DataTable';
import { DayInput } from '../ui/DayInput';
import { FormFoot, useForm } from '../ui/form';
import { Go, GoButton, useGo, useId } from '../ui/go';
import { arr, Card, DayText, Defs, Empty, ErrorBox, PageLoading } from '../ui/kit';
import { Page } from '../ui/Page';
import { AnyReleasePicker } from '../ui/pickers';
import { prefectures } from '../lib/prefectures';
import { Scroll } from '../ui/Scroll';

export function Sites() {
  const { t, n } = useI18n();
  const can = useCan();
  return (
    <Page title={t('sites.nav')} sub={t('sites.sub')} actions={can('register.edit') && <GoButton to="/sites/new">{t('site.new')}</GoButton>}>
      <Card>
        <DataTable
          path="/sites" rowKey={(s: SiteRow) => s.id} to={(s) => `/sites/${s.id}`} search={t('sites.search')}
          filters={[{ name: 'prefecture', label: t('prefecture'), options: prefectures.map((p) => ({ value: p, label: p })) }]}
          columns={[
            { key: 'name', title: t('site'), sort: 'name', cell: (s) => <Go to={`/sites/${s.id}`}>{s.name}</Go> },
            { key: 'prefecture', title: t('prefecture'), sort: 'prefecture', cell: (s) => s.prefecture || '—' },
            { key: 'contact', title: t('contact'), className: 'hide-small', cell: (s) => s.contact || '—' },
            { key: 'products', title: t('products'), className: 'right', cell: (s) => <span className="num">{n(s.products)}</span> },
            { key: 'units', title: t('units'), className: 'right', cell: (s) => <span className="num">{n(s.units)}</span> },
          ]}
          empty={<Empty title={t('sites.empty')}><p>{t('sites.empty.text')}</p>{can('register.edit') && <GoButton to="/sites/new" mt={12}>{t('site.new')}</GoButton>}</Empty>}
        />
      </Card>
    </Page>
  );
}

type Values = Pick<Site, 'name' | 'prefecture' | 'contact' | 'email' | 'phone' | 'note'>;
const blank: Values = { name: '', prefecture: '', contact: '', email: '', phone: '', note: '' };

export function NewSite() {
  const { t } = useI18n();
  return (
    <Page title={t('site.new')} crumbs={[<Go key="l" to="/sites">{t('sites.nav')}</Go>]}>
      <SiteForm draft="site:new" initial={blank} submit={(v) => http.post<Site>('/sites', v)} cancel="/sites" />
    </Page>
  );
}

export function EditSite() {
  const id = useId();
  const { t } = useI18n();
  const query = useQuery({ queryKey: ['/sites', id], queryFn: () => http.get<{ site: SiteRow }>(`/sites/${id}`) });
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <Page title={t('site')}><ErrorBox error={query.error} retry={() => void query.refetch()} /></Page>;
  const s = query.data.site;
  return (
    <Page title={t('product.editOf', { name: s.name })} crumbs={[<Go key="l" to="/sites">{t('sites.nav')}</Go>, <Go key="s" to={`/sites/${id}`}>{s.name}</Go>]}>
      <SiteForm draft={`site:${id}`} initial={Object.fromEntries(Object.keys(blank).map((k) => [k, s[k as keyof Values]])) as Values} submit={(v) => http.put<Site>(`/sites/${id}`, { ...v, revision: s.revision })} cancel={`/sites/${id}`} />
    </Page>
  );
}

function SiteForm({ draft, initial, submit, cancel }: { draft: string; initial: Values; submit: (v: Values) => Promise<Site>; cancel: string }) {
  const { t } = useI18n();
  const go = useGo();
  const refresh = useRefresh();
  const form = useForm({ draft, initial, submit, check: (v) => (v.name.trim() ? {} : { '/name': t('required') }), done: async (s) => { await refresh(); go(`/sites/${s.id}`); } });
  return (
    <form onSubmit={form.onSubmit} ref={form.form} noValidate>
      <Card>
        <div className="formgrid">
          <TextInput label={t('site.name')} withAsterisk {...form.text('name')} />
          <div><TextInput label={t('prefecture')} list="prefectures" {...form.text('prefecture')} /><datalist id="prefectures">{prefectures.map((p) => <option key={p} value={p} />)}</datalist></div>
          <TextInput label={t('contact')} description={t('contact.hint')} {...form.text('contact')} />
          <TextInput label={t('phone')} type="tel" description={' '} {...form.text('phone')} />
          <TextInput label={t('email')} type="email" {...form.text('email')} />
          <div className="wide"><Textarea label={t('note')} {...form.text('note')} /></div>
        </div>
        <FormFoot form={form} label={t('save')} cancel={<GoButton to={cancel} variant="default">{t('cancel')}</GoButton>} />
      </Card>
    </form>
  );
}

export function SitePage() {
  const id = useId();
  const { t, n } = useI18n();
  const can = useCan();
  const [dialog, setDialog] = useState<InstallationRow | 'new' | null>(null);
  const query = useQuery({ queryKey: ['/sites', id], queryFn: () => http.get<{ site: SiteRow; installations: InstallationRow[] }>(`/sites/${id}`) });
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <Page title={t('site')}><ErrorBox error={query.error} retry={() => void query.refetch()} /></Page>;
  const s = query.data.site;
  const rows = arr(query.data.installations);
  return (
    <Page title={s.name} crumbs={[<Go key="l" to="/sites">{t('sites.nav')}</Go>]} sub={s.prefecture} ledger={{ kind: 'site', id: s.id }} actions={can('register.edit') && <GoButton to={`/sites/${id}/edit`} variant="default">{t('edit')}</GoButton>}>
      <div className="cols side">
        <div className="stack">
          <Card title={t('installations')} aside={can('register.edit') && <Button variant={rows.length === 0 ? 'filled' : 'default'} onClick={() => setDialog('new')}>{t('installation.new')}</Button>}>
            {rows.length === 0 ? <Empty title={t('installations.empty')}><p>{t('installations.empty.text')}</p></Empty> : (
              <Scroll><table className="list">
                <thead><tr><th scope="col">{t('product')}</th><th scope="col">{t('release')}</th><th scope="col" className="right">{t('units')}</th><th scope="col">{t('serials')}</th><th scope="col">{t('installed_on')}</th>{can('register.edit') && <th scope="col"><span className="visually-hidden">{t('edit')}</span></th>}</tr></thead>
                <tbody>
                  {rows.map((i) => (
                    <tr key={i.id}>
                      <td><Go to={`/products/${i.product_id}`}>{i.brand_name}</Go></td><td><Go to={`/releases/${i.release_id}`}>{i.version}</Go></td><td className="right num">{n(i.units)}</td>
                      <td className="small">{i.serials || '—'}</td><td><DayText day={i.installed_on} /></td>
                      {can('register.edit') && <td className="right"><Button variant="default" onClick={() => setDialog(i)}>{t('edit')}</Button></td>}
                    </tr>
                  ))}
                </tbody>
              </table></Scroll>
            )}
          </Card>
          <Card title={t('findings.ofSite')}><Go to={`/findings?site=${s.id}&state=open`}>{t('findings.see')}</Go></Card>
        </div>
        <Card title={t('site.details')}><Defs rows={[[t('prefecture'), s.prefecture], [t('contact'), s.contact], [t('phone'), s.phone], [t('email'), s.email], [t('note'), s.note && <span className="pre">{s.note}</span>]]} /></Card>
      </div>
      {dialog && <InstallationDialog site={s} row={dialog === 'new' ? undefined : dialog} onClose={() => setDialog(null)} />}
    </Page>
  );
}

function InstallationDialog({ site, row, onClose }: { site: Site; row?: InstallationRow; onClose: () => void }) {
  const { t } = useI18n();
  const refresh = useRefresh();
  const form = useForm({
    draft: row ? `installation:${row.id}` : `installation:new:${site.id}`,
    initial: { release_id: row?.release_id ?? '', units: row?.units ?? 1, serials: row?.serials ?? '', installed_on: row?.installed_on ?? '', note: row?.note ?? '' },
    check: (v) => (v.release_id ? {} : { '/release_id': t('required.choice') }),
    submit: (v) => row ? http.put<Installation>(`/installations/${row.id}`, { ...v, revision: row.revision }) : http.post<Installation>(`/sites/${site.id}/installations`, v),
    done: async () => { onClose(); await refresh(); },
  });
  return (
    <Modal opened onClose={onClose} title={<b>{row ? t('installation.edit') : t('installation.newOf', { site: site.name })}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <AnyReleasePicker label={t('release')} value={form.values.release_id} onChange={(id) => form.set('release_id', id)} error={form.errors['/release_id']} required />
        <NumberInput label={t('units')} min={1} max={1000000} allowDecimal={false} value={form.values.units} onChange={(u) => form.set('units', Number(u) || 0)} error={form.errors['/units']} />
        <TextInput label={t('serials')} {...form.text('serials')} />
        <DayInput label={t('installed_on')} {...form.text('installed_on')} />
        <Textarea label={t('note')} {...form.text('note')} />
        <FormFoot form={form} label={t('save')} />
      </form>
    </Modal>
  );
}
