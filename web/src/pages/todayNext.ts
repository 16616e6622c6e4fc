import type { NextAction, Permission, TodayObligation } from '../api/types';
import type { Key } from '../i18n';
import { obligationPage } from './worklist';

/** The one next action of a row: where it leads, its words, and whether this person may do it. make: a report is begun there and then. */
export type NextStep = { to: string; label: Key; may: boolean; make: boolean };

const needs: Record<NextAction, Permission> = {
  decide: 'case.work', triage: 'case.work', meet: 'case.determine', first_report: 'report.write', write: 'report.write', review: 'report.write', submit: 'report.write',
  next_issue: 'report.write', numbers: 'report.write', check: 'report.check', approve: 'report.approve',
};

/** Steps that are done on the page of the report, with the words for who may do them and for who only waits. */
const onReport: Partial<Record<NextAction, { label: Key; waits: Key }>> = {
  review: { label: 'next.continue', waits: 'next.seeReport' }, check: { label: 'next.checkNow', waits: 'next.check' }, approve: { label: 'next.approveNow', waits: 'next.approve' },
  submit: { label: 'next.submit', waits: 'next.seeReport' }, next_issue: { label: 'next.next_issue', waits: 'next.seeReport' }, numbers: { label: 'next.numbers', waits: 'next.seeReport' },
};

/** Where the reports are that something hangs on, when it names none by itself. */
export function reportsOf(o: TodayObligation): string {
  return o.case_id ? `/cases/${o.case_id}#reports` : `/reports?product=${o.product_id}&form=${o.form}`;
}

/** A first report says what it is, not how far it is; its sheet does. */
function actionOf(o: TodayObligation): NextAction {
  if (o.next !== 'first_report' || !o.report_id) return o.next;
  const byState: Record<string, NextAction> = { in_review: 'check', checked: 'approve', approved: 'submit' };
  return byState[o.report_state] ?? 'review';
}

export function nextStep(o: TodayObligation, can: (p: Permission) => boolean): NextStep {
  const page = obligationPage(o);
  const action = actionOf(o);
  const may = can(needs[action]);
  const see: Key = o.case_id ? 'next.see' : 'see';
  const step = onReport[action];
  if (o.report_id && step) return { to: `/reports/${o.report_id}`, label: may ? step.label : step.waits, may, make: false };
  if (!may) return { to: page, label: see, may, make: false };
  if (o.kind === 'report_followup') return { to: reportsOf(o), label: action === 'numbers' ? 'next.numbers' : 'next.next_issue', may, make: false };
  switch (action) {
    case 'first_report': return { to: `${page}#reports`, label: 'report.makeFirst', may, make: true };
    case 'write': return { to: `${page}#reports`, label: 'report.nav', may, make: true };
    case 'decide': return { to: page, label: 'next.decide', may, make: false };
    case 'triage': return { to: page, label: 'next.triage', may, make: false };
    case 'meet': return { to: `${page}#obligations`, label: 'next.meet', may, make: false };
    default: return { to: page, label: see, may, make: false };
  }
}
