export { AppError, type AppErrorOptions, isAppError, isTransient, type SafeDetail } from './app-error.ts';
export { type ErrorCode, errorCodes, transientErrorCodes } from './error-codes.ts';
export { fromWireError, toWireError, type WireError } from './wire-error.ts';
