export { DeterminationPage } from './Determination';
export { LawPage } from './Law';
export { ReadingPage } from './Reading';
