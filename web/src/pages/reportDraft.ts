import { useEffect, useRef, useState } from 'react';
import { ApiError, http } from '../api/client';
import type { ReportView } from '../api/types';
import { inTokyo } from '../lib/dates';

/** Time without a key press after which the changed fields are stored. Each storing is a version and a line of the ledger, so not too often. */
const pauseMillis = 1500;

export type ReportDraft = {
  /** The text of a field: what was typed, else what is stored. */
  text: (key: string) => string;
  edited: (key: string) => boolean;
  set: (key: string, text: string) => void;
  /** Stores what is not stored yet; gives the report as it is then. */
  flush: () => Promise<ReportView>;
  saving: boolean;
  dirty: boolean;
  savedAt: string;
  error: unknown;
};

/**
 * Typed texts of a report. They are stored on the server by themselves, field by field; until that succeeded
 * they are kept in the session's storage, so neither an error nor the end of the session loses them.
 */
export function useReportDraft(view: ReportView, store: (v: ReportView) => void, reload: () => Promise<ReportView>): ReportDraft {
  const storage = `draft:report:${view.report.id}`;
  const [edits, setEdits] = useState<Record<string, string>>(() => read(storage));
  const [saving, setSaving] = useState(false);
  const [savedAt, setSavedAt] = useState('');
  const [error, setError] = useState<unknown>(null);
  const latest = useRef({ edits, view, store, reload });
  latest.current = { ...latest.current, view, store, reload };
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const running = useRef<Promise<ReportView> | null>(null);

  const keep = (next: Record<string, string>) => {
    latest.current.edits = next;
    setEdits(next);
    write(storage, next);
  };
  const save = async (): Promise<ReportView> => {
    setSaving(true);
    try {
      let now = latest.current.view;
      while (Object.keys(latest.current.edits).length > 0) {
        const sent = latest.current.edits;
        now = await put(now, sent);
        latest.current.store(now);
        keep(Object.fromEntries(Object.entries(latest.current.edits).filter(([k, v]) => sent[k] !== v)));
      }
      setError(null);
      setSavedAt(inTokyo(new Date().toISOString())?.clock ?? '');
      return now;
    } catch (e) {
      setError(e);
      throw e;
    } finally {
      setSaving(false);
    }
  };
  // Another person's change to other fields is no conflict: what was typed is put on top of the newest state.
  const put = async (now: ReportView, values: Record<string, string>): Promise<ReportView> => {
    const send = (v: ReportView) => http.put<ReportView>(`/reports/${v.report.id}/values`, { values, revision: v.report.revision });
    try {
      return await send(now);
    } catch (e) {
      if (!(e instanceof ApiError) || e.status !== 409) throw e;
      return send(await latest.current.reload());
    }
  };
  const flush = () => {
    clearTimeout(timer.current);
    running.current ??= save().finally(() => { running.current = null; });
    return running.current;
  };
  useEffect(() => {
    if (Object.keys(latest.current.edits).length > 0 && latest.current.view.can.edit) void flush().catch(() => undefined);
    return () => { clearTimeout(timer.current); if (Object.keys(latest.current.edits).length > 0 && latest.current.view.can.edit) void flush().catch(() => undefined); };
    // Only when the page opens and closes.
  }, []);

  return {
    text: (key) => edits[key] ?? view.values?.[key]?.text ?? '',
    edited: (key) => key in edits,
    set: (key, text) => {
      keep({ ...latest.current.edits, [key]: text });
      clearTimeout(timer.current);
      timer.current = setTimeout(() => void flush().catch(() => undefined), pauseMillis);
    },
    flush, saving, dirty: Object.keys(edits).length > 0, savedAt, error,
  };
}

function read(key: string): Record<string, string> {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}

function write(key: string, edits: Record<string, string>): void {
  try {
    if (Object.keys(edits).length === 0) sessionStorage.removeItem(key);
    else sessionStorage.setItem(key, JSON.stringify(edits));
  } catch {
    // Without storage the texts live as long as the page.
  }
}
