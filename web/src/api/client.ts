// The only place that talks to the server.
import type { Path } from './paths';

/** One field that the server refused: pointer is RFC 6901, for example "/aware_on". */
export type FieldError = { pointer: string; message: string };

/** What went wrong with a request. status is 0 when the server was not reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly fields: FieldError[];

  constructor(status: number, message: string, fields: FieldError[] = []) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.fields = fields;
  }
}

type Query = Record<string, string | number | undefined>;
type Body = Blob | FormData | object | undefined;

/** Called when a request finds that the session has ended. */
let onSignedOut: () => void = () => undefined;
export function whenSignedOut(fn: () => void): void {
  onSignedOut = fn;
}

export function address(path: string, query: Query = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') params.set(name, String(value));
  }
  const text = params.toString();
  return `/api${path}${text ? `?${text}` : ''}`;
}

async function send<T>(method: string, path: string, query: Query, body: Body): Promise<T> {
  // The browser names the type of a form by itself, with the boundary between its parts.
  const type: Record<string, string> = body === undefined || body instanceof FormData ? {} : { 'Content-Type': body instanceof Blob ? 'application/octet-stream' : 'application/json' };
  let response: Response;
  try {
    response = await fetch(address(path, query), {
      method,
      credentials: 'same-origin',
      headers: {
        'Accept-Language': document.documentElement.lang, // for those who are not signed in; an account has its own
        ...type,
      },
      body: body === undefined ? undefined : body instanceof Blob || body instanceof FormData ? body : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, 'network');
  }
  if (response.ok) return (response.status === 204 ? undefined : await response.json()) as T;
  const error = await problem(response);
  if (response.status === 401 && path !== '/session') onSignedOut();
  throw error;
}

/** Reads an RFC 9457 problem; anything else gives its status line. */
async function problem(response: Response): Promise<ApiError> {
  try {
    const p = (await response.json()) as { title?: string; detail?: string; errors?: { location?: string; message?: string }[] | null };
    const fields = (p.errors ?? []).map((e) => ({ pointer: pointer(e.location ?? ''), message: e.message ?? '' }));
    return new ApiError(response.status, p.detail || p.title || response.statusText, fields);
  } catch {
    return new ApiError(response.status, response.statusText || String(response.status));
  }
}

/** "body.brand_name" and "/body/brand_name" both mean the field "/brand_name". */
function pointer(location: string): string {
  const path = location.startsWith('/') ? location : `/${location.replaceAll('.', '/')}`;
  return path.replace(/^\/body(?=\/|$)/, '');
}

export const http = {
  get: <T>(path: Path<'get'>, query: Query = {}) => send<T>('GET', path, query, undefined),
  post: <T>(path: Path<'post'>, body?: Body, query: Query = {}) => send<T>('POST', path, query, body),
  put: <T>(path: Path<'put'>, body: Body) => send<T>('PUT', path, {}, body),
  patch: <T>(path: Path<'patch'>, body: Body) => send<T>('PATCH', path, {}, body),
  delete: <T>(path: Path<'delete'>) => send<T>('DELETE', path, {}, undefined),
};
