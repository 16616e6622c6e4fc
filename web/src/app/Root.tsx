import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react';
import { http } from '../api/client';
import type { Session, User } from '../api/types';
import { I18nProvider, type Lang } from '../i18n';
import { ErrorBox } from '../ui/kit';
import { SessionContext, sessionKey, useSessionQuery } from './session';
import { SignIn } from '../pages/SignIn';
import { SignInAgain } from './SignInAgain';

function remembered(): Lang {
  try {
    const lang = localStorage.getItem('lang');
    if (lang === 'ja' || lang === 'en') return lang;
  } catch {
    // Without storage the browser's language decides.
  }
  return navigator.language.startsWith('ja') || !navigator.language.startsWith('en') ? 'ja' : 'en';
}

/** Session and language around everything; asks to sign in where that is needed. */
export function Root({ children }: { children: ReactNode }) {
  const client = useQueryClient();
  const session = useSessionQuery();
  const [guest, setGuest] = useState<Lang>(remembered);
  const lang = session.data?.user?.lang === 'en' ? 'en' : session.data?.user ? 'ja' : guest;
  const setLang = useCallback((next: Lang) => {
    setGuest(next);
    try {
      localStorage.setItem('lang', next);
    } catch {
      // The account remembers it in any case.
    }
    const now = client.getQueryData<Session>(sessionKey);
    if (!now?.user) return;
    client.setQueryData<Session>(sessionKey, { ...now, user: { ...now.user, lang: next } });
    http.patch<User>('/me', { lang: next }).catch(() => void client.invalidateQueries({ queryKey: sessionKey }));
  }, [client]);
  useEffect(() => { document.documentElement.lang = lang; }, [lang]);

  // The page of somebody whose session ended stays as it is, below the request to sign in again.
  const last = useRef<Session | null>(null);
  if (session.data?.user) last.current = session.data;
  const today = session.data?.today ?? new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Tokyo' }).format(new Date());
  const setup = location.pathname === '/setup';

  let body: ReactNode;
  if (session.data?.user || setup) body = <SessionContext value={session.data ?? null}>{children}</SessionContext>;
  else if (session.isPending) body = null;
  else if (last.current) body = <SessionContext value={last.current}>{children}<SignInAgain email={last.current.user?.email ?? ''} /></SessionContext>;
  else if (session.data) body = <SignIn session={session.data} />;
  else body = <div style={{ padding: 40, maxWidth: 560 }}><ErrorBox error={session.error} retry={() => void session.refetch()} /></div>;

  return <I18nProvider lang={lang} today={today} setLang={setLang}>{body}</I18nProvider>;
}
