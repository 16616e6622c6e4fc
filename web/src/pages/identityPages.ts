export { IdentityDecisions } from './IdentityDecisions';
export { ProductNames } from './ProductNames';
export { Unmatched } from './Unmatched';
