import { describe, expect, it } from '@jest/globals';
import { AppError, isAppError, isTransient } from '@keyledger/errors';
import { databaseFault } from './database-fault.ts';

const errorOf = (code: string, message = 'text of the server'): Error => Object.assign(new Error(message), { code });

describe('an error of the database', () => {
  it.each([
    ...['08006', '53300', '57P01', '57P02', '57P03', '57014', '40001', '40P01', '55P03', '25P03', '25006'],
    ...['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN'],
  ])('with code %s is transient', (code) => {
    const fault = databaseFault(errorOf(code));
    expect(isAppError(fault, 'unavailable')).toBe(true);
    expect(isTransient(fault)).toBe(true);
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'timeout expired',
    'Client has encountered a connection error and is not queryable',
    'Query read timeout',
  ])('without a code is known by what the driver says: %s', (text) => {
    expect(isAppError(databaseFault(new Error(text)), 'unavailable')).toBe(true);
  });

  it('about permissions is forbidden', () => {
    expect(isAppError(databaseFault(errorOf('42501')), 'forbidden')).toBe(true);
  });

  it('is transient when the socket of the server is missing, not when a file is', () => {
    const missing = (syscall: string): Error => Object.assign(errorOf('ENOENT'), { syscall });
    expect(isTransient(databaseFault(missing('connect')))).toBe(true);
    expect(isTransient(databaseFault(missing('open')))).toBe(false);
  });

  it.each(['23505', '42P01', '22P02', 'XX000', ''])('with code %j stays a defect', (code) => {
    const error = errorOf(code);
    expect(databaseFault(error)).toBe(error);
  });

  it('that is a typed fault already stays what it is', () => {
    const fault = new AppError('revision-conflict', 'x');
    expect(databaseFault(fault)).toBe(fault);
  });

  it('keeps its text out of the message, since it may quote data', () => {
    const fault = databaseFault(errorOf('57014', 'sk-secret'));
    expect(String(fault)).not.toContain('sk-secret');
    expect((fault as Error).cause).toBeInstanceOf(Error);
  });
});
