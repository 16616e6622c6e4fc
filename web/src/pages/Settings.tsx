import { Button, Checkbox, CopyButton, Modal, PasswordInput, TextInput, useMantineColorScheme } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { Holder, NotificationList, Role, Session, User } from '../api/types';
import { sessionKey, useCan, useSession } from '../app/session';
import { useI18n, type Lang } from '../i18n';
import { Choice } from '../ui/Choice';
import { FormFoot, useForm } from '../ui/form';
import { Go } from '../ui/go';
import { arr, Card, Defs, ErrorBox, Loading, Tag } from '../ui/kit';
import { MailText } from '../ui/MailText';
import { Page } from '../ui/Page';
import { Scroll } from '../ui/Scroll';
import { CompanyDays } from './CompanyDays';
import { FormEditions } from './FormEditions';
import { OpenValues } from './OpenValues';
import { TermLists } from './TermLists';

export function Settings() {
  const { t } = useI18n();
  const can = useCan();
  return (
    <Page title={t('settings')}>
      <div className="stack">
        <div className="cols two"><Own /><Password /></div>
        <HolderCard />
        <OpenValues />
        <CompanyDays />
        <TermLists />
        <FormEditions />
        <Mail />
        <Card title={t('law')}><p className="sub" style={{ marginBottom: 6 }}>{t('law.sub')}</p><Go to="/law">{t('law.see')}</Go></Card>
        {can('users.manage') && <Users />}
      </div>
    </Page>
  );
}

function Own() {
  const { t, lang, setLang, name, join } = useI18n();
  const { user } = useSession();
  const client = useQueryClient();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const form = useForm({
    draft: 'me', initial: { name: user?.name ?? '' }, check: (v) => (v.name.trim() ? {} : { '/name': t('name.missing') }),
    submit: (v) => http.patch<User>('/me', v), done: (u) => { const now = client.getQueryData<Session>(sessionKey); if (now) client.setQueryData(sessionKey, { ...now, user: u }); },
  });
  return (
    <Card title={t('settings.own')}>
      <div className="stack">
        <form onSubmit={form.onSubmit} ref={form.form} noValidate>
          <TextInput label={t('name')} autoComplete="name" {...form.text('name')} />
          {(form.touched || form.restored || form.mutation.isError) && <FormFoot form={form} label={t('save')} />}
        </form>
        <div><div className="sub">{t('email')}</div>{user?.email}</div>
        <div><div className="sub">{t('roles')}</div>{join(arr(user?.roles).map((r) => name('role', r)))}</div>
        <Choice label={t('language')} options={[{ value: 'ja', label: '日本語' }, { value: 'en', label: 'English' }]} value={lang} onChange={(v) => setLang(v as Lang)} hint={t('language.hint')} />
        <Choice label={t('theme')} options={(['auto', 'light', 'dark'] as const).map((s) => ({ value: s, label: t(`theme.${s}`) }))} value={colorScheme} onChange={(v) => setColorScheme(v as 'auto' | 'light' | 'dark')} />
      </div>
    </Card>
  );
}

function Password() {
  const { t } = useI18n();
  const [v, setV] = useState({ old: '', new: '', again: '' });
  const [local, setLocal] = useState<Record<string, string>>({});
  const change = useMutation({ mutationFn: () => http.post<void>('/me/password', { old: v.old, new: v.new }), onSuccess: () => setV({ old: '', new: '', again: '' }) });
  const remote = Object.fromEntries(((change.error as { fields?: { pointer: string; message: string }[] } | null)?.fields ?? []).map((f) => [f.pointer, f.message]));
  const errors: Record<string, string> = { ...remote, ...local };
  const input = (key: 'old' | 'new' | 'again', label: string, autoComplete: string, hint?: string) => (
    <PasswordInput label={label} description={hint} autoComplete={autoComplete} value={v[key]} onChange={(e) => { const value = e.currentTarget.value; setV((o) => ({ ...o, [key]: value })); }} error={errors[`/${key}`]} visibilityToggleButtonProps={{ 'aria-label': t('password.show') }} />
  );
  return (
    <Card title={t('password.change')}>
      <form
        className="stack" noValidate onSubmit={(e) => {
          e.preventDefault();
          const found: Record<string, string> = {};
          if (!v.old) found['/old'] = t('password.missing');
          if (!v.new) found['/new'] = t('password.missing');
          else if (v.new !== v.again) found['/again'] = t('password.differs');
          setLocal(found);
          if (Object.keys(found).length === 0) change.mutate();
        }}
      >
        {input('old', t('password.old'), 'current-password')}
        {input('new', t('password.new'), 'new-password', t('password.hint'))}
        {input('again', t('password.again'), 'new-password')}
        {change.isError && Object.keys(remote).length === 0 && <ErrorBox error={change.error} />}
        {change.isSuccess && <p role="status">{t('password.changed')}</p>}
        <div><Button type="submit" loading={change.isPending}>{t('password.change')}</Button></div>
      </form>
    </Card>
  );
}

/** Whether what presses goes out by mail as well. */
function Mail() {
  const { t } = useI18n();
  const query = useQuery({ queryKey: ['/notifications', 'mail'], queryFn: () => http.get<NotificationList>('/notifications', { limit: 1 }) });
  return <Card title={t('mail')}>{query.isPending ? <Loading rows={1} /> : query.isError ? <ErrorBox error={query.error} /> : <MailText mail={query.data.mail} />}</Card>;
}

/** The company in whose name reports are made. */
function HolderCard() {
  const { t } = useI18n();
  const query = useQuery({ queryKey: ['/holder'], queryFn: () => http.get<Holder>('/holder') });
  return <Card title={t('holder')}>{query.isPending ? <Loading rows={3} /> : query.isError ? <ErrorBox error={query.error} retry={() => void query.refetch()} /> : <HolderForm holder={query.data} />}</Card>;
}

function HolderForm({ holder }: { holder: Holder }) {
  const { t } = useI18n();
  const can = useCan();
  const client = useQueryClient();
  const form = useForm({ draft: 'holder', initial: holder, check: (v) => (v.name.trim() ? {} : { '/name': t('required') }), submit: (v) => http.put<Holder>('/holder', v), done: (h) => client.setQueryData(['/holder'], h) });
  const readOnly = !can('settings.manage');
  if (readOnly) return <><p className="sub" style={{ marginBottom: 12 }}>{t('holder.readOnly')}</p><Defs rows={(['name', 'representative', 'address', 'department', 'contact_name', 'telephone', 'email', 'addressee'] as const).map((k) => [t(`holder.${k}`), k === 'addressee' && !holder[k] ? t('holder.addressee.hint') : holder[k]])} /></>;
  const input = (k: keyof Holder, wide = false, hint?: string) => <div className={wide ? 'wide' : undefined}><TextInput label={t(`holder.${k}`)} description={hint} withAsterisk={k === 'name'} {...form.text(k)} /></div>;
  return (
    <form onSubmit={form.onSubmit} ref={form.form} noValidate>
      <p className="sub" style={{ marginBottom: 12 }}>{t('holder.text')}</p>
      <div className="formgrid">{input('name')}{input('representative')}{input('address', true)}{input('department')}{input('contact_name')}{input('telephone')}{input('email')}{input('addressee', true, t('holder.addressee.hint'))}</div>
      <FormFoot form={form} label={t('save')} />
    </form>
  );
}

const roles: Role[] = ['administrator', 'product_security', 'safety_officer', 'approver', 'viewer'];

function Users() {
  const { t, name, join } = useI18n();
  const client = useQueryClient();
  const session = useSession();
  const query = useQuery({ queryKey: ['/users'], queryFn: () => http.get<{ items: User[] }>('/users') });
  const [dialog, setDialog] = useState<User | 'new' | null>(null);
  const [link, setLink] = useState<{ name: string; url: string } | null>(null);
  const reload = () => client.invalidateQueries({ queryKey: ['/users'] });
  const again = useMutation({ mutationFn: (u: User) => http.post<{ setup_url: string }>(`/users/${u.id}/invite`).then((r) => ({ name: u.name, url: r.setup_url })), onSuccess: setLink });
  return (
    <Card title={t('users')} aside={<Button onClick={() => setDialog('new')}>{t('user.invite')}</Button>}>
      {again.isError && <ErrorBox error={again.error} />}
      {query.isPending ? <Loading /> : query.isError ? <ErrorBox error={query.error} retry={() => void query.refetch()} /> : (
        <Scroll><table className="list">
          <thead><tr><th scope="col">{t('name')}</th><th scope="col">{t('email')}</th><th scope="col">{t('roles')}</th><th scope="col">{t('state')}</th><th scope="col"><span className="visually-hidden">{t('edit')}</span></th></tr></thead>
          <tbody>
            {arr(query.data.items).map((u) => (
              <tr key={u.id}>
                <td>{u.name}{u.id === session.user?.id && <> <Tag>{t('user.you')}</Tag></>}</td><td>{u.email}</td><td>{join(arr(u.roles).map((r) => name('role', r)))}</td><td>{u.disabled ? <Tag tone="strong">{t('user.disabled')}</Tag> : t('user.active')}</td>
                <td className="right"><span className="nowrap" style={{ display: 'inline-flex', gap: 6 }}>{!u.disabled && <Button variant="default" loading={again.isPending && again.variables.id === u.id} onClick={() => again.mutate(u)}>{t('user.newLink')}</Button>}<Button variant="default" onClick={() => setDialog(u)}>{t('edit')}</Button></span></td>
              </tr>
            ))}
          </tbody>
        </table></Scroll>
      )}
      {dialog && <UserDialog user={dialog === 'new' ? undefined : dialog} onClose={() => setDialog(null)} done={(l) => { setDialog(null); void reload(); if (l) setLink(l); }} />}
      {link && <LinkDialog link={link} onClose={() => setLink(null)} />}
    </Card>
  );
}

function UserDialog({ user, onClose, done }: { user?: User; onClose: () => void; done: (link: { name: string; url: string } | null) => void }) {
  const { t, name } = useI18n();
  const form = useForm({
    draft: `user:${user?.id ?? 'new'}`,
    initial: { email: user?.email ?? '', name: user?.name ?? '', roles: arr(user?.roles), lang: user?.lang ?? 'ja', disabled: user?.disabled ?? false },
    check: (v) => ({ ...(v.email.trim() ? {} : { '/email': t('email.missing') }), ...(v.name.trim() ? {} : { '/name': t('name.missing') }), ...(v.roles.length > 0 ? {} : { '/roles': t('roles.missing') }) }),
    submit: async (v) => {
      if (user) { await http.patch<User>(`/users/${user.id}`, { name: v.name, roles: v.roles, disabled: v.disabled, revision: user.revision }); return null; }
      const made = await http.post<{ user: User; setup_url: string }>('/users', { email: v.email, name: v.name, roles: v.roles, lang: v.lang });
      return { name: made.user.name, url: made.setup_url };
    },
    done,
  });
  const v = form.values;
  const toggle = (r: Role) => form.set('roles', v.roles.includes(r) ? v.roles.filter((x) => x !== r) : [...v.roles, r].sort());
  return (
    <Modal opened onClose={onClose} title={<b>{user ? t('user.edit', { name: user.name }) : t('user.invite')}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
        {!user && <p className="sub">{t('user.invite.text')}</p>}
        <TextInput label={t('name')} withAsterisk {...form.text('name')} />
        <TextInput label={t('email')} type="email" withAsterisk readOnly={!!user} {...form.text('email')} />
        <fieldset className="group"><legend>{t('roles')}</legend><div className="stack" style={{ gap: 8 }}>{roles.map((r) => <Checkbox key={r} label={name('role', r)} description={t(`role.${r}.text`)} checked={v.roles.includes(r)} onChange={() => toggle(r)} />)}</div>{form.errors['/roles'] && <div className="fielderror">{form.errors['/roles']}</div>}</fieldset>
        {!user && <Choice label={t('language')} options={[{ value: 'ja', label: '日本語' }, { value: 'en', label: 'English' }]} value={v.lang} onChange={(l) => form.set('lang', l as Lang)} />}
        {user && <Checkbox label={t('user.disable')} description={t('user.disable.text')} checked={v.disabled} onChange={(e) => form.set('disabled', e.currentTarget.checked)} />}
        <FormFoot form={form} label={user ? t('save') : t('user.invite')} />
      </form>
    </Modal>
  );
}

/** The one-time link, shown once. */
function LinkDialog({ link, onClose }: { link: { name: string; url: string }; onClose: () => void }) {
  const { t } = useI18n();
  const url = new URL(link.url, location.origin).href;
  return (
    <Modal opened onClose={onClose} closeOnClickOutside={false} title={<b>{t('user.link', { name: link.name })}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <div className="stack">
        <p>{t('user.link.text')}</p>
        <TextInput readOnly value={url} aria-label={t('user.link', { name: link.name })} onFocus={(e) => e.currentTarget.select()} />
        <CopyButton value={url}>{({ copied, copy }) => <Button onClick={copy}>{copied ? t('copied') : t('copy')}</Button>}</CopyButton>
      </div>
    </Modal>
  );
}
