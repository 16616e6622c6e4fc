import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';

export type VirtualRow = { cells: ReactNode; /** What the tree says about the row. */ level?: number; expanded?: boolean; className?: string };

const headHeight = 32;

type Props = {
  label: string;
  /** Said to those who enter with the keyboard. */
  hint: string;
  count: number;
  rowHeight: number;
  /** Most pixels of the list; shorter lists take what they need. */
  height: number;
  head?: ReactNode;
  tree?: boolean;
  row: (index: number) => VirtualRow;
  /** Called with the rows in sight, the last one not among them. */
  onSight?: (from: number, until: number) => void;
  active: number;
  onActive: (index: number) => void;
  onOpen: (index: number) => void;
  onKey?: (event: KeyboardEvent, index: number) => boolean;
};

/**
 * Rows of one height of which only those in sight are in the page, so that a list can have hundreds of thousands.
 * The whole is one stop for the keyboard; readers are told how many rows there are and which one is marked.
 */
export function VirtualRows({ label, hint, count, rowHeight, height, head, tree = false, row, onSight, active, onActive, onOpen, onKey }: Props) {
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const shown = Math.min(height, Math.max(1, count) * rowHeight);
  const over = 8;
  const from = Math.max(0, Math.min(count, Math.floor(top / rowHeight) - over));
  const until = Math.min(count, Math.ceil((top + shown) / rowHeight) + over);
  useEffect(() => onSight?.(from, until), [from, until, onSight, count]);
  useEffect(() => { // another list: begin at its top
    const end = Math.max(0, count * rowHeight - shown);
    if (box.current && box.current.scrollTop > end) box.current.scrollTop = end;
  }, [count, rowHeight, shown]);
  const move = (to: number) => {
    const next = Math.max(0, Math.min(count - 1, to));
    onActive(next);
    const element = box.current;
    if (!element) return;
    if (next * rowHeight < element.scrollTop) element.scrollTop = next * rowHeight;
    else if ((next + 1) * rowHeight > element.scrollTop + shown) element.scrollTop = (next + 1) * rowHeight - shown;
  };
  const keys = (e: KeyboardEvent) => {
    if (count === 0 || e.target !== e.currentTarget || e.ctrlKey || e.metaKey || e.altKey) return;
    const page = Math.max(1, Math.floor(shown / rowHeight) - 1);
    const to: Record<string, number> = { ArrowDown: active + 1, ArrowUp: active - 1, PageDown: active + page, PageUp: active - page, Home: 0, End: count - 1 };
    if (e.key in to) move(to[e.key] ?? 0);
    else if (e.key === 'Enter' && active >= 0) onOpen(active);
    else if (active < 0 || !onKey?.(e, active)) return;
    e.preventDefault();
  };
  return (
    <div
      ref={box} className="vrows" role={tree ? 'treegrid' : 'grid'} tabIndex={0} aria-label={`${label} ${hint}`} aria-rowcount={head ? count + 1 : count} aria-readonly="true"
      style={{ height: shown + (head ? headHeight : 0) + 2 }} aria-activedescendant={active >= from && active < until ? `${id}-${active}` : undefined}
      onScroll={(e) => setTop(e.currentTarget.scrollTop)} onKeyDown={keys} onFocus={(e) => { if (e.target === e.currentTarget && active < 0 && count > 0) onActive(from === 0 ? 0 : Math.ceil(top / rowHeight)); }}
    >
      {head && <div role="row" aria-rowindex={1} className="vhead" style={{ height: headHeight }}>{head}</div>}
      <div role="rowgroup" style={{ height: count * rowHeight, position: 'relative' }}>
        {Array.from({ length: until - from }, (_, i) => {
          const at = from + i;
          const r = row(at);
          return (
            <div
              key={at} id={`${id}-${at}`} role="row" aria-rowindex={at + (head ? 2 : 1)} aria-selected={at === active} aria-level={r.level} aria-expanded={r.expanded}
              className={`vrow ${r.className ?? ''}`} data-current={at === active || undefined} style={{ top: at * rowHeight, height: rowHeight }}
              onClick={(e) => { if (window.getSelection()?.toString() || (e.target as HTMLElement).closest('a')) return; onActive(at); onOpen(at); }}
            >
              {r.cells}
            </div>
          );
        })}
      </div>
    </div>
  );
}
