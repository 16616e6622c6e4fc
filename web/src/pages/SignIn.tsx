import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { ApiError, http } from '../api/client';
import type { Session } from '../api/types';
import { refreshAll, sessionKey } from '../app/session';
import { useI18n, type Lang } from '../i18n';
import { Choice } from '../ui/Choice';
import { useErrorText } from '../ui/kit';

/** The frame of the pages that stand outside: name, language, one card. */
export function Outside({ title, sub, children }: { title: string; sub?: ReactNode; children: ReactNode }) {
  const { t, lang, setLang } = useI18n();
  useEffect(() => { document.title = `${title} – ${t('app.name')}`; }, [title, t]);
  return (
    <main className="outside">
      <div className="outsidehead">
        <span className="logo"><img src="/favicon.svg" width="34" height="34" alt="" /><span><b>{t('app.name')}</b><small>{t('app.sub')}</small></span></span>
        <Choice label={t('language')} hideLabel options={[{ value: 'ja', label: '日本語' }, { value: 'en', label: 'English' }]} value={lang} onChange={(v) => setLang(v as Lang)} />
      </div>
      <div className="card">
        <h1>{title}</h1>
        {sub && <p className="sub" style={{ marginTop: 4 }}>{sub}</p>}
        <div style={{ marginTop: 18 }}>{children}</div>
      </div>
    </main>
  );
}

export function SignIn({ session }: { session: Session }) {
  const { t } = useI18n();
  return (
    <Outside title={t('signIn')} sub={session.demo ? t('signIn.demo') : undefined}>
      {session.setup_needed && <div className="notice" style={{ marginBottom: 16 }}><b>{t('setup.needed')}</b><p>{t('setup.needed.text')}</p></div>}
      <SignInForm email="" />
    </Outside>
  );
}

export function SignInForm({ email: known }: { email: string }) {
  const { t } = useI18n();
  const client = useQueryClient();
  const describe = useErrorText();
  const [email, setEmail] = useState(known);
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState(false);
  const signIn = useMutation({
    mutationFn: () => http.post<Session>('/session', { email, password }),
    onSuccess: (session) => { client.setQueryData(sessionKey, session); void refreshAll(client); },
  });
  const error = signIn.error;
  const text = error instanceof ApiError && error.status === 401 ? t('signIn.wrong') : error ? describe(error).text : '';
  const submit = (e: FormEvent) => {
    e.preventDefault();
    setMissing(!email || !password);
    if (email && password) signIn.mutate();
  };
  return (
    <form onSubmit={submit} noValidate className="stack">
      <TextInput label={t('email')} type="email" autoComplete="username" autoFocus={!known} value={email} onChange={(e) => setEmail(e.currentTarget.value)} error={missing && !email ? t('email.missing') : undefined} />
      <PasswordInput
        label={t('password')} autoComplete="current-password" autoFocus={!!known} value={password} onChange={(e) => setPassword(e.currentTarget.value)}
        error={missing && !password ? t('password.missing') : text || undefined} visibilityToggleButtonProps={{ 'aria-label': t('password.show') }}
      />
      <Button type="submit" size="md" loading={signIn.isPending}>{t('signIn')}</Button>
    </form>
  );
}
