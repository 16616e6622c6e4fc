import { Button, Menu, Modal, UnstyledButton, useMantineColorScheme } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { http } from '../api/client';
import type { NotificationList, Permission } from '../api/types';
import { useI18n, type Key, type Lang } from '../i18n';
import { formatDay } from '../lib/dates';
import { Choice } from '../ui/Choice';
import { Go } from '../ui/go';
import { ErrorBox } from '../ui/kit';
import { useKeys } from './keys';
import { useCan, useSession } from './session';

const Search = lazy(() => import('./Search'));
const Notifications = lazy(() => import('./Notifications'));

type Item = { to: string; label: Key; count?: string; needs?: Permission };
const sections: Item[][] = [
  [
    { to: '/', label: 'today', count: 'obligations' },
    { to: '/intakes', label: 'intake', count: 'intakes' },
    { to: '/cases', label: 'case.nav', count: 'cases' },
    { to: '/vulnerabilities', label: 'vulnerability.nav', count: 'findings' },
    { to: '/unmatched', label: 'unmatched.nav' },
    { to: '/products', label: 'products.nav' },
    { to: '/sites', label: 'sites.nav' },
  ],
  [{ to: '/reports', label: 'report.nav', count: 'reports' }],
  [
    { to: '/sources', label: 'sources.nav' },
    { to: '/ledger', label: 'ledger', needs: 'ledger.read' },
    { to: '/settings', label: 'settings' },
  ],
];

export function Shell() {
  const { t } = useI18n();
  const [searching, setSearching] = useState(false);
  const [help, setHelp] = useState(false);
  const [nav, setNav] = useState(false);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    setNav(false);
    // A new page starts at its beginning, for the keyboard and for screen readers too.
    if (shown.current !== pathname) document.getElementById('main')?.focus({ preventScroll: true });
    shown.current = pathname;
  }, [pathname]);
  useKeys({ '?': () => setHelp(true), '/': () => setSearching(true) });
  useEffect(() => {
    const listen = (e: KeyboardEvent) => {
      if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') { e.preventDefault(); setSearching(true); }
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  return (
    <>
      <a className="skip" href="#main">{t('skip')}</a>
      <div className="app">
        <Navigation open={nav} />
        <div>
          <Header onSearch={() => setSearching(true)} onHelp={() => setHelp(true)} onNav={() => setNav(!nav)} nav={nav} />
          <main className="main" id="main" tabIndex={-1} style={{ outline: 'none' }}><Outlet /></main>
        </div>
      </div>
      {searching && <Suspense fallback={null}><Search onClose={() => setSearching(false)} /></Suspense>}
      <Modal opened={help} onClose={() => setHelp(false)} title={<b>{t('help')}</b>} closeButtonProps={{ 'aria-label': t('close') }}><KeyList /></Modal>
    </>
  );
}

function Navigation({ open }: { open: boolean }) {
  const { t, n } = useI18n();
  const session = useSession();
  const can = useCan();
  const { pathname } = useLocation();
  const counts = useQuery({ queryKey: ['/counts'], queryFn: () => http.get<Record<string, number>>('/counts'), refetchInterval: 60_000, enabled: can('read') });
  const active = (to: string) => (to === '/' ? pathname === '/' : pathname.startsWith(to)) || (to === '/vulnerabilities' && pathname.startsWith('/findings')) || (to === '/products' && pathname.startsWith('/releases'))
    || (to === '/cases' && pathname.startsWith('/determinations')) || (to === '/settings' && (pathname.startsWith('/law') || pathname.startsWith('/readings')));
  return (
    <nav className="nav" aria-label={t('nav')} data-open={open || undefined}>
      <Link to="/" className="logo"><img src="/favicon.svg" width="30" height="30" alt="" /><span><b>{t('app.name')}</b><small>{t('app.sub')}</small></span></Link>
      {sections.map((items, i) => (
        <div key={i}>
          {i > 0 && <hr />}
          {items.filter((item) => !item.needs || can(item.needs)).map((item) => {
            const count = item.count ? counts.data?.[item.count] : undefined;
            return (
              <Link key={item.to} to={item.to as never} className={`item ${active(item.to) ? 'active' : ''}`} aria-current={active(item.to) ? 'page' : undefined}>
                {t(item.label)}{count ? <span className="n" title={t(`nav.count.${item.count}` as Key, { n: count })}><span aria-hidden="true">{n(count)}</span><span className="visually-hidden"> {t(`nav.count.${item.count}` as Key, { n: count })}</span></span> : null}
              </Link>
            );
          })}
        </div>
      ))}
      <div className="foot">{session.demo && <>{t('demo')}<br /></>}{t('zone')}<br />{t('version', { version: session.version })}</div>
    </nav>
  );
}

function Header({ onSearch, onHelp, onNav, nav }: { onSearch: () => void; onHelp: () => void; onNav: () => void; nav: boolean }) {
  const { t, lang, setLang, say } = useI18n();
  const session = useSession();
  const can = useCan();
  const client = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const holiday = session.today_name?.holiday ?? null;
  const signOut = async () => {
    await http.delete<void>('/session');
    client.clear();
    location.assign('/');
  };
  return (
    <header className="head">
      <Button className="only-narrow" variant="default" onClick={onNav} aria-expanded={nav}>{t('menu')}</Button>
      <button type="button" className="search" onClick={onSearch}><span>{t('search.all')}</span><kbd className="hide-narrow">Ctrl K</kbd></button>
      {session.demo && <span className="demo hide-medium">{t('demo')}</span>}
      <div className="end">
        {can('read') && <Bell />}
        <span className="sub nowrap hide-medium" title={say(holiday)}>{formatDay(session.today, lang, '', !!holiday)}</span>
        <span className="hide-medium"><Choice label={t('language')} hideLabel options={[{ value: 'ja', label: '日本語' }, { value: 'en', label: 'English' }]} value={lang} onChange={(v) => setLang(v as Lang)} /></span>
        <Menu position="bottom-end" width={230}>
          <Menu.Target><UnstyledButton className="who nowrap">{session.user?.name} <span aria-hidden="true" className="sub">▾</span></UnstyledButton></Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{t('theme')}</Menu.Label>
            {(['auto', 'light', 'dark'] as const).map((s) => <Menu.Item key={s} onClick={() => setColorScheme(s)} rightSection={colorScheme === s ? '✓' : undefined}>{t(`theme.${s}`)}</Menu.Item>)}
            <Menu.Divider />
            <Menu.Item onClick={() => setLang(lang === 'ja' ? 'en' : 'ja')}>{lang === 'ja' ? 'English' : '日本語'}</Menu.Item>
            <Menu.Item renderRoot={(p) => <Link {...p} to={'/settings' as never} />}>{t('settings.own')}</Menu.Item>
            <Menu.Item onClick={onHelp} rightSection={<kbd>?</kbd>}>{t('help')}</Menu.Item>
            <Menu.Item component="a" href="/api/docs">{t('apiDocs')}</Menu.Item>
            <Menu.Divider />
            <Menu.Item onClick={() => void signOut()}>{t('signOut')}</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </header>
  );
}

/** Opens what was told to this person; says how much of it is new. */
function Bell() {
  const { t, n } = useI18n();
  const [open, setOpen] = useState(false);
  const fresh = useQuery({ queryKey: ['/notifications', 'unread'], queryFn: () => http.get<NotificationList>('/notifications', { unread: 'yes', limit: 1 }), refetchInterval: 60_000 });
  const count = fresh.data?.unread ?? 0;
  return (
    <>
      <UnstyledButton className="bell nowrap" onClick={() => setOpen(true)} aria-haspopup="dialog">
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 2a4 4 0 0 0-4 4v3l-1.2 2h10.4L12 9V6a4 4 0 0 0-4-4Zm-1.5 10.5a1.5 1.5 0 0 0 3 0" fill="none" stroke="currentColor" strokeWidth="1.4" strokeLinejoin="round" /></svg>
        <span>{t('notifications')}</span>{count > 0 && <span className="n"><span aria-hidden="true">{n(count)}</span><span className="visually-hidden">{t('notifications.count', { n: count })}</span></span>}
      </UnstyledButton>
      {open && <Suspense fallback={null}><Notifications onClose={() => setOpen(false)} /></Suspense>}
    </>
  );
}

function KeyList() {
  const { t } = useI18n();
  const keys: [string[], Key][] = [[['Ctrl', 'K'], 'keys.search'], [['j'], 'keys.next'], [['k'], 'keys.previous'], [['Enter'], 'keys.open'], [['?'], 'keys.help'], [['Esc'], 'keys.close'], [['Tab'], 'keys.tab']];
  return (
    <table className="list"><tbody>
      {keys.map(([k, label]) => <tr key={label}><td style={{ width: 110 }}>{k.map((x, i) => <span key={x}>{i > 0 && ' + '}<kbd>{x}</kbd></span>)}</td><td>{t(label)}</td></tr>)}
    </tbody></table>
  );
}

export function NotFound() {
  const { t } = useI18n();
  return <div className="card"><h1>{t('notFound')}</h1><p className="sub" style={{ margin: '6px 0 12px' }}>{t('notFound.text')}</p><Go to="/">{t('notFound.back')}</Go></div>;
}

export function PageError({ error }: { error: unknown }) {
  const { t } = useI18n();
  return <div className="card"><h1 style={{ marginBottom: 10 }}>{t('error.page')}</h1><ErrorBox error={error} retry={() => location.reload()} /></div>;
}

