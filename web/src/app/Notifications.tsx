import { Button, Drawer } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { http } from '../api/client';
import type { NotificationList } from '../api/types';
import { useI18n } from '../i18n';
import { hasTime } from '../lib/dates';
import { DaysLeft, DueWords, matter, obligationPage, useObligationName } from '../pages/worklist';
import { Go } from '../ui/go';
import { MailText } from '../ui/MailText';
import { arr, Empty, ErrorBox, Loading, Tag } from '../ui/kit';
import { StateWord } from '../ui/SourceState';

/** What presses, as it was told to this person: what is due, by when, and where to go. */
export default function Notifications({ onClose }: { onClose: () => void }) {
  const { t, name, join, time } = useI18n();
  const client = useQueryClient();
  const called = useObligationName();
  const list = useQuery({ queryKey: ['/notifications'], queryFn: () => http.get<NotificationList>('/notifications', { limit: 100 }) });
  const read = useMutation({
    mutationFn: (ids: string[]) => http.post<unknown>('/notifications/read', { ids }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['/notifications'] }),
  });
  const items = arr(list.data?.items);
  const sources = arr(list.data?.sources);
  const unread = [...items, ...sources].filter((n) => !hasTime(n.read_at));
  return (
    <Drawer opened onClose={onClose} title={<b>{t('notifications')}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      {list.isPending ? <Loading rows={4} /> : list.isError ? <ErrorBox error={list.error} retry={() => void list.refetch()} /> : items.length + sources.length === 0 ? <Empty title={t('notifications.none')}><p>{t('notifications.none.text')}</p></Empty> : (
        <>
          {unread.length > 0 && <Button variant="default" mb={8} loading={read.isPending} onClick={() => read.mutate([])}>{t('notifications.readAll')}</Button>}
          {read.isError && <ErrorBox error={read.error} />}
          <ul className="notes">
            {sources.map((n) => {
              const fresh = !hasTime(n.read_at);
              return (
                <li key={n.id} data-fresh={fresh || undefined}>
                  <div><StateWord state={n.after} /> <b>{t('source.notice', { source: name('feed.short', n.source) })}</b> {fresh && <Tag tone="brand">{t('notifications.fresh')}</Tag>}</div>
                  {arr(n.reasons).length > 0 && <div className="small" style={{ overflowWrap: 'anywhere' }}>{join(arr(n.reasons))}</div>}
                  <div onClick={() => { if (fresh) read.mutate([n.id]); onClose(); }}><Go to={`/sources#source-${n.source}`}>{t('doubts.see')}</Go></div>
                  <div className="sub small num">{time(n.created_at)}{hasTime(n.mailed_at) && `${t('sep')}${t('notifications.mailed')}`}{fresh && <>{t('gap')}<button type="button" className="plain" onClick={() => read.mutate([n.id])}>{t('notifications.read')}</button></>}</div>
                </li>
              );
            })}
            {items.map((n) => {
              const o = n.obligation;
              const fresh = !hasTime(n.read_at);
              return (
                <li key={n.id} data-fresh={fresh || undefined}>
                  <div>{o.state === 'open' && <DaysLeft days={o.days_left} urgency={o.urgency} />} <b>{called(o)}</b> {fresh && <Tag tone="brand">{t('notifications.fresh')}</Tag>}{o.state === 'met' && <Tag>{t('notifications.done')}</Tag>}</div>
                  <div onClick={() => { if (fresh) read.mutate([n.id]); onClose(); }}><Go to={obligationPage(o)}>{matter(o) || o.brand_name}</Go></div>
                  <div className="small">{t('statutory_day')}{t('colon')}<DueWords o={o} /></div>
                  <div className="sub small num">{time(n.created_at)}{hasTime(n.mailed_at) && `${t('sep')}${t('notifications.mailed')}`}{fresh && <>{t('gap')}<button type="button" className="plain" onClick={() => read.mutate([n.id])}>{t('notifications.read')}</button></>}</div>
                </li>
              );
            })}
          </ul>
        </>
      )}
      {list.data?.mail && <div style={{ marginTop: 14 }}><MailText mail={list.data.mail} /></div>}
    </Drawer>
  );
}
