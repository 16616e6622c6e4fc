import { useQuery } from '@tanstack/react-query';
import { http } from '../api/client';
import type { Reading } from '../api/types';
import { useI18n } from '../i18n';
import { Go, useId } from '../ui/go';
import { arr, Card, ErrorBox, PageLoading, Tag } from '../ui/kit';
import { Page } from '../ui/Page';

/** One numbered reading: the text, the question, the candidates, what was chosen and why. */
export function ReadingPage() {
  const id = useId();
  const { t, say, lang, name } = useI18n();
  const query = useQuery({ queryKey: ['/readings', id], queryFn: () => http.get<Reading>(`/readings/${encodeURIComponent(id)}`) });
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <Page title={t('reading')}><ErrorBox error={query.error} retry={() => void query.refetch()} /></Page>;
  const r = query.data;
  const otherLanguage = lang === 'en' && arr(r.sections).some((s) => !s.body.en);
  return (
    <Page title={`${r.id}　${say(r.title)}`} crumbs={[<Go key="l" to="/law">{t('law')}</Go>]} sub={<>{t('reading.text')} <Tag tone={r.status === 'to_be_confirmed' ? 'open' : undefined}>{name('reading.status', r.status)}</Tag></>}>
      <div className="cols side">
        <Card className="long prose">
          {otherLanguage && <p className="sub small">{t('reading.japanese')}</p>}
          {arr(r.sections).map((s, i) => <section key={i}><h2>{say(s.heading)}</h2><Body text={say(s.body)} /></section>)}
        </Card>
        <Card title={t('reading.rules')}>
          {arr(r.rules).length === 0 ? <p className="sub">{t('reading.noRules')}</p> : <ul className="small">{arr(r.rules).map((x) => <li key={x}>{x.includes('/') ? <Go to={`/law?q=${encodeURIComponent(x)}`}><span className="code">{x}</span></Go> : <span className="code">{x}</span>}</li>)}</ul>}
        </Card>
      </div>
    </Page>
  );
}

/** Paragraphs of a plain text: an empty line parts them, single line ends do not count. */
function Body({ text }: { text: string }) {
  return text.split(/\n{2,}/).map((p, i) => <p key={i}>{p.replaceAll('`', '').replaceAll('\n', ' ')}</p>);
}
