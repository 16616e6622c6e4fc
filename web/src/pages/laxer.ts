import type { Override } from '../api/types';

type Law = { result: string; due: string; periodic: boolean; first_report: boolean };
export type Laxity = 'none' | 'later' | 'first';

/** In which ways a decision asks for less than the law: no report, a later day, no first report. The server judges in the same way. Days compare as texts. */
export function laxer(law: Law, instead: Pick<Override, 'result' | 'due_on' | 'first_report'>): Laxity[] {
  if (law.result === 'not_reportable') return [];
  const out: Laxity[] = [];
  if (instead.result === 'not_reportable') out.push('none');
  else if (!law.periodic && law.due && instead.due_on && instead.due_on > law.due) out.push('later');
  if (law.first_report && !instead.first_report) out.push('first');
  return out;
}
