import { Button } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { components } from '../api/schema';
import { useI18n } from '../i18n';
import { Go } from '../ui/go';

export type UnmatchedView = components['schemas']['UnmatchedView'];
export type UnmatchedItem = components['schemas']['UnmatchedItem'];
export type UnmatchedDetail = components['schemas']['UnmatchedDetail'];
export type AliasProposal = components['schemas']['AliasProposal'];
export type AliasEffect = components['schemas']['AliasEffect'];
export type ComponentAlias = components['schemas']['ComponentAlias'];
export type DecidedAlias = components['schemas']['DecidedAlias'];
export type ProductProposal = components['schemas']['ProductProposal'];
export type ProductName = components['schemas']['ProductName'];
export type ProductNameDetail = components['schemas']['ProductNameDetail'];
export type DecidedProductName = components['schemas']['DecidedProductName'];

/** The three pages that belong together. */
export function UnmatchedTabs({ here }: { here: '/unmatched' | '/unmatched/names' | '/unmatched/decisions' }) {
  const { t } = useI18n();
  const tabs = [['/unmatched', 'unmatched.nav'], ['/unmatched/names', 'named.nav'], ['/unmatched/decisions', 'unmatched.decided']] as const;
  return (
    <nav className="toolbar" aria-label={t('unmatched.nav')}>
      {tabs.map(([to, label]) => to === here ? <b key={to} aria-current="page">{t(label)}</b> : <Go key={to} to={to}>{t(label)}</Go>)}
    </nav>
  );
}

/** The last thing done, with the way back. */
export type Done = { text: ReactNode; undo?: () => void };

export function DoneBar({ done, busy, hint = '' }: { done: Done | null; busy: boolean; hint?: string }) {
  const { t } = useI18n();
  return (
    <div role="status" aria-live="polite" style={{ minHeight: hint || done ? 52 : 0, marginBottom: 8 }}>
      {!done && hint && <p className="sub small hide-small">{hint}</p>}
      {done && <div className="notice" style={{ display: 'flex', gap: 16, alignItems: 'center', justifyContent: 'space-between' }}><span>{done.text}</span>{done.undo && <Button variant="default" size="xs" loading={busy} onClick={done.undo}>{t('unmatched.undo')}（u）</Button>}</div>}
    </div>
  );
}

/** A text that the session keeps: the reason of the last decision serves for the next. */
export function useKeptText(name: string): [string, (text: string) => void] {
  const key = `kept:${name}`;
  const [text, setText] = useState(() => sessionStorage.getItem(key) ?? '');
  return [text, (value) => { setText(value); sessionStorage.setItem(key, value); }];
}

/** Keeps the row that the keyboard is on in sight. */
export function useInSight(current: string) {
  const ref = useRef<HTMLTableRowElement>(null);
  useEffect(() => { ref.current?.scrollIntoView({ block: 'nearest' }); }, [current]);
  return ref;
}

/** purl or CPE name, as people read it: without the eight stars. */
export function shortIdentity(identity: string): string {
  return identity.replace(/(:\*)+$/, '');
}
