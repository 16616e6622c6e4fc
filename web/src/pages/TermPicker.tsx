import { NativeSelect, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { http } from '../api/client';
import type { FormField, List, Term, TermList } from '../api/types';
import { useI18n } from '../i18n';
import { Go } from '../ui/go';
import { arr, Tag } from '../ui/kit';

/** Fields in which a report names terms of a code list, with the annexes of the IMDRF that they are taken from. */
export const termAnnexes: Record<string, string[]> = { malfunction_term: ['A', 'G'], harm_term: ['E', 'F'], investigation: ['B', 'C', 'D'] };

/** A term as a report writes it: its code and its name. */
export function termText(term: Pick<Term, 'code' | 'ja' | 'en'>, lang: 'ja' | 'en'): string {
  return [term.code, (lang === 'en' ? term.en || term.ja : term.ja || term.en)].filter(Boolean).join(' ');
}

/** Searches the code lists by code, Japanese or English; the server puts first what matters for cybersecurity. */
export function TermPicker({ field, text, onChange }: { field: FormField; text: string; onChange: (text: string) => void }) {
  const { t, say, name, lang } = useI18n();
  const annexes = termAnnexes[field.key] ?? [];
  const [from, setFrom] = useState(annexes[0] ?? '');
  const [typed, setTyped] = useState('');
  const [q] = useDebouncedValue(typed.trim(), 150);
  const lists = useQuery({ queryKey: ['/terms/lists'], staleTime: 300_000, queryFn: () => http.get<{ items: TermList[] | null }>('/terms/lists') });
  const loaded = arr(lists.data?.items);
  const [opened, setOpened] = useState(false);
  const query: Record<string, string> = from === 'jfmda' ? { list: 'jfmda' } : { list: 'imdrf', annex: from };
  const found = useQuery({
    queryKey: ['/terms', query, q], enabled: opened && loaded.length > 0, placeholderData: keepPreviousData, staleTime: 300_000,
    queryFn: async () => arr((await http.get<List<Term>>('/terms', { ...query, q, selectable: 'yes', limit: 30 })).items),
  });
  if (!lists.isSuccess) return null;
  if (loaded.length === 0) return <div className="hint">{t('terms.noneLoaded')} <Go to="/settings#terms">{t('terms.toSettings')}</Go></div>;
  const choices = [...(loaded.some((l) => l.list === 'imdrf') ? annexes.map((a) => ({ value: a, label: name('annex', a) })) : []), ...(loaded.some((l) => l.list === 'jfmda') ? [{ value: 'jfmda', label: name('termList', 'jfmda') }] : [])];
  const terms = found.data ?? [];
  const take = (code: string | null) => {
    const term = terms.find((x) => x.code === code);
    if (!term) return;
    const line = termText(term, lang);
    onChange(field.type === 'longtext' && text.trim() ? `${text.replace(/\s+$/, '')}\n${line}` : line);
    setTyped('');
  };
  return (
    <div className="termpicker">
      <Select
        size="xs" aria-label={t('terms.searchFor', { field: say(field.label) })} placeholder={t('terms.search')} searchable value={null} searchValue={typed} onSearchChange={setTyped} onChange={take} onDropdownOpen={() => setOpened(true)}
        data={terms.map((x) => ({ value: x.code, label: termText(x, lang) }))} filter={({ options }) => options} maxDropdownHeight={320} comboboxProps={{ transitionProps: { duration: 60 } }}
        nothingFoundMessage={found.isFetching ? t('loading') : t('list.nothingFound')}
        renderOption={({ option }) => {
          const x = terms.find((one) => one.code === option.value);
          return <div><span className="num code">{x?.code}</span> {x && (lang === 'ja' && x.ja ? x.ja : x.en || x.ja)} {x?.cyber && <Tag tone="brand">{t('terms.cyber')}</Tag>}{x?.definition && <div className="sub small">{x.definition.length > 160 ? `${x.definition.slice(0, 160)}…` : x.definition}</div>}</div>;
        }}
      />
      {choices.length > 1 && <NativeSelect size="xs" aria-label={t('terms.annex')} value={from} data={choices} onChange={(e) => setFrom(e.currentTarget.value)} />}
    </div>
  );
}
