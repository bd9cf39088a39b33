export {
  configuredModelExample,
  issuerModelExample,
  modelChangedExample,
  modelRegisteredExample,
  modelRetiredExample,
  providersExample,
} from './examples.ts';
export { goldenEvent, type GoldenEvent, goldenFiles, goldenOperation, type GoldenOperation } from './golden.ts';
