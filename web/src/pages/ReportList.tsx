import type { ReportRow } from '../api/types';
import { useI18n } from '../i18n';
import { DataTable } from '../ui/DataTable';
import { Go, GoButton } from '../ui/go';
import { Card, DayText, Empty, Tag } from '../ui/kit';
import { Page } from '../ui/Page';

export function Reports() {
  const { t, name, time } = useI18n();
  return (
    <Page title={t('report.nav')} sub={t('reports.sub')}>
      <Card>
        <DataTable
          path="/reports" rowKey={(r: ReportRow) => r.id} to={(r) => `/reports/${r.id}`} search={t('reports.search')}
          filters={[{ name: 'state', label: t('state'), options: ['draft', 'returned', 'in_review', 'approved'].map((s) => ({ value: s, label: name('report.state', s) })) }]}
          columns={[
            { key: 'number', title: t('number'), sort: '-number', cell: (r) => <Go to={`/reports/${r.id}`}><span className="num nowrap">{r.number}</span></Go> },
            { key: 'form', title: t('report.form'), cell: (r) => <span className="nowrap">{name('form', r.form)}</span> },
            { key: 'case', title: t('case'), className: 'main', cell: (r) => <><Go to={`/cases/${r.case_id}`}><span className="num nowrap">{r.case_number}</span>　{r.case_title}</Go><div className="sub small">{r.brand_name}</div></> },
            { key: 'state', title: t('state'), cell: (r) => <Tag tone={r.state === 'approved' ? 'brand' : r.state === 'in_review' ? 'strong' : undefined}>{name('report.state', r.state)}</Tag> },
            { key: 'due', title: t('statutory_day'), cell: (r) => <DayText day={r.due_on} /> },
            { key: 'updated', title: t('updated'), sort: '-updated_at', className: 'hide-small', cell: (r) => <span className="num nowrap small">{time(r.updated_at)}</span> },
          ]}
          empty={<Empty title={t('reports.empty')}><p>{t('reports.empty.text')}</p><GoButton to="/cases" mt={12} variant="default">{t('reports.toCases')}</GoButton></Empty>}
        />
      </Card>
    </Page>
  );
}
