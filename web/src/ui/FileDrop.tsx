import { Button, Loader } from '@mantine/core';
import { useRef, useState } from 'react';
import { useI18n } from '../i18n';

type Props = { label: string; hint: string; accept?: string; busy: boolean; busyText: string } & ({ onFile: (file: File) => void; onFiles?: undefined } | { onFile?: undefined; onFiles: (files: File[]) => void });

/** Takes one file, dropped or chosen, or several. */
export function FileDrop({ label, hint, accept, busy, busyText, onFile, onFiles }: Props) {
  const { t } = useI18n();
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file && !busy) {
      if (onFiles) onFiles(Array.from(files));
      else onFile(file);
    }
    if (input.current) input.current.value = '';
  };
  return (
    <div
      className="drop" data-over={over || undefined}
      onDragOver={(e) => { e.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)}
      onDrop={(e) => { e.preventDefault(); setOver(false); take(e.dataTransfer.files); }}
    >
      {busy ? <span role="status" style={{ display: 'inline-flex', gap: 10, alignItems: 'center' }}><Loader size="xs" />{busyText}</span> : (
        <>
          <p style={{ marginBottom: 8 }}>{label}</p>
          <Button variant="default" onClick={() => input.current?.click()}>{t('file.choose')}</Button>
          <p className="small" style={{ marginTop: 8 }}>{hint}</p>
        </>
      )}
      <input ref={input} type="file" accept={accept} multiple={!!onFiles} hidden aria-label={label} onChange={(e) => take(e.currentTarget.files)} />
    </div>
  );
}
