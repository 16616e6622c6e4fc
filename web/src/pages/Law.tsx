import { TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { http } from '../api/client';
import type { LawRule, LawView } from '../api/types';
import { useI18n } from '../i18n';
import { arr, Card, Empty, ErrorBox, PageLoading, Tag } from '../ui/kit';
import { Page } from '../ui/Page';
import { ConfidenceTag, ReadingLink } from './proofLine';

/** 規則の一覧: what the program decides by, rule by rule, with the words of the text. */
export function LawPage() {
  const { t, say } = useI18n();
  const navigate = useNavigate();
  const { q = '' } = useSearch({ strict: false }) as { q?: string };
  const query = useQuery({ queryKey: ['/law'], staleTime: Infinity, queryFn: () => http.get<LawView>('/law') });
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <Page title={t('law')}><ErrorBox error={query.error} retry={() => void query.refetch()} /></Page>;
  const wanted = q.trim().toLowerCase();
  const meets = (r: LawRule, book: string) => wanted === '' || [book, r.id, r.citation.ja, r.citation.en, r.title.ja, r.title.en, r.quote, r.reading, r.note.ja].some((x) => x.toLowerCase().includes(wanted));
  const books = arr(query.data.rulebooks).map((b) => ({ ...b, rules: arr(b.rules).filter((r) => meets(r, b.id)) }));
  const found = books.filter((b) => b.rules.length > 0);
  return (
    <Page title={t('law')} sub={t('law.sub')}>
      <div className="toolbar">
        <TextInput size="sm" w={320} type="search" placeholder={t('law.search')} aria-label={t('law.search')} value={q} onChange={(e) => void navigate({ to: '.', search: (e.currentTarget.value ? { q: e.currentTarget.value } : {}) as never, replace: true })} />
        <span className="sub num" aria-live="polite">{t('law.count', { books: found.length, rules: found.reduce((sum, b) => sum + b.rules.length, 0) })}</span>
      </div>
      <div className="stack">
        {found.length === 0 && <Card><Empty title={t('list.nothingFound')} /></Card>}
        {found.map((b) => (
          <Card key={b.id} className="long" title={<>{say(b.title)} {b.company && <Tag tone="strong">{t('law.company')}</Tag>}</>}>
            <p className="sub small"><span className="code">{b.id}</span>　{t('version', { version: b.version })}{b.instrument.title && `　${b.instrument.title}`}{b.extends && `　${t('law.extends', { id: b.extends })}`}</p>
            <p className="sub small code digest">{b.digest}</p>
            {wanted === '' ? <details><summary className="sub prooffold">{t('law.rules', { n: b.rules.length })}</summary>{b.rules.map((r) => <RuleView key={r.id} r={r} />)}</details> : b.rules.map((r) => <RuleView key={r.id} r={r} />)}
          </Card>
        ))}
        {wanted === '' && <Calendar c={query.data.calendar} />}
      </div>
    </Page>
  );
}

/** Holidays and closed days, each with the provision it comes from. */
function Calendar({ c }: { c: LawView['calendar'] }) {
  const { t, say } = useI18n();
  const year = (n: number) => String(n);
  return (
    <Card className="long" title={t('law.calendar')}>
      <p className="sub small"><span className="code">{c.id}</span>　{t('version', { version: c.version })}　{t('law.calendar.years', { from: year(c.first_year), until: year(c.last_year) })}</p>
      <details>
        <summary className="sub prooffold">{t('law.provisions', { n: arr(c.provisions).length })}</summary>
        <table className="list"><tbody>{arr(c.provisions).map((p) => <tr key={p.id}><td>{say(p.name)}</td><td className="sub small">{say(p.citation)}</td><td className="small num nowrap">{p.until ? t('law.calendar.between', { from: year(p.from), until: year(p.until) }) : t('law.calendar.since', { year: year(p.from) })}</td><td><ConfidenceTag confidence={p.confidence} /></td></tr>)}</tbody></table>
      </details>
    </Card>
  );
}

function RuleView({ r }: { r: LawRule }) {
  const { t, say, fullDay } = useI18n();
  const from = fullDay(r.in_force.from);
  const until = fullDay(r.in_force.until);
  return (
    <div className="law">
      <div><div className="strong">{say(r.citation)}</div><div className="sub small">{from && until ? t('law.between', { from, until }) : from ? t('law.from', { from }) : until ? t('law.until', { until }) : t('law.always')}</div></div>
      <div>
        {r.quote && <q lang="ja">{r.quote}</q>}
        <div className="small">{say(r.title)}</div>
        {say(r.note) && <div className="sub small">{say(r.note)}</div>}
        <div className="marks small"><ConfidenceTag confidence={r.confidence} />{r.reading && <ReadingLink id={r.reading} />}<span className="sub code">{r.id}</span></div>
      </div>
    </div>
  );
}
