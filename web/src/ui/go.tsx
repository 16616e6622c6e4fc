import { Button, type ButtonProps } from '@mantine/core';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';

/** The parts of an address such as /cases/1?sort=number#reports, as the router wants them. */
function target(address: string) {
  const { pathname, search, hash } = new URL(address, 'http://page');
  return { to: pathname as never, search: Object.fromEntries(new URLSearchParams(search)) as never, hash: hash.slice(1) || undefined };
}

/** A link to a page of this application, by its address. */
export function Go({ to, className, children }: { to: string; className?: string; children: ReactNode }) {
  return <Link {...target(to)} className={className}>{children}</Link>;
}

/** A link that looks like a button. */
export function GoButton({ to, children, ...props }: { to: string; children: ReactNode } & ButtonProps) {
  return <Button {...props} renderRoot={(p) => <Link {...p} {...target(to)} />}>{children}</Button>;
}

export function useGo(): (to: string) => void {
  const navigate = useNavigate();
  return (to) => void navigate(target(to));
}

/** The id in the page's address. */
export function useId(): string {
  return (useParams({ strict: false }) as { id?: string }).id ?? '';
}
