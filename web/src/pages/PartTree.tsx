import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { http } from '../api/client';
import type { TreeNode, TreePage, TreeSearch, TreeShape } from '../api/types';
import { useI18n } from '../i18n';
import { arr, Empty, ErrorBox, Loading, Tag } from '../ui/kit';
import { VirtualRows, type VirtualRow } from '../ui/VirtualRows';
import { FindingMark, PartName, versionBeside } from './partCells';
import { isAsked, type PartQuery } from './ReleaseParts';

const pageSize = 200;

/** The nodes below one place of the tree, as far as they were read. */
type Below = { total: number; items: (TreeNode | undefined)[] };
/** One row: the index-th node below the place "above"; the place of a node is the way to it. */
type Line = { above: string; index: number; depth: number; node?: TreeNode; place: string; circle: boolean };

/** The dependency tree of an SBOM: read where it is opened; with a search, what was found and what leads there. */
export function PartTree({ sbom, query, onOpen, clear }: { sbom: string; query: PartQuery; onOpen: (position: number) => void; clear: ReactNode }) {
  return isAsked(query) ? <Found sbom={sbom} query={query} onOpen={onOpen} clear={clear} /> : <Whole sbom={sbom} onOpen={onOpen} />;
}

function Whole({ sbom, onOpen }: { sbom: string; onOpen: (position: number) => void }) {
  const { t } = useI18n();
  const [below, setBelow] = useState(new Map<string, Below>());
  const [open, setOpen] = useState(new Set<string>());
  const [active, setActive] = useState(-1);
  const [shape, setShape] = useState<TreeShape>();
  const [error, setError] = useState<unknown>();
  const asked = useRef(new Set<string>());
  const read = useCallback(async (place: string, page: number) => {
    const key = `${place}:${page}`;
    if (asked.current.has(key)) return;
    asked.current.add(key);
    try {
      const node = place === '' ? -1 : Number(place.slice(place.lastIndexOf('/') + 1));
      const answer = await http.get<TreePage>(`/sboms/${sbom}/tree`, { below: node, from: page * pageSize, limit: pageSize });
      setShape(answer.shape);
      setBelow((now) => {
        const items = now.get(place)?.items.slice() ?? new Array<TreeNode | undefined>(answer.total);
        arr(answer.items).forEach((n, i) => { items[page * pageSize + i] = n; });
        return new Map(now).set(place, { total: answer.total, items });
      });
      if (place === '' && page === 0 && answer.items?.[0]?.subject) { // the product is open from the start
        const first = `/${answer.items[0].node}`;
        setOpen((now) => new Set(now).add(first));
        void read(first, 0);
      }
      setError(undefined);
    } catch (e) {
      asked.current.delete(key);
      setError(e);
    }
  }, [sbom]);
  useEffect(() => {
    asked.current.clear();
    setBelow(new Map());
    setOpen(new Set());
    setShape(undefined);
    void read('', 0);
  }, [read]);

  const lines = useMemo(() => {
    const out: Line[] = [];
    const walk = (above: string, depth: number) => {
      const here = below.get(above);
      if (!here) return;
      const chain = new Set(above.split('/'));
      for (let index = 0; index < here.total; index++) {
        const node = here.items[index];
        const place = node ? `${above}/${node.node}` : '';
        const circle = node !== undefined && chain.has(String(node.node));
        out.push({ above, index, depth, node, place, circle });
        if (node && !circle && open.has(place)) walk(place, depth + 1);
      }
    };
    walk('', 0);
    return out;
  }, [below, open]);

  const toggle = (line: Line, to: boolean) => {
    if (!line.node || line.circle || line.node.needs === 0) return;
    setOpen((now) => {
      const next = new Set(now);
      if (to) next.add(line.place);
      else next.delete(line.place);
      return next;
    });
    if (to && !below.has(line.place)) void read(line.place, 0);
  };
  const sight = useCallback((from: number, until: number) => {
    for (let i = from; i < until; i++) {
      const line = lines[i];
      if (line && !line.node) void read(line.above, Math.floor(line.index / pageSize));
    }
  }, [lines, read]);

  if (error && below.size === 0) return <ErrorBox error={error} retry={() => void read('', 0)} />;
  if (!shape) return <Loading />;
  if (!shape.kept) return <Empty title={t('tree.old')}><p>{t('tree.old.text')}</p></Empty>;
  if (shape.edges === 0) return <Empty title={t('tree.none')}><p>{t('tree.none.text')}</p></Empty>;
  const row = (at: number): VirtualRow => {
    const line = lines[at];
    if (!line?.node) return { cells: <span role="gridcell" className="vloading">…</span>, level: (line?.depth ?? 0) + 1 };
    const expandable = line.node.needs > 0 && !line.circle;
    return {
      level: line.depth + 1, expanded: expandable ? open.has(line.place) : undefined,
      cells: <TreeCells node={line.node} depth={line.depth} expanded={expandable ? open.has(line.place) : undefined} onToggle={(to) => toggle(line, to)} circle={line.circle} />,
    };
  };
  return (
    <>
      <ShapeText shape={shape} />
      {error !== undefined && <ErrorBox error={error} />}
      <VirtualRows
        tree label={t('parts.as.tree')} hint={t('parts.keys.tree')} count={lines.length} rowHeight={34} height={612} row={row} active={active} onActive={setActive} onSight={sight}
        onOpen={(at) => { const p = lines[at]?.node?.place; if (p) onOpen(p.position); }}
        onKey={(e, at) => {
          const line = lines[at];
          if (!line || (e.key !== 'ArrowRight' && e.key !== 'ArrowLeft')) return false;
          if (e.key === 'ArrowRight') {
            if (open.has(line.place)) setActive(Math.min(lines.length - 1, at + 1));
            else toggle(line, true);
          } else if (open.has(line.place)) toggle(line, false);
          else {
            const up = lines.findLastIndex((l, i) => i < at && l.place === line.above);
            if (up >= 0) setActive(up);
          }
          return true;
        }}
      />
    </>
  );
}

/** What the graph is like, where that needs saying. */
function ShapeText({ shape }: { shape: TreeShape }) {
  const { t } = useI18n();
  const facts = [
    t('tree.depth', { n: shape.depth }),
    !shape.subject && t('tree.noSubject'),
    shape.subject && shape.apart > 0 && t('tree.apart', { n: shape.apart }),
    shape.circular > 0 && t('tree.circular', { n: shape.circular }),
  ].filter(Boolean);
  return <p className="sub small num" style={{ marginBottom: 6 }}>{facts.map((f, i) => <span key={i} className="shapefact">{f}</span>)}</p>;
}

function TreeCells({ node, depth, expanded, onToggle, circle = false, found }: { node: TreeNode; depth: number; expanded?: boolean; onToggle?: (to: boolean) => void; circle?: boolean; found?: boolean }) {
  const { t, name } = useI18n();
  return (
    <>
      <span role="gridcell" className="v-name" style={{ paddingLeft: Math.min(depth, 30) * 18 }}>
        <span className="twist" aria-hidden="true" data-open={expanded} onClick={(e) => { if (expanded !== undefined && onToggle) { e.stopPropagation(); onToggle(!expanded); } }}>{expanded === undefined ? '' : '▸'}</span>
        {node.place ? <span className={found ? 'strong' : undefined}><PartName place={node.place} /><span className="num">{versionBeside(node.place)}</span></span> : <span>{node.name || '—'} <span className="num">{node.version}</span></span>}
        {node.subject && <Tag tone="brand">{t('tree.subject')}</Tag>}
        {!node.place && !node.subject && <span className="small sub">{t('tree.other')}</span>}
        {node.kind && <span className="small sub nowrap">{name('tree.kind', node.kind)}</span>}
        {circle && <Tag tone="open">{t('tree.cycle')}</Tag>}
        {node.place && !node.place.component.purl && !node.place.component.cpe && !node.subject && <Tag tone="open">{t('components.nomatch')}</Tag>}
      </span>
      <span role="gridcell" className="v-marks"><FindingMark place={node.place ?? null} below={node.below} /></span>
      <span role="gridcell" className="v-mid small sub num">{node.needed_by > 1 ? t('tree.parents', { n: node.needed_by }) : ''}</span>
    </>
  );
}

function Found({ sbom, query, onOpen, clear }: { sbom: string; query: PartQuery; onOpen: (position: number) => void; clear: ReactNode }) {
  const { t } = useI18n();
  const [active, setActive] = useState(-1);
  const search = useQuery({ queryKey: ['/sboms', sbom, 'tree', query], queryFn: () => http.get<TreeSearch>(`/sboms/${sbom}/tree/search`, query) });
  if (search.isPending) return <Loading />;
  if (search.isError) return <ErrorBox error={search.error} retry={() => void search.refetch()} />;
  const items = arr(search.data.items);
  if (items.length === 0) return <>{clear}</>;
  return (
    <>
      <p className="sub small num" aria-live="polite" style={{ marginBottom: 6 }}>{search.data.more ? t('parts.found.more', { n: search.data.found }) : t('parts.found', { n: search.data.found })}</p>
      <VirtualRows
        tree label={t('parts.as.tree')} hint={t('parts.keys.table')} count={items.length} rowHeight={34} height={612} active={active} onActive={setActive}
        onOpen={(at) => { const p = items[at]?.place; if (p) onOpen(p.position); }}
        row={(at) => {
          const node = items[at];
          if (!node) return { cells: null };
          const opened = (items[at + 1]?.depth ?? 0) > node.depth;
          return { level: node.depth + 1, expanded: opened || undefined, className: node.found ? '' : 'v-way', cells: <TreeCells node={node} depth={node.depth} expanded={opened || undefined} found={node.found} /> };
        }}
      />
    </>
  );
}
