import '@mantine/core/styles.css';
import '@fontsource/biz-udpgothic/400.css';
import '@fontsource/biz-udpgothic/700.css';
import './app/base.css';
import { MantineProvider } from '@mantine/core';
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { setNonce } from 'get-nonce';
import { createRoot } from 'react-dom/client';
import { ApiError, whenSignedOut } from './api/client';
import { Root } from './app/Root';
import { router } from './app/router';
import { sessionKey } from './app/session';
import { theme, variables } from './app/theme';

const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? '';
setNonce(nonce);

const client = new QueryClient({
  queryCache: new QueryCache(),
  mutationCache: new MutationCache(),
  defaultOptions: {
    queries: { staleTime: 15_000, retry: (count, error) => count < 2 && (!(error instanceof ApiError) || error.status === 0 || error.status >= 500) },
    mutations: { retry: false, networkMode: 'always' },
  },
});
whenSignedOut(() => void client.invalidateQueries({ queryKey: sessionKey }));

createRoot(document.getElementById('root') as HTMLElement).render(
  <MantineProvider theme={theme} cssVariablesResolver={variables} defaultColorScheme="auto" getStyleNonce={() => nonce}>
    <QueryClientProvider client={client}>
      <Root><RouterProvider router={router} /></Root>
    </QueryClientProvider>
  </MantineProvider>,
);
