/** One text in both languages. en1 is the English text for one thing (n = 1). */
export type Entry = { ja: string; en: string; en1?: string };
export type Entries = Record<string, Entry>;
