import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { List, ProductRow, ReleaseRow, SiteRow, VulnerabilityRow } from '../api/types';
import { useI18n } from '../i18n';
import { arr } from './kit';

type Props = { label: string; value: string; onChange: (id: string) => void; error?: string; required?: boolean; description?: string; disabled?: boolean; /** In a row of filters: the label stands inside. */ compact?: boolean };
type Item = { value: string; label: string };

/** Chooses one record; the server searches while the user types. chosen names the present value when it is not on the first page. */
function RecordPicker({ label, value, onChange, error, required, description, disabled, compact, path, query, item, one }: Props & {
  path: '/products' | '/releases' | '/sites' | '/vulnerabilities'; query?: Record<string, string>; item: (row: never) => Item; one?: (page: never) => Item;
}) {
  const { t } = useI18n();
  const [text, setText] = useState('');
  const [wanted] = useDebouncedValue(text, 200);
  const found = useQuery({
    queryKey: [path, 'pick', wanted, query], placeholderData: keepPreviousData, enabled: !disabled,
    queryFn: async () => arr((await http.get<List<never>>(path, { ...query, q: wanted, limit: 30 })).items).map(item),
  });
  const missing = !!value && !!one && found.data !== undefined && !found.data.some((i) => i.value === value);
  const present = useQuery({ queryKey: [path, 'picked', value], enabled: missing, queryFn: async () => one?.(await http.get<never>(`${path}/${value}`)) ?? null });
  const data = [...(found.data ?? []), ...(missing && present.data ? [present.data] : [])];
  return (
    <Select
      label={compact ? undefined : label} aria-label={compact ? label : undefined} size={compact ? 'sm' : undefined} description={description} error={error} required={required} withAsterisk={required} disabled={disabled} searchable clearable={!required}
      data={data} value={value || null} onChange={(v) => { onChange(v ?? ''); setText(''); }}
      onSearchChange={(s) => { if (!data.some((i) => i.label === s)) setText(s); }} filter={({ options }) => options}
      nothingFoundMessage={t('list.nothingFound')} placeholder={compact ? t('filter.all', { name: label }) : t('pick')} comboboxProps={{ transitionProps: { duration: 60 } }}
      clearButtonProps={{ 'aria-label': t('clear') }}
    />
  );
}

export function ProductPicker(props: Props) {
  return <RecordPicker {...props} path="/products" item={(p: ProductRow) => ({ value: p.id, label: p.brand_name })} one={(p: { product: ProductRow }) => ({ value: p.product.id, label: p.product.brand_name })} />;
}

export function ReleasePicker({ product, ...props }: Props & { product: string }) {
  return (
    <RecordPicker
      {...props} disabled={!product} path="/releases" query={{ product }} item={(r: ReleaseRow) => ({ value: r.id, label: `${r.version}` })}
      one={(p: { release: ReleaseRow }) => ({ value: p.release.id, label: p.release.version })}
    />
  );
}

/** Releases of every product, for installations. */
export function AnyReleasePicker(props: Props) {
  return (
    <RecordPicker
      {...props} path="/releases" item={(r: ReleaseRow) => ({ value: r.id, label: `${r.brand_name}　${r.version}` })}
      one={(p: { release: ReleaseRow }) => ({ value: p.release.id, label: `${p.release.brand_name}　${p.release.version}` })}
    />
  );
}

export function SitePicker(props: Props) {
  return <RecordPicker {...props} path="/sites" item={(s: SiteRow) => ({ value: s.id, label: s.name })} one={(p: { site: SiteRow }) => ({ value: p.site.id, label: p.site.name })} />;
}

export function VulnerabilityPicker(props: Props) {
  return (
    <RecordPicker
      {...props} path="/vulnerabilities" item={(v: VulnerabilityRow) => ({ value: v.id, label: v.title ? `${v.name}　${v.title}` : v.name })}
      one={(p: { vulnerability: VulnerabilityRow }) => ({ value: p.vulnerability.id, label: p.vulnerability.name })}
    />
  );
}
