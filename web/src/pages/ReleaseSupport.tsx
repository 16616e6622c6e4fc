import { useQuery } from '@tanstack/react-query';
import { Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import { http } from '../api/client';
import type { ReleaseSupport } from '../api/types';
import { useI18n } from '../i18n';
import { arr, Card, Tag } from '../ui/kit';

type Element = NonNullable<ReleaseSupport['components']>[number];

/** How long a component is supported, in words. */
function useSupportText(): (e: Element) => string {
  const { t, day } = useI18n();
  return (e) => {
    if (e.ended) return e.ends_on ? t('support.ended', { day: day(e.ends_on) }) : t('support.ended.noDay');
    return e.ends_on ? t('support.ends', { day: day(e.ends_on) }) : t('support.goesOn');
  };
}

/** The support of the components of a release, asked for once: by component, the one that ends first. Of a component that is not in it nothing is known. */
export function useSupport(release: string): ReadonlyMap<string, Element> {
  const query = useQuery(supportOf(release));
  return useMemo(() => new Map(arr(query.data?.components).toReversed().map((e) => [e.component_id, e])), [query.data]);
}

const supportOf = (release: string) => ({ queryKey: ['/releases', release, 'support'], queryFn: () => http.get<ReleaseSupport>(`/releases/${release}/support`) });

/** Whether the support of a component has ended, or when it ends, in a row. */
export function SupportMark({ element }: { element: Element | undefined }) {
  const { t, day } = useI18n();
  const text = useSupportText();
  if (!element) return <span className="sub">—</span>;
  const short = element.ended ? t('support.mark.ended') : element.ends_on ? t('support.mark.ends', { day: day(element.ends_on) }) : t('support.mark.goesOn');
  return <span title={`${text(element)} ${t('support.line', { product: element.product, line: element.line })}`}>{element.ended ? <Tag tone="strong">{short}</Tag> : <span className="small num nowrap">{short}</span>}</span>;
}

const shown = 5;

/** Components of a release whose support ended or ends; nothing is shown while no end of life is known of any. */
export function ReleaseSupportCard({ release }: { release: string }) {
  const { t, day, time } = useI18n();
  const text = useSupportText();
  const [all, setAll] = useState(false);
  const query = useQuery(supportOf(release));
  const found = arr(query.data?.components);
  if (found.length === 0) return null;
  const visible = all ? found : found.slice(0, shown);
  return (
    <Card title={t('support.title')}>
      <p>{query.data!.ended > 0 ? <b>{t('support.ended.n', { n: query.data!.ended })}</b> : t('support.ended.none')}</p>
      <p className="sub small" style={{ marginBottom: 8 }}>{t('support.text')}</p>
      <table className="list"><tbody>{visible.map((e) => (
        <tr key={`${e.component_id} ${e.product}`}>
          <td>{e.name} <span className="num">{e.version}</span><div className="sub small" title={t('support.source', { source: e.source, at: time(e.imported_at) })}>{t('support.line', { product: e.product, line: e.line })}</div></td>
          <td><Tag tone={e.ended ? 'strong' : undefined}>{text(e)}</Tag>{e.ended && e.extended && <div className="small">{e.extended_to ? t('support.extended', { day: day(e.extended_to) }) : t('support.extended.noDay')}</div>}</td>
        </tr>
      ))}</tbody></table>
      {visible.length < found.length && <Button variant="subtle" onClick={() => setAll(true)}>{t('support.more', { n: found.length - visible.length })}</Button>}
    </Card>
  );
}
