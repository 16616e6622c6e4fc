import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import { PageLoading } from '../ui/kit';
import { NotFound, PageError, Shell } from './Shell';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound, errorComponent: PageError });
const setup = createRoute({ getParentRoute: () => root, path: '/setup', component: lazyRouteComponent(() => import('../pages/Setup'), 'Setup') });
const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell, validateSearch: (s: Record<string, unknown>) => s as Record<string, string> });

/* One page per thing, each with its own address and its own file to load. */
const page = <P extends string>(path: P, load: Parameters<typeof lazyRouteComponent>[0], name: string) =>
  createRoute({ getParentRoute: () => shell, path, component: lazyRouteComponent(load as () => Promise<Record<string, () => React.JSX.Element>>, name) });

const register = () => import('../pages/registerPages');
const vulnerabilities = () => import('../pages/vulnerabilityPages');
const identities = () => import('../pages/identityPages');
const intakes = () => import('../pages/intakePages');
const cases = () => import('../pages/casePages');
const reports = () => import('../pages/reportPages');
const law = () => import('../pages/lawPages');
const sources = () => import('../pages/sourcePages');

const routes = shell.addChildren([
  page('/', () => import('../pages/Today'), 'Today'),
  page('/changes', () => import('../pages/Changes'), 'ChangesPage'),
  page('/intakes', intakes, 'Intakes'),
  page('/intakes/new', intakes, 'NewIntake'),
  page('/intakes/$id', intakes, 'IntakePage'),
  page('/cases', cases, 'Cases'),
  page('/cases/$id', cases, 'CasePage'),
  page('/determinations/$id', law, 'DeterminationPage'),
  page('/law', law, 'LawPage'),
  page('/readings/$id', law, 'ReadingPage'),
  page('/vulnerabilities', vulnerabilities, 'Vulnerabilities'),
  page('/vulnerabilities/$id', vulnerabilities, 'VulnerabilityPage'),
  page('/findings', vulnerabilities, 'Findings'),
  page('/findings/$id', vulnerabilities, 'FindingPage'),
  page('/unmatched', identities, 'Unmatched'),
  page('/unmatched/names', identities, 'ProductNames'),
  page('/unmatched/decisions', identities, 'IdentityDecisions'),
  page('/products', register, 'Products'),
  page('/products/new', register, 'NewProduct'),
  page('/products/$id', register, 'ProductPage'),
  page('/products/$id/edit', register, 'EditProduct'),
  page('/releases/$id', register, 'ReleasePage'),
  page('/sites', register, 'Sites'),
  page('/sites/new', register, 'NewSite'),
  page('/sites/$id', register, 'SitePage'),
  page('/sites/$id/edit', register, 'EditSite'),
  page('/reports', reports, 'Reports'),
  page('/reports/$id', reports, 'ReportPage'),
  page('/sources', sources, 'Sources'),
  page('/sources/imports/$id', sources, 'ImportPage'),
  page('/ledger', () => import('../pages/Ledger'), 'Ledger'),
  page('/settings', () => import('../pages/Settings'), 'Settings'),
  createRoute({ getParentRoute: () => shell, path: '$', component: NotFound }),
]);

export const router = createRouter({
  routeTree: root.addChildren([setup, routes]),
  defaultPreload: 'intent',
  defaultPendingComponent: PageLoading,
  defaultErrorComponent: PageError,
  defaultPendingMs: 300,
  scrollRestoration: true,
  // Plain texts in the address: ?q=pump&sort=-due_on
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const params = new URLSearchParams(Object.entries(search).filter(([, v]) => v !== undefined && v !== '').map(([k, v]) => [k, String(v)]));
    return params.size > 0 ? `?${params}` : '';
  },
});
