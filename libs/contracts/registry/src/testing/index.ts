export {
  configuredModelExample,
  issuerModelExample,
  modelChangedExample,
  modelRegisteredExample,
  modelRetiredExample,
  providersExample,
  serviceTokenExample,
} from './examples.ts';
export { golden } from './golden.ts';
