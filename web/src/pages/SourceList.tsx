import { Button, NativeSelect, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { http } from '../api/client';
import type { ImportRun } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { DataTable } from '../ui/DataTable';
import { useSources } from '../ui/Doubts';
import { FileDrop } from '../ui/FileDrop';
import { Go, useGo } from '../ui/go';
import { arr, Card, Empty, ErrorBox, Loading, Tag } from '../ui/kit';
import { Page } from '../ui/Page';
import { FeedDialog } from './FeedDialog';
import { byNeed, SourceCard } from './SourceCards';

/** The sources: whether they can be relied on, where they are fetched from, what to do, and what every run changed. */
export function Sources() {
  const { t, n, name, time } = useI18n();
  const can = useCan();
  const sources = useSources();
  const [adding, setAdding] = useState(false);
  const feed = (useSearch({ strict: false }) as { feed?: string }).feed ?? '';
  const items = arr(sources.data?.items);
  const feedName = items.flatMap((s) => arr(s.feeds)).find((f) => f.id === feed)?.name ?? '';
  return (
    <Page doubts title={t('sources.nav')} sub={t('sources.sub')} actions={can('settings.manage') && <Button onClick={() => setAdding(true)}>{t('feed.add')}</Button>}>
      <div className="stack">
        <div className="cols side">
          <div className="stack">
            {sources.isPending ? <Card><Loading rows={6} /></Card> : sources.isError ? <ErrorBox error={sources.error} retry={() => void sources.refetch()} /> : items.toSorted(byNeed).map((s) => <SourceCard key={s.name} source={s} />)}
          </div>
          {can('feeds.import') && <Upload />}
        </div>
        <Card title={t('imports')} id="history">
          {feedName && <p className="sub" style={{ marginBottom: 8 }}>{t('imports.ofFeed', { name: feedName })} <Go to="/sources">{t('imports.all')}</Go></p>}
          <DataTable
            key={feed} path="/imports" inPage fixed={feed ? { feed } : undefined} rowKey={(r: ImportRun) => r.id} to={(r) => `/sources/imports/${r.id}`}
            filters={[
              { name: 'kind', label: t('source'), options: kinds.map((k) => ({ value: k, label: name('feed.short', k) })) },
              { name: 'state', label: t('state'), options: ['queued', 'running', 'done', 'failed', 'cancelled'].map((s) => ({ value: s, label: name('import', s) })) },
            ]}
            columns={[
              { key: 'at', title: t('started'), cell: (r) => <Go to={`/sources/imports/${r.id}`}><span className="num nowrap">{time(r.created_at)}</span></Go> },
              { key: 'kind', title: t('source'), cell: (r) => name('feed.short', r.kind) },
              { key: 'name', title: t('imports.from'), cell: (r) => <>{r.name}{r.feed_id && <span className="sub small">{t('gap')}{t('feeds.one')}</span>}</> },
              { key: 'state', title: t('state'), cell: (r) => <RunState run={r} /> },
              { key: 'records', title: t('records'), className: 'right', cell: (r) => <span className="num">{r.unchanged ? '—' : n(r.records)}</span> },
              { key: 'changed', title: t('import.changed'), className: 'right', cell: (r) => <span className="num">{r.unchanged ? '—' : n(r.changed)}</span> },
              { key: 'older', title: t('import.older'), className: 'right hide-small', cell: (r) => <span className="num">{r.older > 0 ? n(r.older) : '—'}</span> },
              { key: 'gone', title: t('import.gone'), className: 'right hide-small', cell: (r) => <span className="num">{r.gone > 0 ? n(r.gone) : '—'}</span> },
              { key: 'rejected', title: t('import.rejected'), className: 'right', cell: (r) => <span className="num">{r.rejected > 0 ? n(r.rejected) : '—'}</span> },
              { key: 'findings', title: t('import.findings'), className: 'right hide-small', cell: (r) => <span className="num">{r.findings > 0 ? n(r.findings) : '—'}</span> },
            ]}
            empty={<Empty title={t('imports.empty')}><p>{t('imports.empty.text')}</p></Empty>}
          />
        </Card>
      </div>
      {adding && <FeedDialog onClose={() => setAdding(false)} />}
    </Page>
  );
}

/** The kinds of vulnerability data that can be imported. */
const kinds = ['osv', 'cve', 'nvd', 'csaf', 'jvn', 'kev', 'vex', 'epss', 'eol'] as const;

export function ImportStateTag({ state }: { state: string }) {
  const { name } = useI18n();
  return <Tag tone={state === 'failed' ? 'strong' : state === 'running' || state === 'queued' ? 'brand' : undefined}>{name('import', state)}</Tag>;
}

/** How a run ended: also that there was nothing new, or that it must not be taken for good news. */
function RunState({ run }: { run: ImportRun }) {
  const { t, name } = useI18n();
  if (run.suspicion) return <Tag tone="strong">{t('import.suspicion.title', { what: name('import.suspicion', run.suspicion) })}</Tag>;
  return run.unchanged ? <Tag>{t('import.unchanged')}</Tag> : <ImportStateTag state={run.state} />;
}

/** Takes files, several at once; one that is refused does not keep the others back. */
function Upload() {
  const { t, name } = useI18n();
  const go = useGo();
  const refresh = useRefresh();
  const [kind, setKind] = useState('');
  const [trust, setTrust] = useState('');
  const bundles = kind === 'bundle';
  const [failed, setFailed] = useState<{ file: string; error: unknown }[]>([]);
  const start = useMutation({
    mutationFn: async (files: File[]) => {
      const runs: ImportRun[] = [];
      const errors: { file: string; error: unknown }[] = [];
      for (const file of files) {
        try {
          if (bundles) runs.push(...arr((await http.post<{ items: ImportRun[] }>('/imports/bundle', file, { name: file.name, trust })).items));
          else runs.push(await http.post<ImportRun>('/imports', file, kind ? { kind, name: file.name } : { name: file.name }));
        } catch (error) {
          errors.push({ file: file.name, error });
        }
      }
      setFailed(errors);
      return runs;
    },
    onSuccess: async (runs, files) => {
      await refresh();
      const only = runs[0];
      if (files.length === 1 && runs.length === 1 && only) go(`/sources/imports/${only.id}`);
    },
  });
  return (
    <Card title={t('imports.new')}>
      <div className="stack" style={{ gap: 12 }}>
        <NativeSelect label={t('imports.kind')} value={kind} onChange={(e) => setKind(e.currentTarget.value)} data={[{ value: '', label: t('imports.kind.auto') }, ...kinds.map((k) => ({ value: k, label: name('feed', k) })), { value: 'bundle', label: t('imports.bundle') }]} />
        {bundles && <Textarea label={t('imports.trust')} description={t('imports.trust.text')} autosize minRows={1} maxRows={4} required value={trust} onChange={(e) => setTrust(e.currentTarget.value)} />}
        <FileDrop label={t('imports.drop')} hint={t('imports.formats')} busy={start.isPending} busyText={t('imports.sending')} accept=".json,.zip,.gz,.jsonl,.tgz,.xml,.rdf,.rss,.csv" onFiles={(files) => start.mutate(files)} />
        {start.data && start.data.length > 1 && <p className="notice" role="status">{t('import.sent', { n: start.data.length })}</p>}
        {failed.map(({ file, error }) => <div key={file}><b>{file}</b><ErrorBox error={error} /></div>)}
      </div>
    </Card>
  );
}
