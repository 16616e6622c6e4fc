import { useEffect, useRef } from 'react';

/** Tells whether a key belongs to what the user is typing in. */
function typing(target: EventTarget | null): boolean {
  const e = target instanceof HTMLElement ? target : null;
  return !!e && (e.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(e.tagName) || !!e.closest('[role=dialog],[role=listbox]'));
}

/** Single keys of a page. They do nothing while a field or dialog has the focus, nor with Ctrl, Alt or Meta. */
export function useKeys(keys: Record<string, () => void>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const listen = (e: KeyboardEvent) => {
      if (e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || typing(e.target)) return;
      if (e.key === 'Enter' && e.target instanceof HTMLElement && e.target.closest('a,button,summary')) return;
      const act = latest.current[e.key];
      if (!act) return;
      e.preventDefault();
      act();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}
