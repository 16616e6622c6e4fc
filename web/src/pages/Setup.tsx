import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { ApiError, http } from '../api/client';
import type { Session, SetupState } from '../api/types';
import { refreshAll, sessionKey } from '../app/session';
import { useI18n } from '../i18n';
import { ErrorBox, Loading } from '../ui/kit';
import { Outside } from './SignIn';

/** The one-time link: makes the first administrator, or sets the password of somebody who was invited. */
export function Setup() {
  const { t } = useI18n();
  const [token] = useState(() => new URLSearchParams(location.search).get('token') ?? '');
  const state = useQuery({ queryKey: ['setup', token], queryFn: () => http.get<SetupState>('/setup', { token }), retry: false, staleTime: Infinity });
  if (state.isPending) return <Outside title={t('setup')}><Loading rows={3} /></Outside>;
  if (state.isError && !(state.error instanceof ApiError && state.error.status < 500 && state.error.status > 0)) return <Outside title={t('setup')}><ErrorBox error={state.error} retry={() => void state.refetch()} /></Outside>;
  if (!state.data?.valid) {
    return <Outside title={t('setup.invalid')}><p>{t('setup.invalid.text')}</p><Button mt={16} component="a" href="/" variant="default">{t('setup.toSignIn')}</Button></Outside>;
  }
  return <SetupForm token={token} state={state.data} />;
}

function SetupForm({ token, state }: { token: string; state: SetupState }) {
  const { t, lang } = useI18n();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [email, setEmail] = useState(state.email);
  const [name, setName] = useState(state.name);
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [local, setLocal] = useState<Record<string, string>>({});
  const setup = useMutation({
    mutationFn: () => http.post<Session>('/setup', { token, password, lang, ...(state.first ? { email, name } : {}) }),
    onSuccess: async (session) => {
      await navigate({ to: '/' });
      client.setQueryData(sessionKey, session);
      await refreshAll(client);
    },
  });
  const remote = setup.error instanceof ApiError ? Object.fromEntries(setup.error.fields.map((f) => [f.pointer, f.message])) : {};
  const errors: Record<string, string> = { ...remote, ...local };
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const found: Record<string, string> = {};
    if (state.first && !email) found['/email'] = t('email.missing');
    if (state.first && !name) found['/name'] = t('name.missing');
    if (!password) found['/password'] = t('password.missing');
    else if (password !== again) found['/again'] = t('password.differs');
    setLocal(found);
    if (Object.keys(found).length === 0) setup.mutate();
  };
  const unplaced = setup.error && !Object.keys(remote).some((p) => ['/email', '/name', '/password'].includes(p));
  return (
    <Outside title={state.first ? t('setup.first') : t('setup.invited', { name: state.name })} sub={state.first ? t('setup.first.text') : t('setup.invited.text')}>
      <form onSubmit={submit} noValidate className="stack">
        <TextInput label={t('email')} type="email" autoComplete="username" value={email} readOnly={!state.first} onChange={(e) => setEmail(e.currentTarget.value)} error={errors['/email']} />
        {state.first && <TextInput label={t('name')} autoComplete="name" value={name} onChange={(e) => setName(e.currentTarget.value)} error={errors['/name']} description={t('name.hint')} />}
        <PasswordInput label={t('password')} description={t('password.hint')} autoComplete="new-password" value={password} onChange={(e) => setPassword(e.currentTarget.value)} error={errors['/password']} visibilityToggleButtonProps={{ 'aria-label': t('password.show') }} />
        <PasswordInput label={t('password.again')} autoComplete="new-password" value={again} onChange={(e) => setAgain(e.currentTarget.value)} error={errors['/again']} visibilityToggleButtonProps={{ 'aria-label': t('password.show') }} />
        {unplaced && <ErrorBox error={setup.error} />}
        <Button type="submit" size="md" loading={setup.isPending}>{t('setup.start')}</Button>
      </form>
    </Outside>
  );
}
