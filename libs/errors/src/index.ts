export { AppError, isAppError, isTransient, type SafeDetail } from './app-error.ts';
export { type ErrorCode, errorCodes } from './error-codes.ts';
export { fromWireError, toWireError } from './wire-error.ts';
