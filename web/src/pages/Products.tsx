import { Button, Modal, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { CaseRow, InstallationRow, Product, ProductPage as ProductView, ProductRow, Release, TodayObligation } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { daysBetween } from '../lib/dates';
import { DayInput } from '../ui/DayInput';
import { DataTable, type Column } from '../ui/DataTable';
import { FormFoot, useForm } from '../ui/form';
import { Go, GoButton, useGo, useId } from '../ui/go';
import { arr, Card, DayText, Defs, Empty, ErrorBox, NotKnown, PageLoading, Tag } from '../ui/kit';
import { Page } from '../ui/Page';
import { Scroll } from '../ui/Scroll';
import { CaseResult, StageTag } from './caseParts';
import { ObligationTable } from './CaseObligations';
import { DutyList } from './DutySteps';

/** End of support, and whether it is past or near. */
export function EosText({ day }: { day: string }) {
  const { t, today } = useI18n();
  if (!day) return <NotKnown />;
  const left = daysBetween(today, day);
  return <span><DayText day={day} />{left < 0 ? <> <Tag tone="strong">{t('eos.past')}</Tag></> : left <= 180 ? <> <Tag>{t('days.left.long', { n: left })}</Tag></> : null}</span>;
}

export function Products() {
  const { t, n, name } = useI18n();
  const can = useCan();
  const columns: Column<ProductRow>[] = [
    { key: 'brand_name', title: t('product.brand_name'), sort: 'brand_name', className: 'main', cell: (p) => <><Go to={`/products/${p.id}`}>{p.brand_name}</Go><div className="sub small">{p.generic_name}</div></> },
    { key: 'licence', title: t('product.licence_number'), sort: 'licence_number', className: 'hide-tight', cell: (p) => <span className="num">{p.licence_number || '—'}</span> },
    { key: 'class', title: t('class'), sort: 'class', cell: (p) => p.class },
    { key: 'eos', title: t('eos.short'), sort: 'eos_on', cell: (p) => <EosText day={p.eos_on} /> },
    { key: 'releases', title: t('release.short'), className: 'right', cell: (p) => <span className="num">{n(p.releases)}</span> },
    { key: 'sites', title: t('sites.nav'), className: 'right hide-small', cell: (p) => <span className="num nowrap">{t('sitesUnits', { sites: n(p.sites), units: n(p.units) })}</span> },
    { key: 'findings', title: t('findings.open'), className: 'right', cell: (p) => <span className="num">{n(p.open_findings)}</span> },
    { key: 'cases', title: t('cases.open'), className: 'right', cell: (p) => <span className="num">{n(p.open_cases)}</span> },
  ];
  return (
    <Page title={t('products.nav')} sub={t('products.sub')} actions={can('register.edit') && <GoButton to="/products/new">{t('product.new')}</GoButton>}>
      <Card>
        <DataTable
          path="/products" columns={columns} rowKey={(p) => p.id} to={(p) => `/products/${p.id}`} search={t('products.search')}
          filters={[
            { name: 'class', label: t('class'), options: ['I', 'II', 'III', 'IV'].map((c) => ({ value: c, label: name('class', c) })) },
            { name: 'route', label: t('product.route'), options: ['approval', 'certification', 'notification'].map((r) => ({ value: r, label: name('route', r) })) },
            { name: 'eos', label: t('eos.short'), options: [{ value: 'past', label: t('eos.past') }, { value: 'soon', label: t('eos.within') }, { value: 'supported', label: t('eos.supported') }] },
          ]}
          empty={<Empty title={t('products.empty')}><p>{t('products.empty.text')}</p>{can('register.edit') && <GoButton to="/products/new" mt={12}>{t('product.new')}</GoButton>}</Empty>}
        />
      </Card>
    </Page>
  );
}

export function ProductPage() {
  const id = useId();
  const { t, n, name, join } = useI18n();
  const can = useCan();
  const [adding, setAdding] = useState(false);
  const query = useQuery({ queryKey: ['/products', id], queryFn: () => http.get<ProductView>(`/products/${id}`) });
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <Page title={t('product')}><ErrorBox error={query.error} retry={() => void query.refetch()} /></Page>;
  const p = query.data.product;
  const releases = arr(query.data.releases);
  return (
    <Page
      title={p.brand_name} crumbs={[<Go key="l" to="/products">{t('products.nav')}</Go>]} ledger={{ kind: 'product', id: p.id }}
      sub={<span>{p.generic_name}　{name('class', p.class)}　{p.licence_number}</span>}
      actions={can('register.edit') && <GoButton to={`/products/${p.id}/edit`} variant="default">{t('edit')}</GoButton>}
    >
      <div className="cols side">
        <div className="stack">
          <Card title={t('releases')} aside={can('register.edit') && <Button variant={releases.length === 0 ? 'filled' : 'default'} onClick={() => setAdding(true)}>{t('release.new')}</Button>}>
            {releases.length === 0 ? <Empty title={t('releases.empty')}><p>{t('releases.empty.text')}</p></Empty> : (
              <Scroll><table className="list">
                <thead><tr><th scope="col">{t('version.short')}</th><th scope="col">{t('release.on')}</th><th scope="col">SBOM</th><th scope="col" className="right">{t('sites.nav')}</th><th scope="col" className="right">{t('findings.open')}</th></tr></thead>
                <tbody>
                  {releases.map((r) => (
                    <tr key={r.id}>
                      <td><Go to={`/releases/${r.id}`}>{r.version}</Go></td><td><DayText day={r.released_on} /></td>
                      <td>{r.sbom ? <span className="num">{t('components.n', { n: r.sbom.components })}</span> : <Tag tone="open">{t('sbom.none')}</Tag>}</td>
                      <td className="right num nowrap">{t('sitesUnits', { sites: n(r.sites), units: n(r.units) })}</td>
                      <td className="right num">{r.sbom ? n(r.open_findings) : '—'}</td>
                    </tr>
                  ))}
                </tbody>
              </table></Scroll>
            )}
          </Card>
          <Cycles product={p} missing={query.data.approval_day_missing} list={arr(query.data.obligations)} reload={() => void query.refetch()} />
          {arr(query.data.duty_steps).length > 0 && <DutyList steps={arr(query.data.duty_steps)} title={t('duties.product')} empty={t('duties.none')} />}
          <Card title={t('cases.ofProduct')}>
            <DataTable
              path="/cases" fixed={{ product: p.id }} inPage limit={20} rowKey={(c: CaseRow) => c.id} to={(c) => `/cases/${c.id}`}
              columns={[
                { key: 'number', title: t('case'), cell: (c) => <Go to={`/cases/${c.id}`}><span className="num">{c.number}</span>　{c.title}</Go> },
                { key: 'stage', title: t('case.stage'), cell: (c) => <StageTag stage={c.stage} /> },
                { key: 'result', title: t('determination'), cell: (c) => <CaseResult result={c.result} /> },
                { key: 'due', title: t('statutory_day'), cell: (c) => <DayText day={c.due_on} /> },
              ]}
              empty={<p className="sub">{t('cases.none')}</p>}
            />
          </Card>
          <Card title={t('sites.ofProduct')}>
            <InstallationTable fixed={{ product: p.id }} />
          </Card>
        </div>
        <div className="stack">
          <Card title={t('product.details')}>
            <Defs rows={[
              [t('product.jmdn_code'), p.jmdn_code], [t('product.route'), name('route', p.route)], [t('product.licence_number'), p.licence_number],
              [t('product.licensed_on'), p.licensed_on && <DayText day={p.licensed_on} />], [t('product.class'), name('class', p.class)],
              [t('product.connectivity'), arr(p.connectivity).length > 0 ? join(arr(p.connectivity).map((l) => name('link', l))) : <NotKnown />],
              [t('product.samd'), p.samd ? t('applies') : t('appliesNot')],
              [t('product.eol_on'), p.eol_on ? <DayText day={p.eol_on} /> : <NotKnown />], [t('product.eos_on'), <EosText key="e" day={p.eos_on} />],
              [t('product.designated'), p.designated === 'unknown' ? <NotKnown /> : t(p.designated === 'yes' ? 'applies' : 'appliesNot')],
              [t('product.indication'), p.indication], [t('product.site_of_use'), p.site_of_use], [t('note'), p.note && <span className="pre">{p.note}</span>],
            ]} />
          </Card>
          <Card title={t('finding')}><p style={{ marginBottom: 6 }}><b className="num">{t('findings.n', { n: p.open_findings })}</b></p><Go to={`/findings?product=${p.id}&state=open`}>{t('findings.see')}</Go></Card>
        </div>
      </div>
      {adding && <ReleaseDialog product={p} onClose={() => setAdding(false)} />}
    </Page>
  );
}

/** 定期報告: one cycle after the other, counted from the day of approval. */
function Cycles({ product, missing, list, reload }: { product: ProductRow; /** The day of approval. */ missing: boolean; list: TodayObligation[]; reload: () => void }) {
  const { t } = useI18n();
  const can = useCan();
  return (
    <Card title={t('cycles')} id="obligations">
      <p className="sub">{t('cycles.text')}</p>
      {missing && <div className="notice open" style={{ marginTop: 8 }}><b>{t('cycles.noDay')}</b><p>{t('cycles.noDay.text')}{can('register.edit') && <> <Go to={`/products/${product.id}/edit`}>{t('cycles.noDay.enter')}</Go></>}</p></div>}
      {list.length > 0 ? <ObligationTable list={list} reload={reload} /> : !missing && <p className="sub" style={{ marginTop: 8 }}>{t('cycles.none')}</p>}
    </Card>
  );
}

/** Which hospitals have the device, with version and units. */
export function InstallationTable({ fixed }: { fixed: Record<string, string> }) {
  const { t, n } = useI18n();
  return (
    <DataTable
      path="/installations" fixed={fixed} inPage limit={20} rowKey={(i: InstallationRow) => i.id}
      columns={[
        { key: 'site', title: t('site'), sort: 'site', cell: (i) => <Go to={`/sites/${i.site_id}`}>{i.site_name}</Go> },
        { key: 'version', title: t('release'), cell: (i) => <Go to={`/releases/${i.release_id}`}>{i.brand_name}　{i.version}</Go> },
        { key: 'units', title: t('units'), sort: 'units', className: 'right', cell: (i) => <span className="num">{n(i.units)}</span> },
        { key: 'serials', title: t('serials'), className: 'hide-small', cell: (i) => <span className="small">{i.serials || '—'}</span> },
      ]}
      empty={<p className="sub">{t('installations.none')}</p>}
    />
  );
}

export function ReleaseDialog({ product, release, onClose }: { product: Product; release?: Release; onClose: () => void }) {
  const { t } = useI18n();
  const refresh = useRefresh();
  const go = useGo();
  const form = useForm({
    draft: release ? `release:${release.id}` : `release:new:${product.id}`,
    initial: { version: release?.version ?? '', released_on: release?.released_on ?? '', eos_on: release?.eos_on ?? '', note: release?.note ?? '' },
    check: (v) => (v.version.trim() ? {} : { '/version': t('required') }),
    submit: (v) => release ? http.put<Release>(`/releases/${release.id}`, { ...v, revision: release.revision }) : http.post<Release>(`/products/${product.id}/releases`, v),
    done: async (r) => { onClose(); await refresh(); if (!release) go(`/releases/${r.id}`); },
  });
  return (
    <Modal opened onClose={onClose} title={<b>{release ? t('release.edit') : t('release.newOf', { product: product.brand_name })}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        <TextInput label={t('version.short')} withAsterisk description={t('version.hint')} data-autofocus {...form.text('version')} />
        <DayInput label={t('release.on')} {...form.text('released_on')} />
        <DayInput label={t('release.eos')} {...form.text('eos_on')} />
        <Textarea label={t('note')} {...form.text('note')} />
        <FormFoot form={form} label={t('save')} />
      </form>
    </Modal>
  );
}
