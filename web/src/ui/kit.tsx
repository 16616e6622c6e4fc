import { Button, Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import { useI18n } from '../i18n';

/** Arrays of the API can be null when they are empty. */
export function arr<T>(items: T[] | null | undefined): T[] {
  return items ?? [];
}

export function Card({ title, aside, id, className = '', children }: { title?: ReactNode; aside?: ReactNode; id?: string; className?: string; children: ReactNode }) {
  return (
    <section className={`card ${className}`} id={id}>
      {title !== undefined && (aside ? <div className="cardhead"><h2>{title}</h2><div>{aside}</div></div> : <h2>{title}</h2>)}
      {children}
    </section>
  );
}

/** What the reader sees while a list or page is on its way: its shape. */
export function Loading({ rows = 5 }: { rows?: number }) {
  const { t } = useI18n();
  return (
    <div aria-busy="true" aria-live="polite">
      <span className="visually-hidden">{t('loading')}</span>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} style={{ display: 'flex', gap: 16, padding: '11px 0' }}>
          <Skeleton height={14} width="12%" /><Skeleton height={14} width={`${50 - (i % 3) * 9}%`} /><Skeleton height={14} width="16%" />
        </div>
      ))}
    </div>
  );
}

export function PageLoading() {
  return (
    <div className="stack">
      <div><Skeleton height={22} width={280} mb={10} /><Skeleton height={13} width={420} /></div>
      <div className="card"><Loading /></div>
    </div>
  );
}

/** What to tell the user about an error: what, and how to mend it. */
export function useErrorText(): (error: unknown) => { title: string; text: string } {
  const { t } = useI18n();
  return (error) => {
    if (!(error instanceof ApiError)) return { title: t('error.page'), text: String(error) };
    if (error.status === 0) return { title: t('error.network'), text: t('error.network.mend') };
    if (error.status === 401) return { title: t('error.signedOut'), text: t('error.signedOut.mend') };
    if (error.status === 403) return { title: t('error.forbidden'), text: `${error.message}\n${t('error.forbidden.mend')}` };
    if (error.status === 404) return { title: t('error.notFound'), text: t('error.notFound.mend') };
    if (error.status === 409) return { title: t('error.conflict'), text: `${error.message}\n${t('error.conflict.mend')}` };
    if (error.status === 413) return { title: t('error.tooLarge'), text: error.message };
    if (error.status === 429) return { title: t('error.throttled'), text: t('error.throttled.mend') };
    if (error.status >= 500) return { title: t('error.server'), text: t('error.server.mend') };
    return { title: t('error.refused'), text: error.message };
  };
}

export function ErrorBox({ error, retry, children }: { error: unknown; retry?: () => void; children?: ReactNode }) {
  const { t } = useI18n();
  const text = useErrorText()(error);
  const fields = error instanceof ApiError ? error.fields : [];
  return (
    <div className="notice error" role="alert">
      <b>{text.title}</b>
      <p className="pre">{text.text}</p>
      {fields.length > 0 && <ul style={{ margin: '4px 0 0', paddingLeft: 18 }}>{fields.map((f, i) => <li key={i}>{f.message}</li>)}</ul>}
      {children}
      {retry && <Button variant="default" mt={8} onClick={retry}>{t('retry')}</Button>}
    </div>
  );
}

export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return <div className="empty"><h3>{title}</h3>{children}</div>;
}

export function Tag({ tone, children }: { tone?: 'open' | 'strong' | 'brand'; children: ReactNode }) {
  return <span className={`tag ${tone ?? ''}`}>{children}</span>;
}

/** Violet says "not known yet" and nothing else. */
export function NotKnown() {
  const { t } = useI18n();
  return <Tag tone="open">{t('unknown')}</Tag>;
}

/** Terms and their values; an empty value says that it is not recorded. */
export function Defs({ rows }: { rows: [ReactNode, ReactNode][] }) {
  const { t } = useI18n();
  return (
    <dl className="defs">
      {rows.map(([term, value], i) => (
        <div key={i} style={{ display: 'contents' }}><dt>{term}</dt><dd>{value === '' || value === null || value === undefined ? <span className="sub">{t('notRecorded')}</span> : value}</dd></div>
      ))}
    </dl>
  );
}

export function DayText({ day }: { day: string }) {
  const i18n = useI18n();
  return <span className="num nowrap">{i18n.day(day) || '—'}</span>;
}

export function Severity({ value, kev, bare = false }: { value: string; kev: boolean; /** Under a heading that already says what it is. */ bare?: boolean }) {
  const { t, name } = useI18n();
  const strong = value === 'critical' || value === 'high';
  return (
    <span className="tags">
      {value ? <Tag tone={strong ? 'strong' : undefined}>{bare ? name('severity', value) : t('severity.of', { severity: name('severity', value) })}</Tag> : <Tag tone="open">{t(bare ? 'unknown' : 'severity.missing')}</Tag>}
      {kev && <Tag tone="strong">{t('kev.mark')}</Tag>}
    </span>
  );
}

export function StatusTag({ status }: { status: string }) {
  const { name } = useI18n();
  return <Tag tone={status === 'under_investigation' || status === '' ? 'open' : status === 'affected' ? 'strong' : undefined}>{name('status', status || 'under_investigation')}</Tag>;
}
