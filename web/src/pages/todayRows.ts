import type { TodayObligation } from '../api/types';

/** One row of the worklist: an obligation, and the others of the same case that are done beside it. */
export type WorkRow = { o: TodayObligation; beside: TodayObligation[] };

/** A duty without a day, such as telling the hospitals: it goes on beside the report. */
function isStanding(o: TodayObligation): boolean {
  return o.kind === 'duty' && o.days_left === null;
}

/** Rows that stand on the page even when none of them presses. */
const least = 5;

/**
 * The rows of the worklist in the server's order, the duties of a case without a day in one row. later: those behind the
 * last one that presses; periodic reports whose period still runs stand apart.
 */
export function workRows(list: TodayObligation[]): { rows: WorkRow[]; later: WorkRow[]; coming: TodayObligation[] } {
  const standing = new Map<string, WorkRow>();
  const rows: WorkRow[] = [];
  for (const o of list.filter((x) => !x.coming)) {
    const key = o.case_id || o.id;
    const known = isStanding(o) ? standing.get(key) : undefined;
    if (known) known.beside.push(o);
    else {
      const row = { o, beside: [] };
      if (isStanding(o)) standing.set(key, row);
      rows.push(row);
    }
  }
  const presses = ({ o }: WorkRow) => o.urgency === 'late' || o.urgency === 'now' || o.urgency === 'soon' || (o.days_left !== null && o.days_left <= 10);
  const cut = Math.max(least, rows.findLastIndex(presses) + 1);
  return { rows: rows.slice(0, cut), later: rows.slice(cut), coming: list.filter((o) => o.coming) };
}
