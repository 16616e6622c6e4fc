import { Button, Drawer } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { LedgerEntry, List } from '../api/types';
import { useI18n } from '../i18n';
import { EntryDiff } from './Diff';
import { useSubjectName } from './subject';
import { arr, ErrorBox, Loading } from './kit';

/** What a page can say about an entry beyond its action. */
export type Detail = (e: LedgerEntry) => string;

/** The audit trail of one record: who did what, when, before and after, why. */
export default function LedgerDrawer({ kind, id, name, detail, onClose }: { kind: string; id: string; name: string; detail?: Detail; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Drawer opened onClose={onClose} size="lg" title={<b>{t('ledger.of', { name })}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <Trail kind={kind} id={id} detail={detail} />
    </Drawer>
  );
}

/** The entries about a record, newest first; each opens to show what changed. */
export function Trail({ kind, id, detail, brief = false }: { kind: string; id: string; detail?: Detail; brief?: boolean }) {
  const { t, time, name } = useI18n();
  const subject = useSubjectName();
  const [open, setOpen] = useState<number | null>(null);
  const pages = useInfiniteQuery({
    queryKey: ['/ledger', 'trail', kind, id],
    queryFn: ({ pageParam }) => http.get<List<LedgerEntry>>('/ledger', { subject_kind: kind, subject_id: id, cursor: pageParam, limit: brief ? 100 : 200 }),
    initialPageParam: '', getNextPageParam: (last) => last.next || undefined,
  });
  if (pages.isPending) return <Loading rows={4} />;
  if (pages.isError) return <ErrorBox error={pages.error} retry={() => void pages.refetch()} />;
  const entries = groups(pages.data.pages.flatMap((p) => arr(p.items))).slice(0, brief ? 14 : undefined);
  if (entries.length === 0) return <p className="sub">{t('ledger.none')}</p>;
  return (
    <>
      <ol className="timeline">
        {entries.map(({ entry: e, first, count }) => (
          <li key={e.seq}>
            <div className="small sub num">{time(e.at)}　{e.actor.name}</div>
            <div>
              {name('action', e.action)}{count > 1 && <span className="sub">{t('ledger.times', { n: count })}</span>}{e.subject.name && e.subject.id !== id && !detail?.(e) && <span className="sub">　{subject(e)}</span>}
              {detail?.(e) && <div className="small">{detail(e)}</div>}
            </div>
            {e.reason && <div className="small pre">{t('ledger.reason')}{t('colon')}{e.reason}</div>}
            {!brief && (e.before !== undefined || e.after !== undefined) && (
              <>
                <button type="button" className="plain small" aria-expanded={open === e.seq} onClick={() => setOpen(open === e.seq ? null : e.seq)}>{open === e.seq ? t('ledger.hide') : t('ledger.show')}</button>
                {open === e.seq && <EntryDiff entry={e} before={first.before} />}
              </>
            )}
          </li>
        ))}
      </ol>
      {!brief && pages.hasNextPage && <Button mt={12} variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>{t('more')}</Button>}
    </>
  );
}

type Group = { entry: LedgerEntry; /** The oldest of the group. */ first: LedgerEntry; count: number };

/** Joins what one person stored again and again while writing: one line from the first state to the last. */
function groups(entries: LedgerEntry[]): Group[] {
  const out: Group[] = [];
  for (const e of entries) {
    const last = out.at(-1);
    if (last && e.action === 'report.edited' && last.entry.action === e.action && last.entry.actor.id === e.actor.id && last.entry.subject.id === e.subject.id) {
      last.first = e;
      last.count++;
    } else out.push({ entry: e, first: e, count: 1 });
  }
  return out;
}
