import { Button, Checkbox, Modal, NativeSelect, NumberInput, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { Feed, FeedOptions } from '../api/types';
import { useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { FormFoot, useForm } from '../ui/form';
import { arr, ErrorBox, Loading } from '../ui/kit';

/** Adds an address to fetch from, or changes one. */
export function FeedDialog({ feed, onClose }: { feed?: Feed; onClose: () => void }) {
  const { t } = useI18n();
  const options = useQuery({ queryKey: ['/feeds/options'], queryFn: () => http.get<FeedOptions>('/feeds/options') });
  return (
    <Modal opened onClose={onClose} size="lg" title={<b>{feed ? t('feed.edit', { name: feed.name }) : t('feed.new')}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      {options.isPending ? <Loading rows={4} /> : options.isError ? <ErrorBox error={options.error} retry={() => void options.refetch()} /> : <FeedForm feed={feed} options={options.data} onClose={onClose} />}
    </Modal>
  );
}

function FeedForm({ feed, options, onClose }: { feed?: Feed; options: FeedOptions; onClose: () => void }) {
  const { t, name } = useI18n();
  const refresh = useRefresh();
  const presets = arr(options.presets);
  const folders = arr(options.folders);
  const form = useForm({
    draft: `feed:${feed?.id ?? 'new'}`,
    initial: {
      preset: '', name: feed?.name ?? '', kind: feed?.kind ?? 'osv', address: feed?.address ?? '', trust: arr(feed?.trust).join('\n'),
      every_h: feed?.every_h ?? 24, alarm_after_h: feed?.alarm_after_h ?? 72, whole: feed?.whole ?? true, on: feed?.on ?? false,
    },
    check: (v) => ({ '/name': v.name.trim() ? undefined : t('required'), '/address': v.address.trim() ? undefined : t('required') }),
    submit: ({ preset: _, trust, ...v }) => {
      const body = { ...v, trust: trust.split('\n').map((k) => k.trim()).filter(Boolean) };
      return feed ? http.put<Feed>(`/feeds/${feed.id}`, { ...body, revision: feed.revision }) : http.post<Feed>('/feeds', body);
    },
    done: async () => { onClose(); await refresh(); },
  });
  const v = form.values;
  const chosen = presets.find((p) => p.name === v.preset);
  const take = (preset: string) => {
    form.set('preset', preset);
    const p = presets.find((x) => x.name === preset);
    if (!p) return;
    form.set('name', p.name); form.set('kind', p.kind); form.set('address', p.address);
    form.set('every_h', p.every_h); form.set('alarm_after_h', p.alarm_after_h); form.set('whole', p.whole);
  };
  return (
    <form onSubmit={form.onSubmit} ref={form.form} noValidate className="stack">
      {!feed && <NativeSelect label={t('feed.preset')} description={t('feed.preset.hint')} value={v.preset} onChange={(e) => take(e.currentTarget.value)} data={[{ value: '', label: t('feed.preset.none') }, ...presets.map((p) => ({ value: p.name, label: p.name }))]} />}
      {chosen && !chosen.seen && <div className="notice open"><p>{t('feed.preset.unseen', { from: chosen.from })}</p></div>}
      {!options.fetching && <div className="notice"><p>{t('feed.noCourier')}</p></div>}
      <div className="formgrid">
        <TextInput label={t('feed.name')} withAsterisk {...form.text('name')} />
        <NativeSelect label={t('imports.kind')} disabled={!!feed} value={v.kind} onChange={(e) => form.set('kind', e.currentTarget.value)} error={form.errors['/kind']} data={arr(options.kinds).map((k) => ({ value: k, label: name('feed', k) }))} />
        <div className="wide"><TextInput label={t('feed.address')} description={folders.length > 0 ? t('feed.address.hint.folders', { folders: folders.map((x) => `folder:${x}`).join(' ') }) : t('feed.address.hint')} withAsterisk {...form.text('address')} /></div>
        <NumberInput label={t('feed.every')} min={1} allowDecimal={false} value={v.every_h} onChange={(x) => form.set('every_h', Number(x) || 0)} error={form.errors['/every_h']} />
        <NumberInput label={t('feed.alarm')} min={2} allowDecimal={false} value={v.alarm_after_h} onChange={(x) => form.set('alarm_after_h', Number(x) || 0)} error={form.errors['/alarm_after_h']} />
        <div className="wide"><Checkbox label={t('feed.whole')} description={t('feed.whole.hint')} checked={v.whole} onChange={(e) => form.set('whole', e.currentTarget.checked)} /></div>
        <div className="wide"><Textarea label={t('feed.trust')} description={t('feed.trust.hint')} autosize minRows={1} value={v.trust} onChange={(e) => form.set('trust', e.currentTarget.value)} error={form.errors['/trust']} /></div>
        <div className="wide"><Checkbox label={t('feed.on.label')} description={t('feed.on.hint')} checked={v.on} onChange={(e) => form.set('on', e.currentTarget.checked)} /></div>
      </div>
      {feed && v.address.trim() !== feed.address && <p className="sub">{t('feed.address.new')}</p>}
      <FormFoot form={form} label={t('save')} />
    </form>
  );
}

/** Takes the last run of a feed for right although it raised an alarm; the reason is kept. */
export function AcceptDialog({ feed, text, onClose }: { feed: Feed; text: string; onClose: () => void }) {
  const { t } = useI18n();
  const refresh = useRefresh();
  const [reason, setReason] = useState('');
  const send = useMutation({ mutationFn: () => http.post<Feed>(`/feeds/${feed.id}/accept`, { reason }), onSuccess: async () => { onClose(); await refresh(); } });
  return (
    <Modal opened onClose={onClose} title={<b>{t('feed.accept.title', { name: feed.name })}</b>} closeButtonProps={{ 'aria-label': t('close') }}>
      <div className="stack">
        <p>{text}</p>
        <Textarea label={t('feed.accept.reason')} withAsterisk maxLength={4000} value={reason} onChange={(e) => setReason(e.currentTarget.value)} />
        {send.isError && <ErrorBox error={send.error} />}
        <div className="buttons"><Button loading={send.isPending} onClick={() => send.mutate()}>{t('feed.accept.do')}</Button><Button variant="default" onClick={onClose}>{t('cancel')}</Button></div>
      </div>
    </Modal>
  );
}
