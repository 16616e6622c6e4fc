export { IntakePage, Intakes } from './Intakes';
export { NewIntake } from './NewIntake';
