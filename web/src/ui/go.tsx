import { Button, type ButtonProps } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** A link to a page of this application, by its address. */
export function Go({ to, className, children, onClick }: { to: string; className?: string; children: ReactNode; onClick?: () => void }) {
  const [path, query] = to.split('?');
  return <Link to={path as never} search={Object.fromEntries(new URLSearchParams(query ?? '')) as never} className={className} onClick={onClick}>{children}</Link>;
}

/** A link that looks like a button. */
export function GoButton({ to, children, ...props }: { to: string; children: ReactNode } & ButtonProps) {
  return <Button {...props} renderRoot={(p) => { const [path, query] = to.split('?'); return <Link {...p} to={path as never} search={Object.fromEntries(new URLSearchParams(query ?? '')) as never} />; }}>{children}</Button>;
}

export function useGo(): (to: string) => void {
  const navigate = useNavigate();
  return (to) => { const [path, query] = to.split('?'); void navigate({ to: path as never, search: Object.fromEntries(new URLSearchParams(query ?? '')) as never }); };
}

/** The id in the page's address. */
export function useId(): string {
  return (useParams({ strict: false }) as { id?: string }).id ?? '';
}
