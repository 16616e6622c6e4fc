import { Button, Checkbox } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { address, http } from '../api/client';
import type { Product, ReleaseRow, Sbom } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { FileDrop } from '../ui/FileDrop';
import { Go, useId } from '../ui/go';
import { arr, Card, DayText, Defs, Empty, ErrorBox, PageLoading } from '../ui/kit';
import { Page } from '../ui/Page';
import { ReleaseSupportCard } from './ReleaseSupport';
import { FindingTable } from './Findings';
import { EosText, InstallationTable, ReleaseDialog } from './Products';
import { ReleaseParts } from './ReleaseParts';
import { SbomHistory } from './SbomHistory';
import { Scroll } from '../ui/Scroll';

type Answer = { release: ReleaseRow; product: Product; sboms: Sbom[] };
type Uploaded = { sbom: Sbom; findings: { opened: number; closed: number } };

export function ReleasePage() {
  const id = useId();
  const { t, time, n } = useI18n();
  const can = useCan();
  const refresh = useRefresh();
  const [editing, setEditing] = useState(false);
  const [strict, setStrict] = useState(false);
  const query = useQuery({ queryKey: ['/releases', id], queryFn: () => http.get<Answer>(`/releases/${id}`) });
  const upload = useMutation({ mutationFn: (file: File) => http.post<Uploaded>(`/releases/${id}/sbom`, file, { name: file.name, strict: strict ? 'true' : '' }), onSuccess: refresh });
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
        <Card title={t('findings.ofRelease')} aside={<Go to={`/findings?release=${r.id}`}>{t('findings.see')}</Go>}>
          <FindingTable fixed={{ release: r.id, state: 'open' }} inPage hide={['product']} empty={<p className="sub">{!sbom ? t('findings.noSbom') : sbom.unmatchable > 0 ? t('findings.none.unknown', { n: sbom.unmatchable }) : t('findings.none')}</p>} />
        </Card>
        <ReleaseSupportCard release={r.id} />
        {sbom && <ReleaseParts key={sbom.id} sbom={sbom} />}
        <div className="cols two">
          <div className="stack">
            <Card title={t('sbom.file')}>
              {sbom ? (
                <Defs rows={[
                  [t('file'), <a key="f" href={address(`/sboms/${sbom.id}/file`)} download={sbom.file_name}>{sbom.file_name}</a>],
                  [t('format'), `${sbom.format} ${sbom.spec_version} ${sbom.about.encoding}`],
                  [t('sbom.read'), t(sbom.about.strict ? 'sbom.strict.yes' : 'sbom.strict.no')],
                  [t('sbom.subject'), [sbom.about.subject.name, sbom.about.subject.version].filter(Boolean).join(' ')],
                  [t('sbom.created'), [sbom.about.created, ...arr(sbom.about.creators)].filter(Boolean).join('　')],
                  ...(sbom.about.statements > 0 ? [[t('sbom.carried'), t('sbom.carried.n', { n: sbom.about.statements })] as [string, string]] : []),
                  [t('uploaded'), `${time(sbom.uploaded_at)}　${sbom.uploaded_by}`],
                  [t('sbom.documentId'), sbom.about.document_id && <code key="d">{sbom.about.document_id}</code>], ['SHA-256', <code key="s">{sbom.sha256}</code>],
                ]} />
              ) : <Empty title={t('sbom.empty')}><p>{t('sbom.empty.text')}</p></Empty>}
            </Card>
            {problems.length > 0 && (
              <Card title={t('sbom.problems', { n: problems.length })}>
                <Scroll maxHeight={260}><table className="list"><tbody>{problems.map((p, i) => <tr key={i}><td><code>{p.where}</code></td><td>{p.message}</td></tr>)}</tbody></table></Scroll>
              </Card>
            )}
          </div>
          <div className="stack">
            {can('register.edit') && (
              <Card title={sbom ? t('sbom.replace') : t('sbom.upload')}>
                <FileDrop label={t('sbom.drop')} hint={t('sbom.formats')} busy={upload.isPending} busyText={t('sbom.reading')} onFile={(f) => upload.mutate(f)} />
                <Checkbox mt={12} size="sm" checked={strict} onChange={(e) => setStrict(e.currentTarget.checked)} label={t('sbom.strict')} description={t('sbom.strict.text')} />
                <div aria-live="polite">
                  {upload.isError && <div style={{ marginTop: 12 }}><ErrorBox error={upload.error}><p className="sub">{t('sbom.refused')}</p></ErrorBox></div>}
                  {upload.data && <div className="notice" style={{ marginTop: 12 }}><b>{t('sbom.done', { n: upload.data.sbom.components })}</b><p>{t('sbom.done.findings', { opened: n(upload.data.findings.opened), closed: n(upload.data.findings.closed) })}</p></div>}
                </div>
              </Card>
            )}
            {sboms.length > 1 && <SbomHistory sboms={sboms} inUse={r.sbom_id} />}
          </div>
        </div>
        <Card title={t('sites.ofRelease')}><InstallationTable fixed={{ release: r.id }} /></Card>
      </div>
      {editing && <ReleaseDialog product={product} release={r} onClose={() => setEditing(false)} />}
    </Page>
  );
}
