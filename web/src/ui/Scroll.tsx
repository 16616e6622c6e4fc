import { useEffect, useRef, useState, type ReactNode } from 'react';

/** Room for a wide table: scrolls sideways, and can be reached with the keyboard exactly when it has to. */
export function Scroll({ children, maxHeight }: { children: ReactNode; maxHeight?: number }) {
  const box = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const look = () => setOver(element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
    const watch = new ResizeObserver(look);
    watch.observe(element);
    for (const child of element.children) watch.observe(child);
    look();
    return () => watch.disconnect();
  }, []);
  return <div ref={box} className="tablewrap" tabIndex={over ? 0 : undefined} style={maxHeight ? { maxHeight, overflowY: 'auto' } : undefined}>{children}</div>;
}
