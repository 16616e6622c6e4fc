import { Button, NativeSelect, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useState } from 'react';
import type { Sbom } from '../api/types';
import { useI18n } from '../i18n';
import { Card } from '../ui/kit';
import { PartPanel } from './PartPanel';
import { PartTable } from './PartTable';
import { PartTree } from './PartTree';

/** What is looked for; the texts of the address. */
export type PartQuery = { q?: string; match?: string; findings?: string };

export const isAsked = (query: PartQuery) => !!query.q || !!query.match || !!query.findings;

/** The components of an SBOM as a table or a tree, and what is known of the one that was chosen. */
export function ReleaseParts({ sbom }: { sbom: Sbom }) {
  const { t, n } = useI18n();
  const [as, setAs] = useState<'table' | 'tree'>('table');
  const [query, setQuery] = useState<PartQuery>({});
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(-1);
  const submit = useDebouncedCallback((q: string) => setQuery((now) => ({ ...now, q: q || undefined })), 250);
  const clear = (
    <div className="empty"><h3>{t('list.nothingFound')}</h3><Button variant="default" mt={6} onClick={() => { setText(''); setQuery({}); }}>{t('list.clear')}</Button></div>
  );
  return (
    <Card
      title={t('component.list')} id="components"
      aside={<SegmentedControl size="xs" aria-label={t('parts.view')} value={as} onChange={(v) => setAs(v as 'table' | 'tree')} data={[{ value: 'table', label: t('parts.as.table') }, { value: 'tree', label: t('parts.as.tree') }]} />}
    >
      <div className="figures" style={{ marginBottom: 14 }}>
        <div><b>{n(sbom.components)}</b><span>{t('sbom.components')}</span></div>
        <div><b>{n(sbom.with_purl)}</b><span>{t('sbom.purl')}</span></div>
        <div><b>{n(sbom.with_cpe)}</b><span>{t('sbom.cpe')}</span></div>
        <div><b style={sbom.unmatchable > 0 ? { color: 'var(--mimamori-open)' } : undefined}>{n(sbom.unmatchable)}</b><span>{t('sbom.unmatchable')}</span></div>
        <div><b>{n(sbom.about.dependencies)}</b><span>{t('sbom.edges')}</span></div>
        {sbom.about.patched > 0 && <div><b>{n(sbom.about.patched)}</b><span>{t('sbom.patched')}</span></div>}
      </div>
      {sbom.unmatchable > 0 && <p className="sub small" style={{ marginBottom: 10 }}>{t('sbom.unmatchable.text')}</p>}
      {sbom.components === 0 ? <p className="sub">{t('parts.none')}</p> : (
        <div className="parts" data-chosen={chosen >= 0 || undefined}>
          <div>
            <div className="toolbar">
              <TextInput size="sm" w={260} type="search" placeholder={t('components.search')} aria-label={t('components.search')} value={text} onChange={(e) => { setText(e.currentTarget.value); submit(e.currentTarget.value); }} />
              <NativeSelect
                size="sm" aria-label={t('components.match')} value={query.match ?? ''} onChange={(e) => { const match = e.currentTarget.value; setQuery((now) => ({ ...now, match: match || undefined })); }}
                data={[{ value: '', label: t('filter.all', { name: t('components.match') }) }, { value: 'purl', label: t('components.purl') }, { value: 'cpe', label: t('components.cpe') }, { value: 'none', label: t('components.nomatch') }]}
              />
              <NativeSelect
                size="sm" aria-label={t('findings.open')} value={query.findings ?? ''} onChange={(e) => { const findings = e.currentTarget.value; setQuery((now) => ({ ...now, findings: findings || undefined })); }}
                data={[{ value: '', label: t('filter.all', { name: t('findings.open') }) }, { value: 'true', label: t('parts.findings') }]}
              />
            </div>
            {as === 'table'
              ? <PartTable key={`${sbom.id}${JSON.stringify(query)}`} sbom={sbom.id} release={sbom.release_id} query={query} onOpen={setChosen} clear={clear} />
              : <PartTree key={`${sbom.id}${JSON.stringify(query)}`} sbom={sbom.id} query={query} onOpen={setChosen} clear={clear} />}
          </div>
          {chosen >= 0 ? <PartPanel sbom={sbom.id} position={chosen} onOpen={setChosen} onClose={() => setChosen(-1)} /> : <p className="sub small partshint">{t('parts.choose')}</p>}
        </div>
      )}
    </Card>
  );
}
