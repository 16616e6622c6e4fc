/** A share as people read it: 3.21 %; tiny ones as a bound. */
export function percent(share: number, digits = 2): string {
  if (share > 0 && share < 0.0001) return '< 0.01 %';
  return `${(share * 100).toFixed(digits)} %`;
}
