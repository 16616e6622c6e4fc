import { NativeSelect } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { ImportRun, SourceHealth } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { hasTime } from '../lib/dates';
import { DataTable } from '../ui/DataTable';
import { FileDrop } from '../ui/FileDrop';
import { Go, useGo } from '../ui/go';
import { arr, Card, Empty, ErrorBox, Loading, Tag } from '../ui/kit';
import { Page } from '../ui/Page';
import { useAge } from './worklist';
import { Scroll } from '../ui/Scroll';

export function Sources() {
  const { t, n, name, time } = useI18n();
  const can = useCan();
  const age = useAge();
  const sources = useQuery({ queryKey: ['/sources'], queryFn: () => http.get<{ items: SourceHealth[] }>('/sources'), refetchInterval: 60_000 });
  return (
    <Page title={t('sources.nav')} sub={t('sources.sub')}>
      <div className="stack">
        <div className="cols two">
          <Card title={t('sources.health')}>
            {sources.isPending ? <Loading rows={3} /> : sources.isError ? <ErrorBox error={sources.error} retry={() => void sources.refetch()} /> : (
              <Scroll><table className="list">
                <thead><tr><th scope="col">{t('source')}</th><th scope="col" className="right">{t('records')}</th><th scope="col">{t('source.lastGood')}</th><th scope="col">{t('state')}</th></tr></thead>
                <tbody>
                  {arr(sources.data.items).map((s) => (
                    <tr key={s.name}>
                      <td>{name('feed', s.name)}{hasTime(s.newest_at) && <div className="sub small num">{t('source.newest', { at: time(s.newest_at) })}</div>}</td>
                      <td className="right num">{n(s.records)}</td>
                      <td className="num">{age(s)}<div className="sub small">{time(s.last_good_at)}</div></td>
                      <td>{s.stale ? <span className="nowrap" style={{ color: 'var(--mimamori-soon)' }}>▲ {t('source.stale')}</span> : <span className="nowrap" style={{ color: 'var(--mimamori-ok)' }}>● {t('source.fresh')}</span>}{s.last_error && <div className="small">{s.last_error}</div>}</td>
                    </tr>
                  ))}
                </tbody>
              </table></Scroll>
            )}
          </Card>
          {can('feeds.import') && <Upload />}
        </div>
        <Card title={t('imports')}>
          <DataTable
            path="/imports" inPage rowKey={(r: ImportRun) => r.id} to={(r) => `/sources/imports/${r.id}`}
            filters={[
              { name: 'kind', label: t('source'), options: kinds.map((k) => ({ value: k, label: name('feed.short', k) })) },
              { name: 'state', label: t('state'), options: ['queued', 'running', 'done', 'failed', 'cancelled'].map((s) => ({ value: s, label: name('import', s) })) },
            ]}
            columns={[
              { key: 'at', title: t('started'), cell: (r) => <Go to={`/sources/imports/${r.id}`}><span className="num nowrap">{time(r.created_at)}</span></Go> },
              { key: 'kind', title: t('source'), cell: (r) => name('feed.short', r.kind) },
              { key: 'name', title: t('file'), cell: (r) => r.name },
              { key: 'state', title: t('state'), cell: (r) => <ImportStateTag state={r.state} /> },
              { key: 'records', title: t('records'), className: 'right', cell: (r) => <span className="num">{n(r.records)}</span> },
              { key: 'changed', title: t('import.changed'), className: 'right hide-small', cell: (r) => <span className="num">{n(r.changed)}</span> },
              { key: 'rejected', title: t('import.rejected'), className: 'right', cell: (r) => <span className="num">{n(r.rejected)}</span> },
              { key: 'findings', title: t('import.findings'), className: 'right hide-small', cell: (r) => <span className="num">{n(r.findings)}</span> },
              { key: 'by', title: t('by'), className: 'hide-small nowrap', cell: (r) => r.by },
            ]}
            empty={<Empty title={t('imports.empty')}><p>{t('imports.empty.text')}</p></Empty>}
          />
        </Card>
      </div>
    </Page>
  );
}

/** The kinds of vulnerability data that can be imported. */
const kinds = ['osv', 'cve', 'nvd', 'csaf', 'jvn', 'kev'] as const;

export function ImportStateTag({ state }: { state: string }) {
  const { name } = useI18n();
  return <Tag tone={state === 'failed' ? 'strong' : state === 'running' || state === 'queued' ? 'brand' : undefined}>{name('import', state)}</Tag>;
}

function Upload() {
  const { t, name } = useI18n();
  const go = useGo();
  const refresh = useRefresh();
  const [kind, setKind] = useState('');
  const start = useMutation({
    mutationFn: (v: { kind: string; file: File }) => http.post<ImportRun>('/imports', v.file, v.kind ? { kind: v.kind, name: v.file.name } : { name: v.file.name }),
    onSuccess: async (run) => { await refresh(); go(`/sources/imports/${run.id}`); },
  });
  return (
    <Card title={t('imports.new')}>
      <div className="stack" style={{ gap: 12 }}>
        <NativeSelect label={t('imports.kind')} value={kind} onChange={(e) => setKind(e.currentTarget.value)} data={[{ value: '', label: t('imports.kind.auto') }, ...kinds.map((k) => ({ value: k, label: name('feed', k) }))]} />
        <FileDrop label={t('imports.drop')} hint={t('imports.formats')} busy={start.isPending} busyText={t('imports.sending')} accept=".json,.zip,.gz,.jsonl,.tgz,.xml,.rdf,.rss" onFile={(file) => start.mutate({ kind, file })} />
        {start.isError && <ErrorBox error={start.error} />}
      </div>
    </Card>
  );
}
