import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { address, http } from '../api/client';
import type { ComponentChange, Sbom, SbomChanges } from '../api/types';
import { useI18n } from '../i18n';
import { arr, Card, ErrorBox, Loading, Tag } from '../ui/kit';

/** Every SBOM a release had, newest first, and what each changed. */
export function SbomHistory({ sboms, inUse }: { sboms: Sbom[]; inUse: string }) {
  const { t, time } = useI18n();
  return (
    <Card title={t('sboms.history')}>
      <ul className="plain">
        {sboms.map((s, i) => (
          <li key={s.id}>
            <a href={address(`/sboms/${s.id}/file`)} download={s.file_name}>{s.file_name}</a> {s.id === inUse && <Tag tone="brand">{t('sboms.inUse')}</Tag>}
            <div className="sub small">{time(s.uploaded_at)}　{s.uploaded_by}　{t('components.n', { n: s.components })}</div>
            {sboms[i + 1] ? <Changes before={sboms[i + 1]?.id ?? ''} after={s.id} /> : <span className="sub small">{t('sboms.first')}</span>}
          </li>
        ))}
      </ul>
    </Card>
  );
}

function Changes({ before, after }: { before: string; after: string }) {
  const { t } = useI18n();
  const [open, setOpen] = useState(false);
  const query = useQuery({ queryKey: ['/sboms', after, 'changes', before], queryFn: () => http.get<SbomChanges>(`/sboms/${after}/changes`, { since: before }), enabled: open });
  const data = query.data;
  return (
    <details onToggle={(e) => setOpen(e.currentTarget.open)}>
      <summary className="small">{t('sboms.changes')}</summary>
      {open && query.isPending && <Loading rows={2} />}
      {query.isError && <ErrorBox error={query.error} retry={() => void query.refetch()} />}
      {data && (
        <div className="stack" style={{ gap: 8, paddingTop: 6 }}>
          {data.totals.added + data.totals.removed + data.totals.changed === 0 && <p className="small">{t('sboms.noChange')}</p>}
          <Part title={t('sboms.changed')} total={data.totals.changed} items={arr(data.changed)} />
          <Part title={t('sboms.added')} total={data.totals.added} items={arr(data.added)} />
          <Part title={t('sboms.removed')} total={data.totals.removed} items={arr(data.removed)} />
          <p className="sub small num">{t('sboms.same', { n: data.totals.same })}</p>
        </div>
      )}
    </details>
  );
}

const shown = 50;

function Part({ title, total, items }: { title: string; total: number; items: ComponentChange[] }) {
  const { t, n } = useI18n();
  const [all, setAll] = useState(false);
  if (total === 0) return null;
  const some = all ? items : items.slice(0, shown);
  return (
    <div>
      <h4 className="small">{title} <span className="num">{n(total)}</span></h4>
      <ul className="plain small changelist">
        {some.map((c) => <li key={`${c.group}/${c.name}/${c.purl}`}>{c.group && <span className="sub">{c.group} / </span>}{c.name} <span className="num">{versions(c)}</span></li>)}
      </ul>
      {total > some.length && (all || items.length <= shown ? <p className="sub small">{t('sboms.more', { n: total - some.length })}</p> : <button type="button" className="linklike small" onClick={() => setAll(true)}>{t('sboms.more', { n: total - some.length })}</button>)}
    </div>
  );
}

function versions(c: ComponentChange): string {
  const [before, after] = [arr(c.before).join(', '), arr(c.after).join(', ')];
  return before && after ? `${before} → ${after}` : before || after;
}
