// Every text of the pages. Official terms come from codelists/glossary.json; the rest stands in the files
// beside this one. A key that is missing in a language does not compile.
import glossary from '../../../codelists/glossary.json';
import { caseWords } from './case';
import { changeWords, modeWords } from './changes';
import { commonWords } from './common';
import { determinationWords } from './determination';
import { feedWords } from './feeds';
import { lawWords } from './law';
import { ledgerWords } from './ledger';
import { registerWords } from './register';
import { reportWords } from './report';
import { sbomWords } from './sbom';
import { settingsWords } from './settings';
import { statementWords } from './statements';
import { todayWords } from './today';
import { unmatchedWords } from './unmatched';
import { vulnerabilityWords } from './vulnerability';

export const ownWords = {
  ...commonWords, ...todayWords, ...registerWords, ...sbomWords, ...vulnerabilityWords, ...caseWords, ...determinationWords, ...lawWords, ...reportWords, ...feedWords, ...ledgerWords, ...settingsWords, ...statementWords, ...unmatchedWords, ...changeWords, ...modeWords,
};
export const terms = glossary;
export const parts = { commonWords, todayWords, registerWords, sbomWords, vulnerabilityWords, caseWords, determinationWords, lawWords, reportWords, feedWords, ledgerWords, settingsWords, statementWords, unmatchedWords, changeWords, modeWords };
export const words = { ...glossary, ...ownWords };
export type Key = keyof typeof words;
