export { ReportPage } from './Report';
export { Reports } from './ReportList';
