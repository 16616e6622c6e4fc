import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { http } from '../api/client';
import type { CasePage as CaseAnswer, FactView, LedgerEntry, WhatIf, Words } from '../api/types';
import { useCan } from '../app/session';
import { useI18n } from '../i18n';
import { Go, useId } from '../ui/go';
import { arr, Card, ErrorBox, PageLoading } from '../ui/kit';
import { Trail } from '../ui/LedgerDrawer';
import { Page } from '../ui/Page';
import { AnswerCard } from './CaseAnswer';
import { AssessmentView } from './AssessmentView';
import { Life } from './caseParts';
import { Determinations, Reports } from './CaseDuties';
import { Examples } from './CaseExamples';
import { Facts } from './CaseFacts';
import { Obligations } from './CaseObligations';
import { Proof } from './CaseProof';
import { DutyList } from './DutySteps';
import { useObligationName } from './worklist';

/** Facts left, answer right, proof below it; then what follows from it. */
export function CasePage() {
  const id = useId();
  const { t, n, fullDay, say, join } = useI18n();
  const called = useObligationName();
  const can = useCan();
  const client = useQueryClient();
  const key = ['/cases', id];
  const query = useQuery({ queryKey: key, queryFn: () => http.get<CaseAnswer>(`/cases/${encodeURIComponent(id)}`) });
  const [trial, setTrial] = useState<Record<string, string[]> | null>(null);
  const tried = useQuery({
    queryKey: ['what-if', id, trial], enabled: trial !== null, placeholderData: (old) => old, staleTime: 0, gcTime: 0,
    queryFn: () => http.post<WhatIf>(`/cases/${encodeURIComponent(id)}/what-if`, { facts: trial ?? {} }),
  });
  const loaded = query.isSuccess;
  useEffect(() => {
    const target = location.hash ? document.getElementById(location.hash.slice(1)) : null;
    if (loaded) target?.scrollIntoView();
  }, [loaded]);
  if (query.isPending) return <PageLoading />;
  if (query.isError) return <Page title={t('case')}><ErrorBox error={query.error} retry={() => void query.refetch()} /></Page>;
  const page = query.data;
  const c = page.case;
  const trying = trial !== null;
  const facts = arr(trying && tried.data ? tried.data.facts : page.facts);
  const answer = trying && tried.data ? tried.data.answer : page.answer;
  const steps = arr(trying && tried.data?.duty_steps ? tried.data.duty_steps : page.duty_steps);
  const intakes = arr(page.intakes);
  const detail = (e: LedgerEntry) => {
    const after = e.after as { id?: string; kind?: string; form?: string } | null | undefined;
    if (e.action.startsWith('obligation.') && after?.kind) return called({ kind: after.kind, form: after.form ?? '', label: arr(page.obligations).find((o) => o.id === after.id)?.label ?? null });
    const fact = factAnswered(e, [...page.facts, ...arr(page.duty_steps).flatMap((s) => arr(s.facts))]);
    return fact ? `${say(fact.label)}${t('colon')}${fact.values.length > 0 ? join(fact.values.map(say)) : '—'}` : '';
  };
  const store = (next: CaseAnswer) => {
    client.setQueryData(key, next);
    void client.invalidateQueries({ predicate: (q) => ['/today', '/counts', '/ledger', '/obligations'].includes(String(q.queryKey[0])) || (q.queryKey[0] === '/cases' && q.queryKey[1] === 'list') });
  };
  return (
    <Page
      title={c.title} ledger={{ kind: 'case', id: c.id, detail }} crumbs={[<Go key="l" to="/cases">{t('case.nav')}</Go>, <span key="n" className="num">{c.number}</span>]}
      sub={
        <>
          <div>{t('aware_on')} <b className="num">{fullDay(c.aware_on)}</b>{intakes.map((i) => <span key={i.id}>　<Go to={`/intakes/${i.id}`}>{i.from || i.number}</Go></span>)}{page.vulnerability && <>　<Go to={`/vulnerabilities/${page.vulnerability.id}`}>{page.vulnerability.name}</Go></>}</div>
          <div><Go to={`/products/${page.product.id}`}>{page.product.brand_name}</Go>{page.release && <>　<Go to={`/releases/${page.release.id}`}>{t('version.of', { version: page.release.version })}</Go></>}　{page.product.licence_number}　{t('sitesUnits.long', { sites: n(page.product.sites), units: n(page.product.units) })}</div>
        </>
      }
    >
      <div className="stack">
        <Life stage={c.stage} />
        <div className="cols facts">
          <Facts caseId={c.id} facts={facts} steps={steps} matters={answer.result !== 'not_reportable'} askNext={answer.ask_next} may={can('case.work')} trial={trial} setTrial={setTrial} store={store} current={() => client.getQueryData<CaseAnswer>(key) ?? page} />
          <div className="stack">
            <AnswerCard page={page} facts={facts} answer={answer} trial={trial} setTrial={setTrial} busy={tried.isFetching && trying} error={trying ? tried.error : null} store={store} reload={() => void query.refetch()} />
            {steps.length > 0 && <DutyList steps={steps} title={t('duties')} empty={t('duties.none')} />}
            <Examples examples={arr(page.examples)} />
            <Proof answer={answer} notice={page.notice} />
          </div>
        </div>
        <div className="cols side">
          <div className="stack">
            <Determinations page={page} />
            <Obligations page={page} reload={() => void query.refetch()} />
            <Reports page={page} />
            {page.assessment && <Card title={t('assessment')}><AssessmentView a={page.assessment} /></Card>}
          </div>
          {can('ledger.read') && <Card title={t('case.timeline')} className="noprint"><Trail kind="case" id={c.id} detail={detail} brief /></Card>}
        </div>
      </div>
    </Page>
  );
}

/** Which fact an entry answered, and how. */
function factAnswered(e: LedgerEntry, facts: FactView[]): { label: Words; values: Words[] } | null {
  if (e.action !== 'case.fact') return null;
  const [before, after] = [e.before, e.after] as ({ name?: string; possible?: string[] } | null | undefined)[];
  const fact = facts.find((f) => f.name === (after?.name ?? before?.name));
  return fact ? { label: fact.label, values: fact.values.filter((v) => after?.possible?.includes(v.value)).map((v) => v.label) } : null;
}
