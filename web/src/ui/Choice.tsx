import { useId } from 'react';

export type Option = { value: string; label: string; /** Stands for "not known yet". */ unknown?: boolean };

type Props = { label: string; hideLabel?: boolean; options: Option[]; value: string; /** byKeyboard: the arrow keys pass through the values one by one. */ onChange: (value: string, byKeyboard: boolean) => void; disabled?: boolean; error?: string; hint?: string };

/** One of a few values, all visible. Unknown is a choice like any other, in violet. */
export function Choice({ label, hideLabel, options, value, onChange, disabled, error, hint }: Props) {
  const id = useId();
  return (
    <fieldset className="group" role="radiogroup" aria-invalid={error ? true : undefined} aria-describedby={error || hint ? `${id}-note` : undefined}>
      <legend className={hideLabel ? 'visually-hidden' : undefined}>{label}</legend>
      <div className="choice">
        {options.map((o) => (
          <label key={o.value} className={o.unknown ? 'q' : undefined}>
            <input type="radio" name={id} value={o.value} checked={value === o.value} disabled={disabled} onChange={(e) => onChange(o.value, (e.nativeEvent as UIEvent).detail === 0)} />
            {o.label}
          </label>
        ))}
      </div>
      {(error || hint) && <div id={`${id}-note`} className={error ? 'fielderror' : 'hint'}>{error || hint}</div>}
    </fieldset>
  );
}

/** Several values, each still possible or ruled out. */
export function ChoiceMany({ label, options, values, onChange, disabled }: { label: string; options: Option[]; values: string[]; onChange: (values: string[]) => void; disabled?: boolean }) {
  return (
    <fieldset className="group">
      <legend className="visually-hidden">{label}</legend>
      <div className="choice">
        {options.map((o) => (
          <label key={o.value} className="maybe">
            <input
              type="checkbox" checked={values.includes(o.value)} disabled={disabled}
              onChange={() => onChange(values.includes(o.value) ? values.filter((v) => v !== o.value) : [...values, o.value])}
            />
            {o.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
