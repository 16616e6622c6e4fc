import { Button } from '@mantine/core';
import { lazy, Suspense, useEffect, useState, type ReactNode } from 'react';
import type { LedgerEntry } from '../api/types';
import { useCan } from '../app/session';
import { useI18n } from '../i18n';
import { Doubts } from './Doubts';

const LedgerDrawer = lazy(() => import('./LedgerDrawer'));

type Props = {
  title: string;
  crumbs?: ReactNode[];
  sub?: ReactNode;
  actions?: ReactNode;
  /** The record whose audit trail the button shows. */
  ledger?: { kind: string; id: string; detail?: (e: LedgerEntry) => string };
  /** What the page does not show may be missing: it says so while a source cannot be relied on. */
  doubts?: boolean;
  children: ReactNode;
};

/** One page: heading, what stands above and below it, its buttons, and the way to its audit trail. */
export function Page({ title, crumbs, sub, actions, ledger, doubts, children }: Props) {
  const { t } = useI18n();
  const can = useCan();
  const [open, setOpen] = useState(false);
  useEffect(() => { document.title = `${title} – ${t('app.name')}`; }, [title, t]);
  return (
    <>
      <div className="pagehead">
        <div>
          {crumbs && <div className="crumbs">{crumbs.map((c, i) => <span key={i}>{c}</span>)}</div>}
          <h1>{title}</h1>
          {sub && <div className="sub">{sub}</div>}
        </div>
        {(actions || ledger) && (
          <div className="actions">
            {actions}
            {ledger && can('ledger.read') && <Button variant="default" onClick={() => setOpen(true)}>{t('ledger')}</Button>}
          </div>
        )}
      </div>
      {doubts && <Doubts />}
      {children}
      {ledger && open && <Suspense fallback={null}><LedgerDrawer kind={ledger.kind} id={ledger.id} detail={ledger.detail} name={title} onClose={() => setOpen(false)} /></Suspense>}
    </>
  );
}
