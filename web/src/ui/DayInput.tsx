import { TextInput } from '@mantine/core';
import { useI18n } from '../i18n';

type Props = { label: string; value: string; onChange: (e: { currentTarget: { value: string } }) => void; error?: string; withAsterisk?: boolean; max?: string; hint?: string };

/** A day, with the weekday written out below it. */
export function DayInput({ label, value, onChange, error, withAsterisk, max, hint }: Props) {
  const { fullDay } = useI18n();
  const note = [fullDay(value), hint].filter(Boolean).join('　');
  return <TextInput type="date" label={label} value={value} onChange={onChange} error={error} withAsterisk={withAsterisk} max={max ?? '2999-12-31'} description={note || undefined} inputWrapperOrder={['label', 'input', 'description', 'error']} />;
}
