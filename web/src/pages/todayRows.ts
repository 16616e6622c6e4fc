import type { TodayObligation } from '../api/types';

/** One row of the worklist: an obligation, and the others of the same case that are done beside it. */
export type WorkRow = { o: TodayObligation; beside: TodayObligation[] };

/** A duty without a day, such as telling the hospitals: it goes on beside the report. */
function isStanding(o: TodayObligation): boolean {
  return o.kind === 'duty' && o.days_left === null;
}

/**
 * Rows in the order in which they press: first reports, what is due within three days, the duties without a day
 * (one row for each case), then the rest by day. Periodic reports whose period still runs stand apart.
 */
export function workRows(list: TodayObligation[]): { rows: WorkRow[]; coming: TodayObligation[] } {
  const coming = list.filter((o) => o.coming);
  const now = list.filter((o) => !o.coming);
  const standing = new Map<string, WorkRow>();
  const rows: WorkRow[] = [];
  for (const o of now) {
    const key = o.case_id || o.id;
    const known = isStanding(o) ? standing.get(key) : undefined;
    if (known) known.beside.push(o);
    else {
      const row = { o, beside: [] };
      if (isStanding(o)) standing.set(key, row);
      rows.push(row);
    }
  }
  const rank = ({ o }: WorkRow) => (o.kind === 'first_report' ? 0 : isStanding(o) ? 2 : o.days_left !== null && o.days_left > 3 ? 3 : 1);
  return { rows: rows.map((r, i) => ({ r, i })).sort((a, b) => rank(a.r) - rank(b.r) || a.i - b.i).map(({ r }) => r), coming };
}
