import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError, http } from '../api/client';
import type { FormEdition } from '../api/types';
import { useCan, useRefresh } from '../app/session';
import { useI18n } from '../i18n';
import { FileDrop } from '../ui/FileDrop';
import { arr, Card, ErrorBox, Loading, Tag } from '../ui/kit';
import { Scroll } from '../ui/Scroll';
import { MarkTag } from './FormMark';
import { yamlLine } from './yamlLine';

/** 様式: every edition that reports are written on, and installing an amended one. A report keeps the edition it was begun on. */
export function FormEditions() {
  const { t, say, name, day } = useI18n();
  const may = useCan()('settings.manage');
  const refresh = useRefresh();
  const forms = useQuery({ queryKey: ['/forms'], queryFn: () => http.get<{ items: FormEdition[] | null }>('/forms') });
  const [text, setText] = useState('');
  const install = useMutation({ mutationFn: async (file: File) => { setText(await file.text()); return http.post<FormEdition>('/forms', file); }, onSuccess: refresh });
  const line = (pointer: string) => { const at = yamlLine(text, pointer); return at > 0 ? t('forms.line', { n: at }) : ''; };
  const problems = install.error instanceof ApiError ? install.error.fields : [];
  return (
    <Card title={t('forms')} id="forms">
      <p className="sub">{t('forms.text')}</p>
      {forms.isPending ? <Loading rows={6} /> : forms.isError ? <ErrorBox error={forms.error} retry={() => void forms.refetch()} /> : (
        <Scroll><table className="list">
          <thead><tr><th scope="col">{t('report.form')}</th><th scope="col">{t('forms.edition')}</th><th scope="col">{t('forms.source')}</th></tr></thead>
          <tbody>
            {arr(forms.data.items).map((f) => (
              <tr key={f.id + f.edition}>
                <td className="half"><b>{name('form', f.name)}</b><div className="sub small">{say(f.title)}</div></td>
                <td><span className="num">{f.edition}</span><div className="tags">{f.newest && <Tag tone="brand">{t('forms.inUse')}</Tag>}<Tag>{f.installed ? t('forms.installed') : t('forms.builtIn')}</Tag></div>{f.installed && <div className="sub small">{f.installed_by}　{day(f.installed_on)}</div>}</td>
                <td className="small">{f.source} <MarkTag mark={f.mark} /></td>
              </tr>
            ))}
          </tbody>
        </table></Scroll>
      )}
      {may && (
        <div className="stack noprint" style={{ marginTop: 14 }}>
          <FileDrop label={t('forms.drop')} hint={t('forms.drop.hint')} accept=".yaml,.yml" busy={install.isPending} busyText={t('forms.checking')} onFile={(file) => install.mutate(file)} />
          {install.isError && (problems.length === 0 ? <ErrorBox error={install.error} /> : (
            <div className="notice error" role="alert">
              <b>{t('forms.problems', { n: problems.length })}</b>
              <table className="list"><tbody>{problems.map((p, i) => <tr key={i}><td className="num nowrap">{line(p.pointer)}</td><td>{p.message}<div className="sub small code">{p.pointer}</div></td></tr>)}</tbody></table>
            </div>
          ))}
          {install.data && <p className="notice" role="status">{t('forms.done', { form: install.data.heading, edition: install.data.edition })}</p>}
        </div>
      )}
    </Card>
  );
}
