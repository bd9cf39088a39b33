type Present<Fields> = { [Name in keyof Fields]?: Exclude<Fields[Name], undefined | null> };

/** Leaves out what is not there, so that absent stays absent. */
export const withoutAbsent = <Fields extends object>(fields: Fields): Present<Fields> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  ) as Present<Fields>;
