export { CasePage } from './Case';
export { Cases } from './CaseList';
