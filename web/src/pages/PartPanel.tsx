import { CloseButton } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { http } from '../api/client';
import type { ComponentView, TreeNode } from '../api/types';
import { useI18n } from '../i18n';
import { Go } from '../ui/go';
import { arr, Defs, ErrorBox, Loading, Severity, Tag } from '../ui/kit';
import { versionBeside } from './partCells';

/** One component: why it is in the device, what is open against it, and all that the SBOM says of it. */
export function PartPanel({ sbom, position, onOpen, onClose }: { sbom: string; position: number; onOpen: (position: number) => void; onClose: () => void }) {
  const { t, name } = useI18n();
  const query = useQuery({
    queryKey: ['/sboms', sbom, 'component', position], queryFn: () => http.get<ComponentView>(`/sboms/${sbom}/components/${position}`), placeholderData: keepPreviousData,
  });
  const close = <CloseButton aria-label={t('part.close')} onClick={onClose} style={{ marginLeft: 'auto' }} />;
  if (query.isPending) return <aside className="part">{close}<Loading rows={4} /></aside>;
  if (query.isError) return <aside className="part">{close}<ErrorBox error={query.error} retry={() => void query.refetch()} /></aside>;
  const { occurrence: o, kept, connected } = query.data;
  const c = o.component;
  const d = o.detail;
  const [path, above, findings] = [arr(query.data.path), arr(query.data.needed_by), arr(query.data.findings)];
  const patches = arr(d.pedigree?.patches);
  const identifiers = [c.purl, ...arr(c.more.purls), c.cpe, ...arr(c.more.cpes)].filter(Boolean);
  const rows: [ReactNode, ReactNode][] = [
    [t('component.version'), c.version || (c.more.version_range ?? '') || <Tag key="v" tone="open">{t('unknown')}</Tag>],
    [t('component.supplier'), c.supplier],
    [t('parts.licence'), arr(d.licenses).join(', ')],
    [t('component.identifier'), identifiers.length > 0 ? identifiers.map((id) => <div key={id}><code>{id}</code></div>) : <Tag key="i" tone="open">{t('components.nomatch')}</Tag>],
    [t('component.type'), name('component.type', c.type)],
  ];
  if (d.manufacturer) rows.push([t('part.manufacturer'), d.manufacturer]);
  if (arr(d.authors).length > 0) rows.push([t('part.authors'), arr(d.authors).join(', ')]);
  if (c.more.source_name) rows.push([t('part.source'), `${c.more.source_name} ${c.more.source_version ?? ''}`]);
  if (d.scope) rows.push([t('part.scope'), name('part.scope', d.scope)]);
  if (d.swid) rows.push(['SWID', <code key="w">{d.swid}</code>]);
  if (arr(c.more.hashes).length > 0) rows.push([t('part.hashes'), arr(c.more.hashes).map((h) => <div key={h}><code className="small">{h}</code></div>)]);
  return (
    <aside className="part stack" aria-label={c.name} style={{ opacity: query.isPlaceholderData ? 0.6 : 1 }}>
      <div style={{ display: 'flex', gap: 8, alignItems: 'flex-start' }}>
        <h3 style={{ overflowWrap: 'anywhere' }}>{c.group && <span className="sub">{c.group} / </span>}{c.name || '—'} <span className="num">{c.version}</span></h3>{close}
      </div>
      <section>
        <h4>{t('findings.open')}</h4>
        {findings.length === 0 ? <p className="sub small">{t('part.findings.none')}</p> : (
          <ul className="plain">{findings.map((f) => <li key={f.id}><Go to={`/findings/${f.id}`}><span className="num nowrap">{f.vulnerability}</span></Go> <Severity value={f.severity} kev={f.kev} bare /> {f.class === 'possible' && <Tag tone="open">{name('match', f.class)}</Tag>}<div className="small">{f.title}</div></li>)}</ul>
        )}
        {identifiers.length === 0 && <p className="small" style={{ color: 'var(--mimamori-open)' }}>{t('part.unmatchable')}</p>}
      </section>
      {kept && (
        <section>
          <h4>{t('part.why')}</h4>
          {!connected && <p className="sub small">{t('part.why.apart')}</p>}
          <ol className="path">{path.map((node, i) => <li key={node.node} style={{ paddingLeft: Math.min(i, 12) * 12 }} aria-current={i === path.length - 1 || undefined}><NodeName node={node} onOpen={i === path.length - 1 ? undefined : onOpen} /></li>)}</ol>
          {query.data.needed_by_total > 1 && (
            <details><summary className="sub small">{t('part.neededBy', { n: query.data.needed_by_total })}</summary>
              <ul className="plain">{above.map((node) => <li key={node.node}><NodeName node={node} onOpen={onOpen} /></li>)}</ul>
              {query.data.needed_by_total > above.length && <p className="sub small">{t('part.neededBy.more', { n: query.data.needed_by_total - above.length })}</p>}
            </details>
          )}
        </section>
      )}
      {(patches.length > 0 || arr(d.pedigree?.ancestors).length > 0) && (
        <section>
          <h4>{t('part.patches')}</h4>
          <p className="sub small">{t('part.patches.text')}</p>
          <ul className="plain">{patches.map((p, i) => <li key={i}>{p.type && <span className="sub">{name('part.patch.type', p.type)}　</span>}{arr(p.resolves).map((r) => r.id).filter(Boolean).join(', ') || t('part.patch.none')}</li>)}</ul>
          {arr(d.pedigree?.ancestors).map((a, i) => <p key={i} className="small">{t('part.ancestors')}　{a.name} <span className="num">{a.version}</span></p>)}
          {d.pedigree?.notes && <p className="small pre">{d.pedigree.notes}</p>}
        </section>
      )}
      <Defs rows={rows} />
    </aside>
  );
}

function NodeName({ node, onOpen }: { node: TreeNode; onOpen?: (position: number) => void }) {
  const { t } = useI18n();
  const place = node.place;
  const label = place ? `${place.component.group ? `${place.component.group} / ` : ''}${place.component.name}${versionBeside(place)}` : `${node.name || '—'} ${node.version}`;
  return (
    <>
      {place && onOpen ? <button type="button" className="linklike" onClick={() => onOpen(place.position)}>{label}</button> : <span>{label}</span>}
      {node.subject && <> <Tag tone="brand">{t('tree.subject')}</Tag></>}
    </>
  );
}
