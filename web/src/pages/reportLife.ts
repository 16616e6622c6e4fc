import type { ReportAction, ReportCan, ReportIssue, ReportState, Submission } from '../api/types';

/** 下書き → 確認待ち → 承認待ち → 承認済み → 提出済み → 受領 */
export const lifeSteps = ['draft', 'in_review', 'checked', 'approved', 'sent', 'acknowledged'] as const;
export type LifeStep = (typeof lifeSteps)[number];

/** Where the newest issue of a report is. What was sent back is a draft again; 受領 is reached when what came back agrees with the report. */
export function stepOf(state: ReportState, submission: Pick<Submission, 'state'> | undefined): LifeStep {
  if (state === 'returned') return 'draft';
  return state === 'sent' && submission?.state === 'acknowledged' ? 'acknowledged' : state;
}

/** The newest submission of the newest issue. */
export function newestSubmission(issues: ReportIssue[]): Submission | undefined {
  return issues[0]?.submissions.at(-1);
}

/** What is to be done at a step, and by what: the first is the next action. */
export function actionsAt(step: LifeStep): ReportAction[] {
  switch (step) {
    case 'draft': return ['review'];
    case 'in_review': return ['check', 'return'];
    case 'checked': return ['approve', 'return'];
    case 'approved': return ['send'];
    case 'sent':
    case 'acknowledged': return ['next'];
  }
}

/** Actions that somebody could take now and this person cannot, with the reason. */
export function closed(step: LifeStep, can: ReportCan): { action: ReportAction; why: { ja: string; en: string } }[] {
  return actionsAt(step).flatMap((action) => {
    const why = can.why?.[action];
    return can[action] || !why ? [] : [{ action, why }];
  });
}
