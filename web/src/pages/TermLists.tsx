import { NativeSelect, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { ImportedTerms, TermList, TermListName } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { FileDrop } from '../ui/FileDrop';
import { arr, Card, ErrorBox, Loading } from '../ui/kit';
import { Scroll } from '../ui/Scroll';

/** 用語集: the releases of code lists that are loaded, and taking another file over. The files are the company's own; none comes with the program. */
export function TermLists() {
  const { t, n, name } = useI18n();
  const may = useCan()('settings.manage');
  const refresh = useRefresh();
  const [list, setList] = useState<TermListName>('imdrf');
  const [release, setRelease] = useState('');
  const [missing, setMissing] = useState(false);
  const lists = useQuery({ queryKey: ['/terms/lists'], queryFn: () => http.get<{ items: TermList[] | null }>('/terms/lists') });
  const add = useMutation({ mutationFn: (file: File) => http.post<ImportedTerms>('/terms', file, { list, release: release.trim(), name: file.name }), onSuccess: refresh });
  const rows = arr(lists.data?.items);
  return (
    <Card title={t('terms')} id="terms">
      <p className="sub">{t('terms.text')}</p>
      {lists.isPending ? <Loading rows={2} /> : lists.isError ? <ErrorBox error={lists.error} retry={() => void lists.refetch()} /> : rows.length === 0 ? <p className="openwords" style={{ marginTop: 8 }}>{t('terms.none')}</p> : (
        <Scroll><table className="list">
          <thead><tr><th scope="col">{t('terms.list')}</th><th scope="col">{t('terms.release')}</th><th scope="col" className="right">{t('terms.count')}</th><th scope="col" className="right">{t('terms.selectable')}</th><th scope="col" className="right">{t('terms.japanese')}</th></tr></thead>
          <tbody>{rows.map((l) => <tr key={l.list + l.release}><td>{name('termList', l.list)}</td><td className="num">{l.release}</td><td className="right num">{n(l.terms)}</td><td className="right num">{n(l.selectable)}</td><td className="right num">{n(l.japanese)}</td></tr>)}</tbody>
        </table></Scroll>
      )}
      {may && (
        <div className="stack noprint" style={{ marginTop: 14 }}>
          <div className="formgrid">
            <NativeSelect label={t('terms.list')} value={list} onChange={(e) => setList(e.currentTarget.value as TermListName)} data={(['imdrf', 'jfmda'] as const).map((v) => ({ value: v, label: name('termList', v) }))} />
            <TextInput label={t('terms.release')} description={t('terms.release.hint')} withAsterisk maxLength={32} value={release} onChange={(e) => { setRelease(e.currentTarget.value); setMissing(false); }} error={missing && t('terms.release.missing')} />
          </div>
          <FileDrop label={t('terms.drop')} hint={t('terms.drop.hint')} accept=".json,.csv,.tsv,.txt" busy={add.isPending} busyText={t('terms.adding')} onFile={(file) => { if (release.trim()) add.mutate(file); else setMissing(true); }} />
          {add.isError && <ErrorBox error={add.error}><p>{t('terms.nothingChanged')}</p></ErrorBox>}
          {add.data && <p className="notice" role="status">{t('terms.done', { terms: n(add.data.terms), added: n(add.data.added), changed: n(add.data.changed) })}</p>}
        </div>
      )}
    </Card>
  );
}
