import { useI18n, type Key } from '../i18n';

/** The reasons that the matcher gives for "to be checked"; what stands in the place of (.+) is kept as it is. */
const reasons: [RegExp, Key][] = [
  [/^the versions cannot be compared$/, 'reason.versions'],
  [/^the updates differ: "?(.+?)"?$/, 'reason.updates'],
  [/^the record names no versions$/, 'reason.noVersions'],
  [/^the component has no version$/, 'reason.noVersion'],
  [/^the record's versions are free text$/, 'reason.freeText'],
  [/^the version "?(.+?)"? cannot be compared$/, 'reason.version'],
  [/^the record's version "?(.+?)"? cannot be compared$/, 'reason.recordVersion'],
  [/^the record's range has no events$/, 'reason.noEvents'],
  [/^the record's versions cannot be put in order$/, 'reason.order'],
  [/^the SBOM does not tell whether the component is of (.+)$/, 'reason.release'],
  [/^the record is for (.+)$/, 'reason.special'],
  [/^the names agree, but no identifier does$/, 'reason.names'],
  [/^only one of the two tells the epoch$/, 'reason.epoch'],
  [/^the purl breaks a rule of its type$/, 'reason.purlRule'],
  [/^the record names commits only$/, 'reason.commits'],
  [/^the record names the packages it concerns, and of this one only the source$/, 'reason.onlySource'],
  [/^the publisher is still investigating$/, 'reason.investigating'],
  [/^the purl names a package inside the module$/, 'reason.inside'],
  [/^a generic purl names no registry$/, 'reason.generic'],
  [/^the distribution may have patched it without a new upstream version$/, 'reason.patched'],
  [/^the record asks for something else in the release that is not known to be there$/, 'reason.condition'],
  [/^the record is about the package "?(.+?)"?(?: in this product)?$/, 'reason.package'],
  [/^the record names the product only, of any vendor$/, 'reason.anyVendor'],
  [/^the component is patched against (.+)$/, 'reason.pedigree'],
  [/^the distribution's record for (.+)$/, 'reason.distribution'],
];

/** Which text says this reason, and what stands in its place; null when none does. */
export function matchReason(reason: string): { key: Key; what: string } | null {
  for (const [pattern, key] of reasons) {
    const m = pattern.exec(reason);
    if (m) return { key, what: m[1] ?? '' };
  }
  return null;
}

/** Why a match is only possible, in the user's language; a reason that is not listed stays as it is. */
export function useMatchReason(): (reason: string) => string {
  const { t } = useI18n();
  return (reason) => {
    const found = matchReason(reason);
    return found ? t(found.key, { what: found.what }) : reason;
  };
}
