// Instants typed by people. A field "datetime-local" has no zone; every time of this program is that of Tokyo.
import { inTokyo } from './dates';

/** "2026-11-23T10:12" in Tokyo → RFC 3339; "" stays "". */
export function fromTokyo(local: string): string {
  return local === '' ? '' : `${local.length === 16 ? `${local}:00` : local}+09:00`;
}

/** The instant as such a field has it, to the minute. */
export function toTokyo(instant: string): string {
  const t = inTokyo(instant);
  return t ? `${t.day}T${t.clock}` : '';
}
