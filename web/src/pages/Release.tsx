import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { address, http } from '../api/client';
import type { Occurrence, Product, ReleaseRow, Sbom } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { DataTable } from '../ui/DataTable';
import { FileDrop } from '../ui/FileDrop';
import { Go, useId } from '../ui/go';
import { arr, Card, DayText, Defs, Empty, ErrorBox, PageLoading, Tag } from '../ui/kit';
import { Page } from '../ui/Page';
import { FindingTable } from './Findings';
import { EosText, InstallationTable, ReleaseDialog } from './Products';
import { Scroll } from '../ui/Scroll';

type Answer = { release: ReleaseRow; product: Product; sboms: Sbom[] };
type Uploaded = { sbom: Sbom; findings: { opened: number; closed: number } };

export function ReleasePage() {
  const id = useId();
  const { t, time, n, name } = useI18n();
  const can = useCan();
  const refresh = useRefresh();
  const [editing, setEditing] = useState(false);
  const query = useQuery({ queryKey: ['/releases', id], queryFn: () => http.get<Answer>(`/releases/${id}`) });
  const upload = useMutation({ mutationFn: (file: File) => http.post<Uploaded>(`/releases/${id}/sbom`, file, { name: file.name }), onSuccess: refresh });
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <Page title={t('release')}><ErrorBox error={query.error} retry={() => void query.refetch()} /></Page>;
  const { release: r, product } = query.data;
  const sboms = arr(query.data.sboms);
  const sbom = sboms.find((s) => s.id === r.sbom_id) ?? r.sbom;
  const problems = arr(upload.data?.sbom.problems ?? sbom?.problems);
  return (
    <Page
      doubts
      title={`${product.brand_name}　${r.version}`} ledger={{ kind: 'release', id: r.id }}
      crumbs={[<Go key="l" to="/products">{t('products.nav')}</Go>, <Go key="p" to={`/products/${product.id}`}>{product.brand_name}</Go>]}
      sub={<>{t('release.on')} <DayText day={r.released_on} />　{t('eos.short')} <EosText day={r.eos_on || product.eos_on} />　{t('sitesUnits.long', { sites: n(r.sites), units: n(r.units) })}</>}
      actions={can('register.edit') && <Button variant="default" onClick={() => setEditing(true)}>{t('edit')}</Button>}
    >
      <div className="stack">
        <div className="cols two">
          <Card title={t('sbom')}>
            {sbom ? (
              <div className="stack" style={{ gap: 14 }}>
                <div className="figures">
                  <div><b>{n(sbom.components)}</b><span>{t('sbom.components')}</span></div>
                  <div><b>{n(sbom.with_purl)}</b><span>{t('sbom.purl')}</span></div>
                  <div><b>{n(sbom.with_cpe)}</b><span>{t('sbom.cpe')}</span></div>
                  <div><b style={sbom.unmatchable > 0 ? { color: 'var(--mimamori-open)' } : undefined}>{n(sbom.unmatchable)}</b><span>{t('sbom.unmatchable')}</span></div>
                </div>
                {sbom.unmatchable > 0 && <p className="sub small">{t('sbom.unmatchable.text')}</p>}
                <Defs rows={[
                  [t('file'), <a key="f" href={address(`/sboms/${sbom.id}/file`)} download={sbom.file_name}>{sbom.file_name}</a>], [t('format'), `${sbom.format} ${sbom.spec_version}`],
                  [t('uploaded'), `${time(sbom.uploaded_at)}　${sbom.uploaded_by}`], ['SHA-256', <code key="s">{sbom.sha256}</code>],
                ]} />
                {sboms.length > 1 && <details><summary className="sub">{t('sbom.older', { n: sboms.length - 1 })}</summary><ul>{sboms.filter((s) => s.id !== sbom.id).map((s) => <li key={s.id} className="small"><a href={address(`/sboms/${s.id}/file`)} download={s.file_name}>{s.file_name}</a>　{time(s.uploaded_at)}　{t('components.n', { n: s.components })}</li>)}</ul></details>}
              </div>
            ) : <Empty title={t('sbom.empty')}><p>{t('sbom.empty.text')}</p></Empty>}
          </Card>
          <div className="stack">
            {can('register.edit') && (
              <Card title={sbom ? t('sbom.replace') : t('sbom.upload')}>
                <FileDrop label={t('sbom.drop')} hint={t('sbom.formats')} busy={upload.isPending} busyText={t('sbom.reading')} accept=".json,.xml,.cdx,.spdx" onFile={(f) => upload.mutate(f)} />
                <div aria-live="polite">
                  {upload.isError && <div style={{ marginTop: 12 }}><ErrorBox error={upload.error}><p className="sub">{t('sbom.refused')}</p></ErrorBox></div>}
                  {upload.data && <div className="notice" style={{ marginTop: 12 }}><b>{t('sbom.done', { n: upload.data.sbom.components })}</b><p>{t('sbom.done.findings', { opened: n(upload.data.findings.opened), closed: n(upload.data.findings.closed) })}</p></div>}
                </div>
              </Card>
            )}
            {problems.length > 0 && (
              <Card title={t('sbom.problems', { n: problems.length })}>
                <Scroll maxHeight={260}><table className="list"><tbody>{problems.map((p, i) => <tr key={i}><td><code>{p.where}</code></td><td>{p.message}</td></tr>)}</tbody></table></Scroll>
              </Card>
            )}
          </div>
        </div>
        <Card title={t('findings.ofRelease')} aside={<Go to={`/findings?release=${r.id}`}>{t('findings.see')}</Go>}>
          <FindingTable fixed={{ release: r.id, state: 'open' }} inPage hide={['product']} empty={<p className="sub">{sbom ? t('findings.none') : t('findings.noSbom')}</p>} />
        </Card>
        {sbom && (
          <Card title={t('component.list')}>
            <DataTable
              path={`/releases/${r.id}/components`} inPage rowKey={(o: Occurrence) => `${o.component.id}${o.ref}`} search={t('components.search')}
              filters={[{ name: 'match', label: t('components.match'), options: [{ value: 'purl', label: t('components.purl') }, { value: 'cpe', label: t('components.cpe') }, { value: 'none', label: t('components.nomatch') }] }]}
              columns={[
                { key: 'name', title: t('component.name'), sort: 'name', cell: (o) => <>{o.component.group && <span className="sub">{o.component.group} / </span>}{o.component.name}</> },
                { key: 'version', title: t('component.version'), sort: 'version', cell: (o) => <span className="num">{o.component.version || <Tag tone="open">{t('unknown')}</Tag>}</span> },
                { key: 'supplier', title: t('component.supplier'), sort: 'supplier', className: 'hide-small', cell: (o) => o.component.supplier || '—' },
                { key: 'type', title: t('component.type'), className: 'hide-small', cell: (o) => <span className="small">{name('component.type', o.component.type)}</span> },
                { key: 'id', title: t('component.identifier'), cell: (o) => o.component.purl || o.component.cpe ? <code>{o.component.purl || o.component.cpe}</code> : <Tag tone="open">{t('components.nomatch')}</Tag> },
              ]}
              empty={<p className="sub">{t('components.none')}</p>}
            />
          </Card>
        )}
        <Card title={t('sites.ofRelease')}><InstallationTable fixed={{ release: r.id }} /></Card>
      </div>
      {editing && <ReleaseDialog product={product} release={r} onClose={() => setEditing(false)} />}
    </Page>
  );
}
