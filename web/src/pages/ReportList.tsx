import { Button, TextInput } from '@mantine/core';
import { useSearch } from '@tanstack/react-router';
import { address } from '../api/client';
import type { ReportRow } from '../api/types';
import { useI18n } from '../i18n';
import { hasTime } from '../lib/dates';
import { DataTable, type Filter } from '../ui/DataTable';
import { Go, GoButton } from '../ui/go';
import { Card, DayText, Empty, Tag } from '../ui/kit';
import { Page } from '../ui/Page';
import { ProductPicker } from '../ui/pickers';

const states = ['draft', 'returned', 'in_review', 'checked', 'approved', 'sent'];
const forms = ['form8', 'form9', 'form10', 'form11', 'form12', 'firstreport'];
const names = ['q', 'form', 'state', 'kind', 'due', 'product', 'from', 'to', 'sort'];

/** The register of reports: found by form, state, product, deadline and period, and handed out as a table with the same filters. */
export function Reports() {
  const { t, name, time, n } = useI18n();
  const chosen = useSearch({ strict: false }) as Record<string, string>;
  const filters = Object.fromEntries(names.map((k) => [k, chosen[k]]));
  const options = (prefix: string, values: string[]) => values.map((v) => ({ value: v, label: name(prefix, v) }));
  const dayFilter = (key: 'from' | 'to'): Filter => ({
    name: key, label: t(`reports.${key}`), input: (value, onChange) => <TextInput type="date" size="sm" label={t(`reports.${key}`)} max="2999-12-31" value={value} onChange={(e) => onChange(e.currentTarget.value)} className="inlinelabel" />,
  });
  return (
    <Page
      title={t('report.nav')} sub={t('reports.sub')}
      actions={(['xlsx', 'csv'] as const).map((format) => <Button key={format} component="a" variant="default" href={address('/reports/export', { ...filters, format })} download>{t('reports.export', { format: format.toUpperCase() })}</Button>)}
    >
      <Card>
        <DataTable
          path="/reports" rowKey={(r: ReportRow) => r.id} to={(r) => `/reports/${r.id}`} search={t('reports.search')}
          filters={[
            { name: 'form', label: t('report.form'), options: options('form', forms) },
            { name: 'state', label: t('state'), options: options('report.state', states) },
            { name: 'kind', label: t('report.issue.kind'), options: [...options('report.kind', ['first', 'additional', 'withdrawal', 'downgrade']), ...options('report.completion', ['complete', 'incomplete'])] },
            { name: 'due', label: t('reports.due'), options: options('reports.due', ['open', 'met', 'late']) },
            { name: 'product', label: t('product'), input: (value, onChange) => <ProductPicker compact label={t('product')} value={value} onChange={onChange} /> },
            dayFilter('from'), dayFilter('to'),
          ]}
          columns={[
            {
              key: 'number', title: t('report'), sort: '-number',
              cell: (r) => <><Go to={`/reports/${r.id}`}><span className="num nowrap">{r.number}</span></Go><div className="nowrap">{name('form', r.form)}</div><div className="sub small">{[t('report.issueN', { n: n(r.issue) }), r.completion && name('report.completion', r.completion)].filter(Boolean).join('・')}</div></>,
            },
            { key: 'case', title: t('today.case'), className: 'main', cell: (r) => <>{r.case_id ? <Go to={`/cases/${r.case_id}`}><span className="num nowrap">{r.case_number}</span>　{r.case_title}</Go> : <PeriodOf r={r} />}<div className="sub small">{r.brand_name}</div></> },
            { key: 'state', title: t('state'), cell: (r) => <><Tag tone={r.state === 'sent' ? 'brand' : r.state === 'draft' || r.state === 'returned' ? undefined : 'strong'}>{name('report.state', r.state)}</Tag>{r.issue_kind && r.issue_kind !== 'first' && <div className="sub small">{name('report.kind', r.issue_kind)}</div>}</> },
            { key: 'due', title: t('statutory_day'), sort: 'due_on', cell: (r) => <><DayText day={r.due_on} />{r.late ? <div><Tag tone="strong">{name('reports.due', 'late')}</Tag></div> : r.state === 'sent' && r.due_on ? <div className="sub small">{name('reports.due', 'met')}</div> : null}</> },
            { key: 'sent', title: t('reports.sent'), sort: '-sent_at', className: 'hide-small', cell: (r) => <><span className="num small">{hasTime(r.sent_at) ? time(r.sent_at) : '—'}</span>{r.registration_number && <div className="sub small num">{r.registration_number}</div>}</> },
            { key: 'updated', title: t('updated'), sort: '-updated_at', className: 'hide-tight', cell: (r) => <span className="num small">{time(r.updated_at)}</span> },
          ]}
          empty={<Empty title={t('reports.empty')}><p>{t('reports.empty.text')}</p><GoButton to="/cases" mt={12} variant="default">{t('reports.toCases')}</GoButton></Empty>}
        />
      </Card>
    </Page>
  );
}

/** A periodic report hangs on a product and its period. */
function PeriodOf({ r }: { r: ReportRow }) {
  const { t, day } = useI18n();
  return <Go to={`/products/${r.product_id}#obligations`}><span className="num">{r.period_to ? t('period', { from: day(r.period_from), to: day(r.period_to) }) : r.brand_name}</span></Go>;
}
