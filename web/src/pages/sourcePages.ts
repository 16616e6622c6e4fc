export { ImportPage } from './Import';
export { Sources } from './SourceList';
