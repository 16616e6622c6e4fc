import { Button, Loader } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { address, http } from '../api/client';
import type { ImportProgress, ImportRun } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { Go, GoButton, useId } from '../ui/go';
import { arr, Card, Defs, ErrorBox, PageLoading } from '../ui/kit';
import { Page } from '../ui/Page';
import { ImportStateTag } from './SourceList';
import { Scroll } from '../ui/Scroll';

type Answer = { run: ImportRun; progress: Omit<ImportProgress, 'state' | 'findings' | 'error'> };

/** One import, live while it runs; the page can be left and opened again. */
export function ImportPage() {
  const id = useId();
  const { t, n, name, time } = useI18n();
  const can = useCan();
  const refresh = useRefresh();
  const query = useQuery({ queryKey: ['/imports', id], queryFn: () => http.get<Answer>(`/imports/${id}`) });
  const [live, setLive] = useState<ImportProgress | null>(null);
  const running = query.data ? query.data.run.state === 'queued' || query.data.run.state === 'running' : false;
  useEffect(() => {
    if (!running) return;
    const events = new EventSource(address(`/imports/${id}/events`));
    const read = (e: Event) => setLive(JSON.parse((e as MessageEvent<string>).data) as ImportProgress);
    const end = (e: Event) => { read(e); events.close(); void refresh(); };
    events.addEventListener('progress', read);
    for (const state of ['done', 'failed', 'cancelled']) events.addEventListener(state, end);
    return () => events.close();
    // A new connection for each run only; refresh is the same function in effect.
  }, [id, running]);
  const cancel = useMutation({ mutationFn: () => http.post<ImportRun>(`/imports/${id}/cancel`), onSuccess: () => void query.refetch() });
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <Page title={t('imports')}><ErrorBox error={query.error} retry={() => void query.refetch()} /></Page>;
  const { run, progress } = query.data;
  const state = live && running ? live.state : run.state;
  const at = live ?? { ...progress, state, findings: run.findings };
  const problems = arr(run.problems);
  return (
    <Page title={run.name} crumbs={[<Go key="l" to="/sources">{t('sources.nav')}</Go>]} ledger={{ kind: 'import', id: run.id }} sub={<>{name('feed', run.kind)}　<ImportStateTag state={state} /></>} actions={!running && <GoButton to="/findings?state=open" variant="default">{t('findings.see')}</GoButton>}>
      <div className="stack">
        {running && (
          <Card title={t('import.progress')}>
            <p className="num" style={{ margin: '8px 0', display: 'flex', gap: 10, alignItems: 'center' }} aria-live="polite"><Loader size="xs" aria-hidden />{name('phase', at.phase || 'queued')}　{at.phase === 'fetching' ? t('import.fetched', { n: Math.round(at.bytes / 1e5) / 10 }) : t('import.read', { n: at.records })}</p>
            <p className="sub small">{t('import.leave')}</p>
            {can('feeds.import') && <Button mt={10} variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>{t('import.cancel')}</Button>}
            {cancel.isError && <ErrorBox error={cancel.error} />}
          </Card>
        )}
        {run.unchanged && <div className="notice"><p>{t('import.unchanged.text')}</p></div>}
        {run.suspicion && <div className="notice error" role="alert"><b>{t('import.suspicion.title', { what: name('import.suspicion', run.suspicion) })}</b><p>{t('import.suspicion.text', { n: run.records, before: run.before })} <Go to={`/sources#source-${run.kind}`}>{t('doubts.see')}</Go></p></div>}
        {run.state === 'failed' && <div className="notice error" role="alert"><b>{t('import.failed.title')}</b><p className="pre">{run.error}</p><p className="sub">{run.feed_id ? <Go to={`/sources#source-${run.kind}`}>{t('doubts.see')}</Go> : t('import.failed.text')}</p></div>}
        {run.state === 'cancelled' && <div className="notice"><b>{t('import.cancelled.title')}</b><p>{t('import.cancelled.text')}</p></div>}
        <div className="cols two">
          <Card title={t('import.result')}>
            <div className="figures">
              <div><b>{n(run.records)}</b><span>{t('records')}</span></div><div><b>{n(run.changed)}</b><span>{t('import.changed')}</span></div>
              <div><b>{n(run.rejected)}</b><span>{t('import.rejected')}</span></div><div><b>{n(run.findings)}</b><span>{t('import.findings')}</span></div>
              {run.older > 0 && <div><b>{n(run.older)}</b><span>{t('import.older')}</span></div>}{run.gone > 0 && <div><b>{n(run.gone)}</b><span>{t('import.gone')}</span></div>}{run.back > 0 && <div><b>{n(run.back)}</b><span>{t('import.back')}</span></div>}
            </div>
            {run.older > 0 && <p className="sub" style={{ marginTop: 8 }}>{t('import.older.text', { n: run.older })}</p>}
          </Card>
          <Card title={t(run.feed_id ? 'feeds.one' : 'file')}><Defs rows={[[t(run.feed_id ? 'feeds.one' : 'file'), run.feed_id ? <Go key="f" to={`/sources?feed=${run.feed_id}`}>{run.name}</Go> : run.name], [t('import.asOf'), time(run.as_of_at)], [t('size'), t('bytes', { n: run.bytes })], ['SHA-256', <code key="s">{run.sha256}</code>], [t('started'), `${time(run.created_at)}　${run.by}`], [t('finished'), time(run.finished_at)]]} /></Card>
        </div>
        {problems.length > 0 && (
          <Card title={t('import.problems', { n: run.rejected })}>
            <p className="sub" style={{ marginBottom: 8 }}>{t('import.problems.text')}</p>
            <Scroll><table className="list"><thead><tr><th scope="col">{t('where')}</th><th scope="col">{t('why')}</th></tr></thead><tbody>{problems.map((p, i) => <tr key={i}><td><code>{p.where}</code></td><td>{p.message}</td></tr>)}</tbody></table></Scroll>
          </Card>
        )}
      </div>
    </Page>
  );
}
