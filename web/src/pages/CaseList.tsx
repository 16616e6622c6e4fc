import type { CaseRow, Stage } from '../api/types';
import { useI18n } from '../i18n';
import { daysBetween } from '../lib/dates';
import { DataTable } from '../ui/DataTable';
import { Go, GoButton } from '../ui/go';
import { Card, DayText, Empty } from '../ui/kit';
import { Page } from '../ui/Page';
import { CaseResult, StageTag } from './caseParts';

export function Cases() {
  const { t, name } = useI18n();
  return (
    <Page title={t('case.nav')} sub={t('cases.sub')}>
      <Card>
        <DataTable
          path="/cases" sort="due_on" order={t('cases.order')} rowKey={(c: CaseRow) => c.id} to={(c) => `/cases/${c.id}`} search={t('cases.search')}
          filters={[{ name: 'stage', label: t('case.stage'), options: (['determine', 'report', 'watch'] as Stage[]).map((s) => ({ value: s, label: name('stage', s) })) }]}
          columns={[
            { key: 'number', title: t('number'), sort: '-number', cell: (c) => <Go to={`/cases/${c.id}`}><span className="num nowrap">{c.number}</span></Go> },
            { key: 'title', title: t('case'), className: 'main', cell: (c) => <>{c.title}<div className="only-tight"><StageTag stage={c.stage} /></div><div className="sub small">{c.brand_name}{c.version && ` ${c.version}`}{c.vulnerability && `　${c.vulnerability}`}</div></> },
            { key: 'due', title: t('statutory_day'), sort: 'due_on', cell: (c) => <Due day={c.due_on} undetermined={!c.result} promptly={c.promptly > 0} /> },
            { key: 'stage', title: t('case.stage'), className: 'hide-tight', cell: (c) => <StageTag stage={c.stage} /> },
            { key: 'result', title: t('determination'), cell: (c) => <CaseResult result={c.result} /> },
            { key: 'aware', title: t('aware_on'), sort: '-aware_on', className: 'hide-tight', cell: (c) => <DayText day={c.aware_on} /> },
          ]}
          empty={<Empty title={t('cases.empty')}><p>{t('cases.empty.text')}</p><GoButton to="/intakes" mt={12}>{t('cases.toIntakes')}</GoButton></Empty>}
        />
      </Card>
    </Page>
  );
}

/** The statutory day, and how far away it is when it is near or past; what is due promptly goes before it. */
function Due({ day, undetermined, promptly }: { day: string; undetermined: boolean; promptly: boolean }) {
  const { t, today } = useI18n();
  const left = daysBetween(today, day);
  return (
    <>
      {promptly && <div className="small"><span className="days small now">{t('days.now')}</span></div>}
      <DayText day={day} />
      {left <= 10 && <div className="small"><span className={`days small ${left < 0 ? 'late' : left <= 3 ? 'now' : undetermined ? 'open' : 'soon'}`}>{left < 0 ? t('days.over', { n: -left }) : left === 0 ? t('days.today') : t('days.left', { n: left })}</span></div>}
    </>
  );
}
