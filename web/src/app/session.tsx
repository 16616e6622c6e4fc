import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { createContext, useContext } from 'react';
import { http } from '../api/client';
import type { Permission, Session } from '../api/types';

export const sessionKey = ['session'];

export function useSessionQuery() {
  return useQuery({ queryKey: sessionKey, queryFn: () => http.get<Session>('/session'), staleTime: 60_000, refetchInterval: 15 * 60_000 });
}

export const SessionContext = createContext<Session | null>(null);

/** The session of the signed-in person. */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession outside of a session');
  return session;
}

/** Tells whether the signed-in person may do something. The server decides in any case; pages only hide what would be refused. */
export function useCan(): (p: Permission) => boolean {
  const session = useContext(SessionContext);
  const granted = session?.permissions ?? [];
  return (p) => granted.includes(p);
}

/** Everything that shows counts or lists is fetched again after a change; what is on the screen at once. */
export function refreshAll(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ predicate: (q) => q.queryKey[0] !== 'session' && q.queryKey[0] !== 'form' });
}

export function useRefresh(): () => Promise<void> {
  const client = useQueryClient();
  return () => refreshAll(client);
}
