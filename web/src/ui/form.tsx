import { Button, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { ApiError } from '../api/client';
import { useI18n } from '../i18n';
import { ErrorBox } from './kit';

type Options<V, R> = {
  /** Name of the draft in the session's storage; what was typed survives a reload, an error and a new sign-in. */
  draft: string;
  initial: V;
  submit: (values: V) => Promise<R>;
  done: (result: R) => void;
  /** Called instead of submit's error when something is missing; pointers as the server writes them. */
  check?: (values: V) => Record<string, string | undefined>;
  /** Values that are never kept: passwords. */
  secret?: (keyof V & string)[];
};

/** A form that keeps its draft by itself and shows the server's refusals beside their fields. */
export function useForm<V extends object, R>({ draft, initial, submit, done, check, secret = [] }: Options<V, R>) {
  const key = `draft:${draft}`;
  const [values, setValues] = useState<V>(() => ({ ...initial, ...readDraft<V>(key) }));
  const [restored] = useState(() => Object.keys(readDraft<V>(key)).length > 0);
  const [touched, setTouched] = useState(false);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const form = useRef<HTMLFormElement>(null);

  const mutation = useMutation({
    mutationFn: submit,
    onSuccess: (result) => { removeDraft(key); setTouched(false); done(result); },
    onError: (error) => {
      if (error instanceof ApiError) setErrors(Object.fromEntries(error.fields.map((f) => [f.pointer, f.message])));
    },
  });
  useEffect(() => {
    const first = form.current?.querySelector<HTMLElement>('[aria-invalid=true]');
    if (Object.keys(errors).length > 0) (first?.matches('fieldset') ? first.querySelector<HTMLElement>('input') : first)?.focus();
  }, [errors]);

  const set = <K extends keyof V & string>(name: K, value: V[K]) => {
    setValues((old) => {
      const next = { ...old, [name]: value };
      writeDraft(key, Object.fromEntries(Object.entries(next).filter(([k]) => !secret.includes(k as keyof V & string))));
      return next;
    });
    if (!secret.includes(name)) setTouched(true);
    setErrors(({ [`/${name}`]: _, ...rest }) => rest);
  };
  return {
    values, set, errors, form, mutation, touched, restored,
    /** Properties of a text input of this name. */
    text: (name: keyof V & string) => ({
      value: String(values[name] ?? ''),
      onChange: (e: { currentTarget: { value: string } }) => set(name, e.currentTarget.value as V[typeof name]),
      error: errors[`/${name}`],
    }),
    onSubmit: (e: { preventDefault: () => void }) => {
      e.preventDefault();
      const found = Object.fromEntries(Object.entries(check?.(values) ?? {}).filter((f): f is [string, string] => f[1] !== undefined));
      setErrors(found);
      if (Object.keys(found).length === 0 && !mutation.isPending) mutation.mutate(values);
    },
    discard: () => { removeDraft(key); setValues(initial); setErrors({}); setTouched(false); mutation.reset(); },
  };
}

/** The password, asked again where somebody signs. */
export function PasswordField({ label, hint, value, onChange, error }: { label: string; hint?: string; value: string; onChange: (e: { currentTarget: { value: string } }) => void; error?: string }) {
  const { t } = useI18n();
  return <PasswordInput label={label} description={hint} withAsterisk autoComplete="current-password" value={value} onChange={onChange} error={error} aria-invalid={error ? true : undefined} visibilityToggleButtonProps={{ 'aria-label': t('password.show') }} />;
}

type FormState = { mutation: { isPending: boolean; error: Error | null }; errors: Record<string, string>; touched: boolean; restored: boolean; discard: () => void };

/** The end of a form: what could not be placed at a field, the button, and that the draft is kept. */
export function FormFoot({ form, label, cancel }: { form: FormState; label: string; cancel?: ReactNode }) {
  const { t } = useI18n();
  const error = form.mutation.error;
  const placed = error instanceof ApiError && error.status === 422 && error.fields.length > 0;
  return (
    <>
      {error && !placed && <div style={{ marginTop: 16 }}><ErrorBox error={error} /></div>}
      {error && placed && (
        <div className="notice error" role="alert" style={{ marginTop: 16 }}>
          <b>{t('form.invalid', { n: (error as ApiError).fields.length })}</b>
          <ul style={{ margin: '2px 0 0', paddingLeft: 18 }}>{(error as ApiError).fields.map((f, i) => <li key={i}>{f.message}</li>)}</ul>
        </div>
      )}
      <div className="formfoot">
        <Button type="submit" loading={form.mutation.isPending}>{label}</Button>
        {cancel}
        {form.touched || form.restored ? (
          <span className="sub" aria-live="polite">{form.touched ? t('form.draftKept') : t('form.draftRestored')}　<button type="button" className="plain" onClick={form.discard}>{t('form.discard')}</button></span>
        ) : null}
      </div>
    </>
  );
}

function readDraft<V>(key: string): Partial<V> {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? '{}') as Partial<V>;
  } catch {
    return {};
  }
}

function writeDraft(key: string, values: object): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(values));
  } catch {
    // Without storage the draft lives as long as the page.
  }
}

function removeDraft(key: string): void {
  try {
    sessionStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}
