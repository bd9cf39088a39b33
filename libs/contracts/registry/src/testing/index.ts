export {
  configuredModelExample,
  issuerModelExample,
  modelChangedExample,
  modelRegisteredExample,
  modelRetiredExample,
  providersExample,
} from './examples.ts';
export { golden } from './golden.ts';
