// Legal items as people write them. The rulebook spells item 1-イ of art. 228-20(2) of the Regulation
// "jp-reg/228-20(2)-1-i" or "R228-20(2)-1-i".

const kana: Record<string, string> = { i: 'イ', ro: 'ロ', ha: 'ハ', ni: 'ニ', ho: 'ホ', he: 'ヘ', to: 'ト', chi: 'チ' };
const pattern = /^(?:jp-reg\/|R)228-20\(2\)-(\d)-([a-z]+)/;

/** 規則228条の20第2項1号イ; English Reg. 228-20(2) item 1-i. Other texts stay as they are. */
export function citation(item: string, lang: 'ja' | 'en'): string {
  const m = pattern.exec(item);
  if (!m) return item;
  const letter = m[2] ?? '';
  return lang === 'ja' ? `規則228条の20第2項${m[1]}号${kana[letter] ?? letter}` : `Reg. 228-20(2) item ${m[1]}-${letter}`;
}
